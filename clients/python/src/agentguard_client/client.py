"""The client: one method for each operation of the server that an agent, or who approves for it, needs."""

from __future__ import annotations

import ssl
from typing import Any, Callable, Mapping, TypeVar
from urllib.parse import quote

from .answers import Analysis, Decision, Execution, read_analysis, read_decision, read_execution
from .errors import InvalidAnswer, NotExecuted, RateLimited, Refused, ServerFailed
from .transport import Answer, Transport, read_object

T = TypeVar("T")
Context = Mapping[str, Any]


class AgentGuardClient:
    """Talks to one server. Threads may share it.

    INVARIANT: a method that returns a decision got status 200 and a decision that this client knows; everything else
    raises below AgentGuardError.
    """

    def __init__(
        self,
        base_url: str = "http://localhost:5000",
        api_key: str | None = None,
        *,
        timeout: float = 30.0,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """``timeout``: seconds for each call as a whole; above the server's own limit for a run (15 s) to see its answer."""
        self.base_url = base_url
        self._transport = Transport(base_url, api_key, timeout, ssl_context)

    def __repr__(self) -> str:
        return f"AgentGuardClient({self.base_url!r})"

    # Decisions

    def analyze(
        self, agent_id: str, code: str, context: Context | None = None, *, language: str = "python", session_id: str | None = None
    ) -> Analysis:
        """What the static layers say about the code. Not a decision: nothing is recorded."""
        body = _present(agent_id=agent_id, code=code, context=context, language=language, session_id=session_id)
        return read_analysis(self._post("/api/v1/analyze", body))

    def enforce(
        self,
        agent_id: str,
        code: str,
        session_id: str | None = None,
        language: str = "python",
        context: Context | None = None,
        *,
        idempotency_key: str | None = None,
        **more: Any,
    ) -> Decision:
        """The decision about the code, also when it is no. ``more``: ``inputs``, ``files``, ``limits`` of the contract.

        ``idempotency_key``: asked again with the same one (after TimedOut, say), the server answers again and decides only once.
        """
        body = _present(agent_id=agent_id, code=code, session_id=session_id, language=language, context=context, **more)
        return read_decision(self._post("/api/v1/enforce", body, idempotency_key))

    def execute(
        self,
        agent_id: str,
        code: str,
        context: Context | None = None,
        *,
        session_id: str | None = None,
        language: str = "python",
        approval_id: str | None = None,
        idempotency_key: str | None = None,
        **more: Any,
    ) -> Execution:
        """Decides, and runs what is allowed in the server's sandbox. ``more``: ``inputs``, ``files``, ``limits``.

        ``idempotency_key``: asked again with the same one (after TimedOut, say), the server answers again and runs only once.
        """
        fixed = _present(agent_id=agent_id, code=code, context=context, session_id=session_id, language=language)
        body = fixed | _present(approval_id=approval_id, **more)
        return read_execution(self._post("/api/v1/execute", body, idempotency_key))

    def execute_if_allowed(self, agent_id: str, code: str, context: Context | None = None, **more: Any) -> Execution:
        """Like ``execute``, but returns only when the code ran to its end; raises Denied, ApprovalRequired or NotExecuted."""
        execution = self.execute(agent_id, code, context, **more)
        execution.raise_for_refusal()
        if not execution.completed:
            raise NotExecuted(execution)
        return execution

    def run_if_allowed(self, agent_id: str, code: str, run: Callable[[str], T], **more: Any) -> T:
        """``run(code)`` if and only if the decision is ALLOW; raises Denied or ApprovalRequired otherwise.

        ``run`` executes the code here, outside of the server's sandbox. Analysis is not containment: prefer
        ``execute_if_allowed`` for code that you do not trust.
        """
        self.enforce(agent_id, code, **more).raise_for_refusal()
        return run(code)

    # Approvals

    def get_approval(self, approval_id: str) -> dict[str, Any]:
        """The request as the server knows it; ``status`` is pending, approved, rejected, expired or consumed."""
        return self._get(f"/api/v1/approval/{_segment(approval_id)}")

    def approve(self, approval_id: str, approver: str, conditions: Any = None) -> dict[str, Any]:
        """Says yes. Who approves is the owner of this client's key; ``approver`` is kept beside it as a label."""
        return self._post(f"/api/v1/approval/{_segment(approval_id)}/approve", _present(approver=approver, conditions=conditions))

    def reject(self, approval_id: str, approver: str, reason: str) -> dict[str, Any]:
        """Says no, and why."""
        return self._post(f"/api/v1/approval/{_segment(approval_id)}/reject", {"approver": approver, "reason": reason})

    # The server

    def health_check(self) -> dict[str, Any]:
        """Version, features and how much containment there is. Needs no key."""
        return self._get("/api/v1/health")

    def get_contract(self) -> dict[str, Any]:
        """What the server guarantees, and what not. Needs no key."""
        return self._get("/api/v1/contract")

    def get_metrics(self) -> str:
        """Prometheus text."""
        answer = _expect_200(self._transport.request("GET", "/api/v1/metrics", None))
        try:
            return answer.body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InvalidAnswer("the metrics are not UTF-8 text") from error

    def _get(self, path: str) -> dict[str, Any]:
        return read_object(_expect_200(self._transport.request("GET", path, None)).body)

    def _post(self, path: str, body: Mapping[str, Any], idempotency_key: str | None = None) -> dict[str, Any]:
        return read_object(_expect_200(self._transport.request("POST", path, body, idempotency_key)).body)


def _expect_200(answer: Answer) -> Answer:
    if answer.status == 200:
        return answer
    try:
        problem = read_object(answer.body)
    except InvalidAnswer:
        problem = {}
    kind = RateLimited if answer.status == 429 else ServerFailed if answer.status >= 500 else Refused
    raise kind(answer.status, problem, answer.retry_after)


def _present(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _segment(approval_id: str) -> str:
    if not approval_id:
        raise ValueError("approval_id is empty")
    return quote(approval_id, safe="")
