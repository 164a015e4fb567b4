"""The published flow against a real server: every method, with the answers that the contract promises."""

from __future__ import annotations

import unittest

from agentguard_client import (
    AgentGuardClient,
    ApprovalRequired,
    Denied,
    Execution,
    NotExecuted,
    Refused,
)

from .servers import ADMIN_KEY, RealServer

DROP = 'cursor.execute("DROP TABLE users")'
server: RealServer


def setUpModule() -> None:
    global server
    server = RealServer()


def tearDownModule() -> None:
    server.close()


class Client(unittest.TestCase):
    def setUp(self) -> None:
        self.client = AgentGuardClient(base_url=server.url, api_key=ADMIN_KEY)

    def test_health_needs_no_key(self) -> None:
        health = AgentGuardClient(server.url).health_check()
        self.assertEqual(health["status"], "healthy")
        self.assertIn("layer2", str(health["features"]))

    def test_the_contract_says_what_is_guaranteed(self) -> None:
        contract = AgentGuardClient(server.url).get_contract()
        self.assertIn("version", contract)
        self.assertTrue(contract["contract"])

    def test_metrics_are_prometheus_text_for_those_who_may_see_them(self) -> None:
        self.client.enforce("agent", "account.balance -= 100")
        self.assertRegex(self.client.get_metrics(), r"(?m)^agentguard_decisions_total\{[^}]*decision=\"BLOCK\"[^}]*\} [1-9]")
        with self.assertRaisesRegex(Refused, "401 key.missing"):
            AgentGuardClient(server.url).get_metrics()

    def test_analyze_says_what_the_code_would_do(self) -> None:
        analysis = AgentGuardClient(server.url).analyze("agent", "import os; os.system('rm -rf /')", {})
        self.assertIs(analysis.would_block, True)
        self.assertIn("process.exec", [effect["kind"] for effect in analysis["effects"]])
        self.assertIs(AgentGuardClient(server.url).analyze("agent", "x = 1").would_block, False)

    def test_enforce_blocks_and_says_why(self) -> None:
        decision = self.client.enforce("agent", "account.balance -= 100", context={})
        self.assertEqual(decision["decision"], "BLOCK")
        self.assertEqual(decision.blocked_by, "Layer 2: Semantic Guard")
        self.assertEqual(decision.violations, ["CRITICAL: Balance subtraction requires authorization"])
        self.assertFalse(decision)
        with self.assertRaisesRegex(Denied, "^BLOCK by Layer 2: Semantic Guard: CRITICAL: Balance"):
            decision.raise_for_refusal()

    def test_enforce_allows_under_a_claim_that_counts(self) -> None:
        decision = self.client.enforce("agent", "account.balance -= 100", "s-1", "python", {"has_auth_check": True})
        self.assertTrue(decision)
        self.assertEqual(decision.decision, "ALLOW")

    def test_enforce_takes_the_other_fields_of_the_contract(self) -> None:
        decision = self.client.enforce("agent", "inputs.n + 1", language="javascript", inputs={"n": 1}, limits={"timeout_ms": 100})
        self.assertTrue(decision.allowed)
        with self.assertRaisesRegex(Refused, "400 request.invalid.*nonsense"):
            self.client.enforce("agent", "x = 1", nonsense=1)

    def test_execute_runs_in_the_sandbox(self) -> None:
        execution = self.client.execute("agent", "console.log(6 * 7); inputs.a", language="javascript", inputs={"a": [1]})
        self.assertEqual((execution.output, execution.result, execution.status), ("42\n", [1], "completed"))
        self.assertTrue(execution)

    def test_asked_again_with_the_same_idempotency_key_the_code_runs_once(self) -> None:
        def ask(code: str, key: str = "turn-1") -> Execution:
            return self.client.execute("agent", code, language="javascript", idempotency_key=key)

        first, again = ask("Math.random()"), ask("Math.random()")
        self.assertEqual((first.result, first.audit_id), (again.result, again.audit_id))
        with self.assertRaisesRegex(Refused, "^422 idempotency.other_request"):
            ask("Math.random() + 1")
        with self.assertRaises(ValueError):
            ask("1", "two\nlines")

    def test_execute_if_allowed_returns_only_what_ran_to_its_end(self) -> None:
        run = self.client.execute_if_allowed
        self.assertEqual(run("agent", "6 * 7", language="javascript").result, 42)
        with self.assertRaises(Denied):
            run("agent", "account.balance -= 100", language="javascript")
        with self.assertRaisesRegex(NotExecuted, "^failed: .*deliberate"):
            run("agent", "throw new Error('deliberate')", language="javascript")
        with self.assertRaisesRegex(NotExecuted, "^timeout: "):
            run("agent", "for (;;) {}", language="javascript", limits={"timeout_ms": 200})

    def test_run_if_allowed_calls_only_for_what_is_allowed(self) -> None:
        ran: list[str] = []
        self.client.run_if_allowed("agent", "x = 1", ran.append)
        for code in ("account.balance -= 100", DROP, "def f(:"):
            with self.assertRaises(Denied):
                self.client.run_if_allowed("agent", code, ran.append)
        self.assertEqual(ran, ["x = 1"])

    def test_approve_lets_the_same_submission_through_once(self) -> None:
        code = 'typeof db === "undefined" ? "no database here" : db.query("DROP TABLE users")'
        with self.assertRaises(ApprovalRequired) as caught:
            self.client.execute_if_allowed("approved", code, language="javascript")
        approval_id = caught.exception.approval_id
        assert approval_id is not None
        self.assertEqual(caught.exception.approval_level, "CTO")
        self.assertEqual(self.client.get_approval(approval_id)["status"], "pending")
        answer = self.client.approve(approval_id, "alice@example.com", conditions={"window": "tonight"})
        self.assertEqual((answer["status"], answer["approval_id"]), ("approved", approval_id))
        with self.assertRaisesRegex(Refused, "422 approval.mismatch"):
            self.client.execute("approved", code + ";", language="javascript", approval_id=approval_id)
        execution = self.client.execute_if_allowed("approved", code, language="javascript", approval_id=approval_id)
        self.assertEqual(execution.result, "no database here")
        with self.assertRaisesRegex(Refused, "409 approval.consumed"):
            self.client.execute("approved", code, language="javascript", approval_id=approval_id)

    def test_reject_is_the_end_of_it(self) -> None:
        decision = self.client.enforce("rejected", DROP)
        self.assertTrue(decision.requires_approval)
        answer = self.client.reject(str(decision.approval_id), "alice@example.com", "not on a Friday")
        self.assertEqual((answer["status"], answer["reason"]), ("rejected", "not on a Friday"))
        with self.assertRaises(Refused):
            self.client.execute("rejected", DROP, approval_id=decision.approval_id)

    def test_what_the_server_refuses_arrives_with_its_code_and_advice(self) -> None:
        cases = [
            (401, "key.missing", lambda: AgentGuardClient(server.url).enforce("agent", "x = 1")),
            (401, "key.unknown", lambda: AgentGuardClient(server.url, "nobody's").enforce("agent", "x = 1")),
            (400, "request.invalid", lambda: self.client.enforce("", "x = 1")),
            (404, "approval.unknown", lambda: self.client.approve("../keys", "alice")),
            (404, "request.unknown_path", lambda: AgentGuardClient(server.url + "/nowhere").health_check()),
        ]
        for status, code, call in cases:
            with self.subTest(code), self.assertRaises(Refused) as caught:
                call()
            self.assertEqual((caught.exception.status, caught.exception.code), (status, code))
            self.assertIn(caught.exception.detail, str(caught.exception))

    def test_wrong_arguments_are_refused_before_anything_is_sent(self) -> None:
        for base_url in ("localhost:5000", "ftp://localhost", "http://", "http://user@localhost", "http://localhost?x=1"):
            with self.subTest(base_url), self.assertRaisesRegex(ValueError, "http://localhost:5000"):
                AgentGuardClient(base_url)
        for timeout in (0, -1, float("nan")):
            with self.subTest(timeout), self.assertRaises(ValueError):
                AgentGuardClient(timeout=timeout)
        with self.assertRaises(ValueError):
            self.client.approve("", "alice")


if __name__ == "__main__":
    unittest.main()
