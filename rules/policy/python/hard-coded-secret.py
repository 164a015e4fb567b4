import os

# ruleid: hard-coded-secret
API_KEY = "k2J8sQ91mZpL0x"
# ruleid: hard-coded-secret
db_password = "tr0ub4dor&3"
# ruleid: hard-coded-secret
settings.client_secret = "9f8e7d6c5b4a"
# ok: hard-coded-secret
API_KEY = os.environ["API_KEY"]
# ok: hard-coded-secret
password = "changeme-please"
# ok: hard-coded-secret
password = ""
