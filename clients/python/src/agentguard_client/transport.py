"""One request, one answer, within one deadline. No redirects, no proxies, no retries: each could change what was asked."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from typing import Any, Mapping, NoReturn, cast
from urllib.parse import urlsplit

from .errors import InvalidAnswer, TimedOut, Unreachable

#: The largest answer that is read, in bytes. A run's output is limited far below it.
MAX_ANSWER_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """Any status, whole body."""

    status: int
    retry_after: int | None
    body: bytes


class Transport:
    """Where the server is and how to reach it. Safe to share between threads: each request has its own connection."""

    def __init__(self, base_url: str, api_key: str | None, timeout: float, ssl_context: ssl.SSLContext | None) -> None:
        url = urlsplit(base_url)
        if url.scheme not in ("http", "https") or not url.hostname or url.query or url.fragment or url.username:
            raise ValueError(f"base_url must look like http://localhost:5000, not {base_url!r}")
        if not timeout > 0:
            raise ValueError("timeout must be a number of seconds above 0")
        if api_key is not None and not _fits_header(api_key):
            raise ValueError("api_key is empty or holds characters that a header cannot carry (a line end, perhaps?)")
        self._secure = url.scheme == "https"
        self._host: str = url.hostname
        self._port = url.port
        self._prefix = url.path.rstrip("/")
        self._key = api_key
        self._timeout = timeout
        self._ssl_context = ssl_context

    def request(self, method: str, path: str, body: Mapping[str, Any] | None, idempotency_key: str | None = None) -> Answer:
        """Raises Unreachable, TimedOut or InvalidAnswer when there is no whole answer."""
        payload = None if body is None else json.dumps(body, allow_nan=False).encode("utf-8")
        headers = self._headers(payload is not None, idempotency_key)
        connection = self._connection()
        with _Deadline(connection, self._timeout) as deadline:
            try:
                connection.request(method, f"{self._prefix}{path}", payload, headers)
                deadline.watch()
                answer = _read(connection.getresponse())
            except (OSError, HTTPException, ValueError) as error:
                self._give_up(error, deadline)
            finally:
                connection.close()
            if deadline.passed:  # A body of unknown length ends like a whole one when it is cut.
                self._give_up(TimeoutError(), deadline)
            return answer

    def _connection(self) -> HTTPConnection:
        if self._secure:
            context = self._ssl_context or ssl.create_default_context()
            return HTTPSConnection(self._host, self._port, timeout=self._timeout, context=context)
        return HTTPConnection(self._host, self._port, timeout=self._timeout)

    def _headers(self, with_body: bool, idempotency_key: str | None) -> dict[str, str]:
        headers = {"Accept": "application/json", "Connection": "close", "User-Agent": "agentguard-client-python/0.1.0"}
        if with_body:
            headers["Content-Type"] = "application/json"
        if idempotency_key is not None:
            if not _fits_header(idempotency_key):
                raise ValueError("idempotency_key is empty or holds characters that a header cannot carry")
            headers["Idempotency-Key"] = idempotency_key
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key}"
        return headers

    def _give_up(self, error: Exception, deadline: _Deadline) -> NoReturn:
        where = f"{self._host}:{self._port or (443 if self._secure else 80)}"
        if deadline.passed or isinstance(error, TimeoutError):
            raise TimedOut(f"no whole answer from {where} within {self._timeout:g} s") from error
        if isinstance(error, OSError):
            raise Unreachable(f"cannot talk to {where}: {error}; is the server running?") from error
        if isinstance(error, HTTPException):
            raise Unreachable(f"{where} broke off or does not speak HTTP: {type(error).__name__}") from error
        raise InvalidAnswer(f"{where} answered something that is not HTTP: {error}") from error


class _Deadline:
    """Cuts the connection when the time is over, however slowly bytes still trickle in: a socket's own time-out starts anew with each."""

    def __init__(self, connection: HTTPConnection, seconds: float) -> None:
        self._connection = connection
        self._socket: socket.socket | None = None
        self._end = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self._end

    def watch(self) -> None:
        """Keeps the socket: the connection forgets it once the response has taken it over."""
        self._socket = self._connection.sock

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _cut(self) -> None:
        sock = self._socket or cast("socket.socket | None", self._connection.sock)
        if sock is None:
            return
        try:
            # Not through TLS, which would wait for the other side.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
        except OSError:
            pass


def _fits_header(text: str) -> bool:
    return text != "" and all("!" <= letter <= "~" for letter in text)


def _read(response: HTTPResponse) -> Answer:
    announced = response.length
    body = response.read(MAX_ANSWER_BYTES + 1)
    if len(body) > MAX_ANSWER_BYTES:
        raise InvalidAnswer(f"the answer is longer than {MAX_ANSWER_BYTES} bytes")
    if announced is not None and len(body) < announced:
        raise IncompleteRead(body, announced - len(body))
    wait = response.getheader("Retry-After", "")
    return Answer(response.status, int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 10 else None, body)


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`; raises InvalidAnswer. A name that comes twice is refused: parsers disagree on which counts."""
    try:
        value: object = json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidAnswer(f"the answer is not JSON: {str(error)[:200]}") from error
    if not isinstance(value, dict):
        raise InvalidAnswer("the answer is not a JSON object")
    return cast("dict[str, Any]", value)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
