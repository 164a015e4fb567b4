"""Whatever comes instead of a clear yes is an exception: none of it can be mistaken for a decision."""

from __future__ import annotations

import json
import random
import signal
import socket
import threading
import time
import unittest
from typing import Callable

from agentguard_client import (
    AgentGuardClient,
    AgentGuardError,
    InvalidAnswer,
    RateLimited,
    Refused,
    ServerFailed,
    TimedOut,
    Unreachable,
)

from .servers import ADMIN_KEY, BadServer, RealServer, response, sends

Fields = dict[str, object]
LAYERS: list[Fields] = [{"layer": f"Layer {n}", "decision": "ALLOW", "violations": [], "latency_ms": 0} for n in range(1, 7)]
ALLOW: Fields = {"decision": "ALLOW", "blocked_by": None, "requires_approval": False, "layer_results": LAYERS, "executed": False}
#: Holds the only analysis worker until its deadline: the parser needs exponential time for it.
SLOW = f"x={'async<a>(b=' * 20}1{')' * 20}"

Answer = Callable[[socket.socket], None]


def of(**changes: object) -> Answer:
    """A whole answer of 200 that is ALLOW but for these fields; a field that is None here is null in the answer."""
    return sends(response(json.dumps(ALLOW | changes).encode()))


def text(body: str) -> Answer:
    return sends(response(body.encode()))


def without(name: str) -> Answer:
    return sends(response(json.dumps({key: value for key, value in ALLOW.items() if key != name}).encode()))


