"""The way of `http.client` and `urllib.request` to the network: what they would write to a socket goes to the host.

The host judges the request, makes it, and hands the answer back as what a socket would have read. Executed before the
memory snapshot is taken, like python-driver.py; it protects nothing.
"""

import errno
import http.client
import io
import socket
from json import dumps, loads

#: In bytes; the same for a program in JavaScript.
MAX_BODY = 512 * 1024
#: Said anew of the body that is handed over.
OWN_HEADERS = {"transfer-encoding", "content-length", "connection", "keep-alive"}
LINE_END = b"\r\n"
HEAD_END = b"\r\n\r\n"

#: Takes JSON text of a request, its body and a time in ms; gives JSON text of the answer, a line end, and its body.
#: None where a run has no network.
_ask = None
#: Takes the address of a request that cannot be made; raises.
_refuse = None


class _Exchange:
    """Stands where a connection has its socket: one request is written, then one answer is read, and so on."""

    def __init__(self, connection):
        self._connection = connection
        self._written = bytearray()
        self._answer = None
        self._late = None

    def sendall(self, data, flags=0):
        self._written += data

    def makefile(self, mode="rb", *_, **__):
        if self._answer is None and self._late is None:
            self.exchange()
        answer, late = self._answer, self._late
        self._answer = self._late = None
        if late is not None:
            raise late
        return io.BufferedReader(io.BytesIO(answer))

    def is_complete(self):
        head, end, body = bytes(self._written).partition(HEAD_END)
        fields = _fields(head)
        if fields.get("transfer-encoding", "").lower() == "chunked":
            return body.endswith(b"0" + HEAD_END)
        return end != b"" and len(body) >= int(fields.get("content-length", 0))

    def exchange(self):
        """Raises what a connection that fails would; a wait in vain is told when the answer is read."""
        head, _, body = bytes(self._written).partition(HEAD_END)
        self._written.clear()
        method, target, _ = head.partition(LINE_END)[0].decode("latin-1").split(" ")
        fields = _fields(head)
        if fields.get("transfer-encoding", "").lower() == "chunked":
            body = _unchunked(body)
        if len(body) > MAX_BODY:
            raise OSError(errno.EMSGSIZE, f"the body is larger than {MAX_BODY} bytes")
        request = {"url": _origin(self._connection) + target, "method": method, "headers": fields, "redirect": "manual"}
        try:
            self._answer = _answered(request, body, self._connection.timeout)
        except TimeoutError as error:
            self._late = error

    def close(self):
        self._written.clear()

    def settimeout(self, seconds):
        self._connection.timeout = seconds

    def gettimeout(self):
        return self._connection.timeout

    def setsockopt(self, *_):
        pass


def _origin(connection):
    host = connection.host
    return f"{connection.scheme}://{f'[{host}]' if ':' in host else host}:{connection.port}"


def _fields(head):
    """Header lines by name in lower case; several of one name become a list in one line (RFC 9110, section 5.3)."""
    fields = {}
    for line in head.split(LINE_END)[1:]:
        name, _, value = line.decode("latin-1").partition(":")
        name, value = name.strip().lower(), value.strip()
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return fields


def _unchunked(body):
    """RFC 9112, section 7.1, without extensions and trailers: what `http.client` writes."""
    whole = bytearray()
    while body:
        size, _, rest = body.partition(LINE_END)
        length = int(size, 16)
        whole += rest[:length]
        body = rest[length + len(LINE_END) :] if length else b""
    return bytes(whole)


def _answered(request, body, timeout):
    if timeout is socket._GLOBAL_DEFAULT_TIMEOUT:
        timeout = socket.getdefaulttimeout()
    text = _ask(dumps(request), body.decode("latin-1"), -1 if timeout is None else timeout * 1000)
    head, _, content = text.partition("\n")
    answer = loads(head)
    if "error" in answer:
        raise _failure(answer)
    return _as_read(answer, request["method"], content.encode("latin-1"))


def _failure(answer):
    if answer.get("late"):
        return TimeoutError(answer["error"])
    if answer.get("refused"):
        return PermissionError(errno.EACCES, answer["error"])
    return ConnectionError(answer["error"])


def _as_read(answer, method, content):
    """The bytes that a server would have sent; a cookie header that the host has joined is given as it is."""
    headers = dict(answer["headers"])
    length = headers.get("content-length") if method == "HEAD" else str(len(content))
    lines = [f"HTTP/1.1 {answer['status']} {answer['statusText']}"]
    lines += [f"{name}: {value}" for name, value in headers.items() if name not in OWN_HEADERS]
    if length is not None:
        lines.append(f"content-length: {length}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


class HostConnection(http.client.HTTPConnection):
    """A connection that the host makes."""

    scheme = "http"

    def connect(self):
        if _ask is None:
            _refuse(_origin(self))
        if self._tunnel_host:
            raise OSError(errno.ENETUNREACH, "a proxy is not possible in the sandbox")
        self.sock = _Exchange(self)

    def endheaders(self, message_body=None, *, encode_chunked=False):
        super().endheaders(message_body, encode_chunked=encode_chunked)
        # a caller that sends the body by itself has not written it yet: then the exchange waits for the reading
        if self.sock is not None and self.sock.is_complete():
            self.sock.exchange()


class SecureHostConnection(HostConnection):
    """The same over TLS: certificates are checked by the host, whatever a context says."""

    scheme = "https"
    default_port = http.client.HTTPS_PORT

    def __init__(self, host, port=None, *, context=None, **options):
        super().__init__(host, port, **options)


def install(refuse):
    """Puts them in the place of the connections that need sockets."""
    global _refuse
    _refuse = refuse
    http.client.HTTPConnection = HostConnection
    http.client.HTTPSConnection = SecureHostConnection
    http.client._create_https_context = lambda _version: None


def grant(ask):
    """What the next program asks; None: it has no network."""
    global _ask
    _ask = ask


def is_granted():
    return _ask is not None
