import random
import secrets
import string

# ruleid: predictable-secret
token = random.getrandbits(128)
# ruleid: predictable-secret
password = "".join(random.choice(string.ascii_letters) for _ in range(12))
# ruleid: predictable-secret
reset_token = random.randint(0, 999999)
# ok: predictable-secret
colour = random.choice(colours)
# ok: predictable-secret
token = secrets.token_urlsafe()
