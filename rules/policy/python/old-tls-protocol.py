import ssl
import ssl as tls

# ruleid: old-tls-protocol
ssl.SSLContext(ssl.PROTOCOL_TLSv1)
# ruleid: old-tls-protocol
tls.wrap_socket(sock, ssl_version=tls.PROTOCOL_SSLv3)
# ok: old-tls-protocol
ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
# ok: old-tls-protocol
ssl.create_default_context()
