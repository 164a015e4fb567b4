"""Client of an AgentGuard server: standard library only, typed, and closed by default.

Anything but an answer of 200 with ``decision: "ALLOW"`` is a refusal. Decisions are dictionaries that are true only
when they allow; everything that is not a decision is an exception below :class:`AgentGuardError`.
"""

from .answers import Analysis, Decision, Execution
from .client import AgentGuardClient
from .errors import (
    AgentGuardError,
    ApprovalRequired,
    Denied,
    InvalidAnswer,
    NotExecuted,
    RateLimited,
    Refused,
    ServerFailed,
    TimedOut,
    Unreachable,
)

__all__ = [
    "AgentGuardClient",
    "AgentGuardError",
    "Analysis",
    "ApprovalRequired",
    "Decision",
    "Denied",
    "Execution",
    "InvalidAnswer",
    "NotExecuted",
    "RateLimited",
    "Refused",
    "ServerFailed",
    "TimedOut",
    "Unreachable",
]
