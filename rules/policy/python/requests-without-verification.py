import httpx
import requests
import requests as r
from requests import post as send


def fetch(url, check):
    # ruleid: requests-without-verification
    requests.get(url, verify=False)
    # ruleid: requests-without-verification
    r.get(url, timeout=5, verify=False, headers={})
    # ruleid: requests-without-verification
    send(url, json={}, verify=False)
    # ruleid: requests-without-verification
    requests.put(url, **{"verify": False})
    insecure = False
    # ruleid: requests-without-verification
    requests.delete(url, verify=insecure)
    # ruleid: requests-without-verification
    httpx.AsyncClient(verify=False)
    session = requests.Session()
    # ruleid: requests-without-verification
    session.post(url, data={}, verify=False)
    # ok: requests-without-verification
    requests.get(url, verify=True)
    # ok: requests-without-verification
    requests.get(url, verify="/etc/ssl/company.pem")
    # ok: requests-without-verification
    requests.get(url, verify=check)
    # ok: requests-without-verification
    requests.get(url)
