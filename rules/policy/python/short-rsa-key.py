import rsa as plain
from Crypto.PublicKey import RSA
from cryptography.hazmat.primitives.asymmetric import rsa

SMALL = 1024
# ruleid: short-rsa-key
RSA.generate(1024)
# ruleid: short-rsa-key
rsa.generate_private_key(public_exponent=65537, key_size=SMALL)
# ruleid: short-rsa-key
plain.newkeys(512)
# ok: short-rsa-key
RSA.generate(3072)
# ok: short-rsa-key
rsa.generate_private_key(public_exponent=65537, key_size=bits)
