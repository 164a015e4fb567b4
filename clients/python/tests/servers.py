"""What the tests talk to: a real AgentGuard server, and a TCP server that answers whatever a test wants."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Callable

REPOSITORY = Path(__file__).resolve().parents[3]
ADMIN_KEY = "test-administrator-key"


class RealServer:
    """`agentguard serve` on a free port of 127.0.0.1 and a temporary data directory, as a process of its own."""

    def __init__(self, **settings: str) -> None:
        self._directory = tempfile.mkdtemp(prefix="agentguard-python-")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AGENTGUARD_")}
        environment |= {
            "AGENTGUARD_API_KEY": ADMIN_KEY,
            "AGENTGUARD_SERVER_PORT": "0",
            "AGENTGUARD_SERVER_DATA_DIR": f"{self._directory}/data",
            "AGENTGUARD_LIMITS_ANALYSIS_WORKERS": "1",
            "AGENTGUARD_OBSERVABILITY_LOG_LEVEL": "fatal",
            "AGENTGUARD_PERFORMANCE_RATE_LIMIT_ENABLED": "false",
        } | {f"AGENTGUARD_{name}": value for name, value in settings.items()}
        self.process = subprocess.Popen(
            [os.environ.get("NODE", "node"), str(REPOSITORY / "bin" / "agentguard.cjs"), "serve"],
            cwd=self._directory,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            # A group of its own: on an older Node the command line starts the right one as a child.
            start_new_session=True,
        )
        self._reader: threading.Thread | None = None
        self.url = self._read_url()

    def _read_url(self) -> str:
        output = self.process.stdout
        assert output is not None
        for line in output:
            found = re.search(r"listens on (\S+)", line)
            if found:
                self._reader = threading.Thread(target=output.read, daemon=True)
                self._reader.start()
                return found[1]
        raise AssertionError(f"the server ended with {self.process.wait()} before it listened")

    def signal(self, number: int) -> None:
        os.killpg(self.process.pid, number)

    def close(self) -> None:
        try:
            self.signal(signal.SIGKILL)
        except ProcessLookupError:
            pass  # The test has killed it.
        self.process.wait()
        if self._reader is not None:
            self._reader.join()
        if self.process.stdout is not None:
            self.process.stdout.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    def __enter__(self) -> RealServer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class BadServer:
    """Accepts connections, reads the head of a request, and lets `answer` do what it likes with the connection."""

    def __init__(self, answer: Callable[[socket.socket], None]) -> None:
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        #: What arrived, one text for each connection.
        self.requests: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection: socket.socket) -> None:
        with connection:
            try:
                self.requests.append(connection.recv(65_536).decode("latin-1"))
                self._answer(connection)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65_536):
                    pass
            except OSError:
                pass  # The client has gone, which is what several tests want.

    def __enter__(self) -> BadServer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._listener.close()


def sends(data: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(data)


def response(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers))
    return head.encode() + b"\r\n" + body
