import ssl
import ssl as tls
from ssl import _create_unverified_context as quick
from urllib.request import urlopen


def fetch(url):
    # ruleid: unverified-tls-context
    urlopen(url, context=ssl._create_unverified_context())
    # ruleid: unverified-tls-context
    context = tls._create_unverified_context(cert_reqs=None)
    # ruleid: unverified-tls-context
    urlopen(url, context=quick())
    # ok: unverified-tls-context
    urlopen(url, context=ssl.create_default_context())
    # ok: unverified-tls-context
    return context
