"""A plain agent loop: the model proposes a program, AgentGuard decides and runs it, the model sees what came of it.

    AGENTGUARD_API_KEY=$(cat agentguard-data/admin.key) python3 examples/agent_loop.py
"""

from __future__ import annotations

import os
from typing import Iterable

from agentguard_client import AgentGuardClient, AgentGuardError, ApprovalRequired, Denied, NotExecuted

#: In place of a model: what it would propose, one turn after the other.
PROPOSALS = (
    "[3, 1, 2].toSorted()",
    "require('child_process').execSync('rm -rf /')",
    "typeof db === 'undefined' ? 'no database here' : db.query('DROP TABLE users')",
    "undefinedFunction()",
)


def act(client: AgentGuardClient, code: str) -> str:
    """What the model is told. Nothing in here runs code: the server's sandbox does, or nobody."""
    try:
        execution = client.execute_if_allowed("loop-agent", code, language="javascript", session_id="example")
        return f"result: {execution.result}"
    except ApprovalRequired as error:
        return f"waiting: a {error.approval_level} must approve this first; go on with something else"
    except Denied as error:
        return f"refused: {error}"
    except NotExecuted as error:
        return f"failed: {error}"
    except AgentGuardError as error:
        return f"refused: nobody could decide ({type(error).__name__})"


def run_agent(client: AgentGuardClient, proposals: Iterable[str]) -> list[str]:
    transcript: list[str] = []
    for code in proposals:
        observation = act(client, code)
        transcript.append(observation)  # A real loop gives this to the model as its next message.
        print(f"> {code}\n  {observation.splitlines()[0]}")
    return transcript


if __name__ == "__main__":
    url = os.environ.get("AGENTGUARD_URL", "http://localhost:5000")
    run_agent(AgentGuardClient(url, os.environ.get("AGENTGUARD_API_KEY")), PROPOSALS)