def trickle(connection: socket.socket) -> None:
    """One byte at a time: each arrives long before a socket's own time-out, the whole never does."""
    for byte in b"HTTP/1.1 200 OK\r\nX-Padding: " + b"x" * 10_000:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def trickle_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{")
    while True:
        connection.sendall(b" ")
        time.sleep(0.05)


WHOLE = response(json.dumps(ALLOW).encode())
LAYER_SAYS_NO: list[Fields] = [*LAYERS[:5], {**LAYERS[5], "decision": "BLOCK"}]
LAYER_FAILED: list[Fields] = [*LAYERS[:5], {**LAYERS[5], "decision": "ERROR"}]

REFUSALS: list[tuple[str, Answer, type[AgentGuardError]]] = [
    ("nothing", sends(b""), Unreachable),
    ("half a head", sends(b"HTTP/1.1 200 OK\r\nContent-Le"), AgentGuardError),
    ("half a body", sends(WHOLE[:-20]), Unreachable),
    ("half a chunk", sends(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"), Unreachable),
    ("half a body of unknown length", sends(b"HTTP/1.1 200 OK\r\n\r\n" + json.dumps(ALLOW).encode()[:-1]), InvalidAnswer),
    ("not HTTP", sends(b"220 mail.example.com ESMTP\r\n"), Unreachable),
    ("a web page", text("<html>Sign in to the network</html>"), InvalidAnswer),
    ("an empty body", text(""), InvalidAnswer),
    ("text", text('"ALLOW"'), InvalidAnswer),
    ("a list", text('[{"decision": "ALLOW"}]'), InvalidAnswer),
    ("null", text("null"), InvalidAnswer),
    ("not UTF-8", sends(response(b'{"decision": "ALLOW", "blocked_by": "\xff"}')), InvalidAnswer),
    ("JSON with NaN", text('{"decision": "ALLOW", "latency_ms": NaN}'), InvalidAnswer),
    ("JSON with two decisions", text('{"decision": "BLOCK", "decision": "ALLOW"}'), InvalidAnswer),
    ("JSON of 100,000 brackets", text("[" * 100_000), InvalidAnswer),
    ("no decision", without("decision"), InvalidAnswer),
    ("a decision that is true", of(decision=True), InvalidAnswer),
    ("a decision that is null", of(decision=None), InvalidAnswer),
    ("a decision that is a list", of(decision=["ALLOW"]), InvalidAnswer),
    ("ALLOW without layers", without("layer_results"), InvalidAnswer),
    ("ALLOW with no layer's result", of(layer_results=[]), InvalidAnswer),
    ("ALLOW with layers that are none", of(layer_results=[1, 2]), InvalidAnswer),
    ("ALLOW beside a layer that blocks", of(layer_results=LAYER_SAYS_NO), InvalidAnswer),
    ("ALLOW beside a layer that failed", of(layer_results=LAYER_FAILED), InvalidAnswer),
    ("ALLOW that was blocked", of(blocked_by="Layer 2: Semantic Guard"), InvalidAnswer),
    ("ALLOW that needs approval", of(requires_approval=True), InvalidAnswer),
    ("201", sends(response(json.dumps(ALLOW).encode(), "201 Created")), Refused),
    ("204", sends(b"HTTP/1.1 204 No Content\r\n\r\n"), Refused),
    ("302", sends(response(json.dumps(ALLOW).encode(), "302 Found", "Location: http://127.0.0.1:1/")), Refused),
    ("403", sends(response(json.dumps(ALLOW).encode(), "403 Forbidden")), Refused),
    ("429", sends(response(json.dumps(ALLOW).encode(), "429 Too Many Requests", "Retry-After: 7")), RateLimited),
    ("500", sends(response(json.dumps(ALLOW).encode(), "500 Internal Server Error")), ServerFailed),
    ("503", sends(response(json.dumps(ALLOW).encode(), "503 Service Unavailable", "Retry-After: 7")), ServerFailed),
    ("503 from a proxy", sends(response(b"<html>no upstream</html>", "503 Service Unavailable")), ServerFailed),
    ("silence", lambda connection: time.sleep(5), TimedOut),
    ("a head that trickles", trickle, TimedOut),
    ("a body that trickles", trickle_body, TimedOut),
]


class BadAnswers(unittest.TestCase):
    def test_none_of_them_is_a_decision(self) -> None:
        for name, answer, expected in REFUSALS:
            with self.subTest(name), BadServer(answer) as server:
                client = AgentGuardClient(server.url, "secret-key", timeout=0.4)
                for method in (client.enforce, client.execute):
                    with self.assertRaises(expected):
                        method("agent", "x = 1")
                self.assertEqual(len(server.requests), 2, "asked once for each call: no retry, no redirect followed")

    def test_random_bytes_are_no_decision_either(self) -> None:
        random_bytes = random.Random(7)
        for turn in range(40):
            noise = random_bytes.randbytes(random_bytes.randrange(400))
            cut = random_bytes.randrange(len(WHOLE))
            for data in (noise, WHOLE[:cut] + noise, response(noise)):
                with self.subTest(turn=turn, data=data), BadServer(sends(data)) as server:
                    with self.assertRaises(AgentGuardError):
                        AgentGuardClient(server.url, timeout=5).enforce("agent", "x = 1")

    def test_nobody_listens(self) -> None:
        with BadServer(sends(b"")) as server:
            url = server.url
        with self.assertRaisesRegex(Unreachable, r"127\.0\.0\.1:\d+: .*; is the server running\?"):
            AgentGuardClient(url).enforce("agent", "x = 1")

    def test_a_decision_of_a_newer_server_is_a_block(self) -> None:
        with BadServer(of(decision="ALLOW_WITH_CARE")) as server:
            decision = AgentGuardClient(server.url).enforce("agent", "x = 1")
        self.assertEqual((decision.decision, decision["decision"], bool(decision)), ("BLOCK", "BLOCK", False))
        self.assertEqual(decision["received_decision"], "ALLOW_WITH_CARE")

    def test_a_run_that_was_not_allowed_is_no_answer(self) -> None:
        with BadServer(of(decision="BLOCK", executed=True)) as server:
            with self.assertRaisesRegex(InvalidAnswer, "it was run although the decision is BLOCK"):
                AgentGuardClient(server.url).execute("agent", "x = 1")

    def test_the_key_appears_in_no_text(self) -> None:
        self.assertNotIn("s3cret", repr(AgentGuardClient(api_key="s3cret")))
        with self.assertRaises(ValueError) as caught:
            AgentGuardClient(api_key="s3cret\r\nX-Other: 1")
        self.assertNotIn("s3cret", str(caught.exception))


class RealRefusals(unittest.TestCase):
    def test_a_server_that_hangs_is_a_time_out(self) -> None:
        with RealServer() as server:
            client = AgentGuardClient(server.url, ADMIN_KEY, timeout=1)
            self.assertTrue(client.enforce("agent", "x = 1"))
            server.signal(signal.SIGSTOP)
            with self.assertRaises(TimedOut):
                client.enforce("agent", "x = 1")

    def test_a_server_that_is_killed_while_it_decides_is_unreachable(self) -> None:
        with RealServer(LIMITS_ANALYSIS_MS="60000", LIMITS_LAYER_MS="60000") as server:
            killer = threading.Timer(0.5, server.signal, [signal.SIGKILL])
            killer.start()
            with self.assertRaises(Unreachable):
                AgentGuardClient(server.url, ADMIN_KEY).enforce("agent", SLOW, language="typescript")
            killer.join()

    def test_a_key_that_asks_too_often_gets_a_429_that_says_when_to_try_again(self) -> None:
        limits = {"ENABLED": "true", "REQUESTS_PER_MINUTE": "2", "BURST": "2"}
        with RealServer(**{f"PERFORMANCE_RATE_LIMIT_{name}": value for name, value in limits.items()}) as server:
            client = AgentGuardClient(server.url, ADMIN_KEY)
            self.assertEqual([bool(client.enforce("agent", "x = 1")) for _ in range(2)], [True, True])
            for call in (client.enforce, client.execute_if_allowed):
                with self.assertRaisesRegex(RateLimited, "^429 rate_limit.minute: ") as caught:
                    call("agent", "x = 1")
                assert caught.exception.retry_after is not None
                self.assertTrue(0 < caught.exception.retry_after <= 60, caught.exception.retry_after)

    def test_a_full_queue_is_a_503_that_says_when_to_try_again(self) -> None:
        with RealServer(LIMITS_ANALYSIS_MS="1500", LIMITS_ANALYSIS_QUEUE="1") as server:
            client = AgentGuardClient(server.url, ADMIN_KEY)
            caught: list[AgentGuardError] = []

            def submit(number: int) -> None:
                try:
                    client.enforce(f"agent-{number}", f"{SLOW} // {number}", language="typescript").raise_for_refusal()
                except AgentGuardError as error:
                    caught.append(error)

            threads = [threading.Thread(target=submit, args=(number,)) for number in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(len(caught), 4, "none of them was allowed")
        busy = [error for error in caught if isinstance(error, ServerFailed)]
        self.assertGreaterEqual(len(busy), 2)
        self.assertEqual([(error.status, error.code, error.retry_after) for error in busy[:1]], [(503, "server.busy", 1)])


if __name__ == "__main__":
    unittest.main()
