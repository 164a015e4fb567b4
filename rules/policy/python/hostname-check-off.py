import ssl
from ssl import CERT_NONE

context = ssl.create_default_context()
# ruleid: hostname-check-off
context.check_hostname = False
# ruleid: hostname-check-off
context.verify_mode = ssl.CERT_NONE
# ruleid: hostname-check-off
context.verify_mode = CERT_NONE
# ok: hostname-check-off
context.check_hostname = True
# ok: hostname-check-off
context.verify_mode = ssl.CERT_REQUIRED
