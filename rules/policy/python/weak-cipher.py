from Crypto.Cipher import AES, ARC4, DES
from cryptography.hazmat.primitives.ciphers import modes

# ruleid: weak-cipher
DES.new(key, DES.MODE_CBC)
# ruleid: weak-cipher
ARC4.new(key)
# ruleid: weak-cipher
AES.new(key, AES.MODE_ECB)
# ruleid: weak-cipher
modes.ECB()
# ok: weak-cipher
AES.new(key, AES.MODE_GCM)
# ok: weak-cipher
modes.GCM(nonce)
