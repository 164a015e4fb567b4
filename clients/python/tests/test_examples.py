"""The examples do what they show: each runs as its reader would run it, and what must not happen does not."""

from __future__ import annotations

import os
import subprocess
import sys
import unittest

from .servers import ADMIN_KEY, REPOSITORY, RealServer

server: RealServer


def setUpModule() -> None:
    global server
    server = RealServer()


def tearDownModule() -> None:
    server.close()


def run(example: str, url: str, key: str = ADMIN_KEY) -> list[str]:
    """What it prints, as lines without those that repeat the program."""
    client = REPOSITORY / "clients" / "python"
    finished = subprocess.run(
        [sys.executable, str(client / "examples" / example)],
        env={**os.environ, "AGENTGUARD_URL": url, "AGENTGUARD_API_KEY": key, "PYTHONPATH": str(client / "src")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert finished.returncode == 0, finished.stderr
    return [line.strip() for line in finished.stdout.splitlines() if not line.startswith(">")]


class Examples(unittest.TestCase):
    def assert_lines(self, lines: list[str], *patterns: str) -> None:
        self.assertEqual(len(lines), len(patterns), lines)
        for line, pattern in zip(lines, patterns):
            self.assertRegex(line, pattern)

    def test_the_agent_loop_runs_what_is_allowed_and_goes_on_after_the_rest(self) -> None:
        self.assert_lines(
            run("agent_loop.py", server.url),
            r"^result: \[1, 2, 3\]$",
            r"^refused: BLOCK by Layer \d",
            r"^waiting: a CTO must approve this first",
            r"^failed: failed: .*undefinedFunction",
        )

    def test_the_langchain_tool_runs_only_after_allow(self) -> None:
        self.assert_lines(
            run("langchain_tool.py", server.url),
            r"^285$",
            r"^not run: BLOCK by Layer \d",
            r"^not run: BLOCK by Layer \d",
        )

    def test_the_autogpt_executor_runs_in_the_sandbox_or_not_at_all(self) -> None:
        self.assert_lines(run("autogpt_executor.py", server.url), r"^words: 6$", r"^not executed: BLOCK by Layer 2")

    def test_without_a_server_or_a_key_nothing_runs(self) -> None:
        for what, url, key in (("no server", "http://127.0.0.1:1", ADMIN_KEY), ("a wrong key", server.url, "wrong-key")):
            for example, word in (("agent_loop.py", "refused: "), ("langchain_tool.py", "not run: "), ("autogpt_executor.py", "not executed: ")):
                with self.subTest(f"{example}: {what}"):
                    for line in run(example, url, key):
                        self.assertTrue(line.startswith(word), line)


if __name__ == "__main__":
    unittest.main()
