import requests
from requests import get

# ruleid: request-without-timeout
requests.post(url, json=data)
# ruleid: request-without-timeout
get(url)
# ok: request-without-timeout
requests.get(url, timeout=10)
# ok: request-without-timeout
requests.get(url, **options)
# ok: request-without-timeout
requests.Session()
