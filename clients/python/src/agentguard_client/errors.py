"""What can come instead of a yes. Every one of them means: it was not allowed, or nobody knows; do not run it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

if TYPE_CHECKING:
    from .answers import Decision, Execution


class AgentGuardError(Exception):
    """Base of everything this package raises about an answer. Catch this one to fail closed."""


class Unreachable(AgentGuardError):
    """No connection, or it broke before the whole answer was there."""


class TimedOut(AgentGuardError):
    """The whole answer was not there within the time-out. The server may have decided, or run, all the same."""


class InvalidAnswer(AgentGuardError):
    """An answer came that is not what the contract says: not JSON, no known decision, or one that contradicts itself."""


class Refused(AgentGuardError):
    """The server answered with another status than 200 and said why."""

    def __init__(self, status: int, problem: Mapping[str, Any], retry_after: int | None = None) -> None:
        self.status = status
        self.code: str = _text(problem, "code") or f"http.{status}"
        self.detail: str = _text(problem, "detail") or _text(problem, "error") or "the server gave no reason"
        self.problem: dict[str, Any] = dict(problem)
        #: Seconds to wait before asking again; None when the server did not say.
        self.retry_after = retry_after
        super().__init__(f"{status} {self.code}: {self.detail}")


class RateLimited(Refused):
    """429: too many requests with this key; ``retry_after`` says when to try again."""


class ServerFailed(Refused):
    """5xx: the server could not decide, or could not record its decision. Nothing was allowed."""


class Denied(AgentGuardError):
    """The server decided, and the decision is not ALLOW."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        reasons = "; ".join(decision.violations) or ", ".join(decision.reason_codes) or "no reason was given"
        by = f" by {decision.blocked_by}" if decision.blocked_by else ""
        super().__init__(f"{decision.decision}{by}: {reasons}")


class ApprovalRequired(Denied):
    """A person must say yes first; submit the same again with ``approval_id`` once they have."""

    @property
    def approval_id(self) -> str | None:
        return self.decision.approval_id

    @property
    def approval_level(self) -> str | None:
        return self.decision.approval_level


class NotExecuted(AgentGuardError):
    """It was allowed, but it did not run, or did not run to its end."""

    def __init__(self, execution: Execution) -> None:
        self.execution = execution
        super().__init__(f"{execution.status}: {execution.error or 'no reason was given'}")


def _text(problem: Mapping[str, Any], name: str) -> str | None:
    value = problem.get(name)
    return value if isinstance(value, str) and value else None
