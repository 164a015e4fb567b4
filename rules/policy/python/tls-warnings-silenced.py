import aiohttp
import requests
import urllib3

# ruleid: tls-warnings-silenced
urllib3.disable_warnings()
# ruleid: tls-warnings-silenced
requests.packages.urllib3.disable_warnings()
# ruleid: tls-warnings-silenced
aiohttp.TCPConnector(ssl=False)
# ok: tls-warnings-silenced
aiohttp.TCPConnector(limit=10)
# ok: tls-warnings-silenced
urllib3.PoolManager()
