"""A LangChain tool that runs Python, put behind AgentGuard: the agent sees one tool, and the inner one runs only after ALLOW.

    AGENTGUARD_API_KEY=$(cat agentguard-data/admin.key) python3 examples/langchain_tool.py

The inner tool runs the code in this process, outside of any sandbox. Analysis is not containment: put a tool like this
behind AgentGuard to catch mistakes and open harm, and run code that you do not trust with `execute_if_allowed` instead.
"""

from __future__ import annotations

import contextlib
import io
import os
from typing import TYPE_CHECKING, Any

from agentguard_client import AgentGuardClient, AgentGuardError

if TYPE_CHECKING:
    from stand_ins.langchain_tools import BaseTool, ToolException
else:
    try:
        from langchain_core.tools import BaseTool, ToolException
    except ImportError:
        from stand_ins.langchain_tools import BaseTool, ToolException


class PythonTool(BaseTool):
    """What an agent without a guard would be given."""

    name: str = "python"
    description: str = "Runs Python and returns what it prints."

    def _run(self, code: str, **_: Any) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(code, {})
        return printed.getvalue()


class GuardedTool(BaseTool):
    """Any tool whose one argument is code."""

    name: str = "python"
    description: str = "Runs Python and returns what it prints. Code that would do harm is refused, with the reason."
    handle_tool_error: bool = True
    inner: Any
    client: Any
    agent_id: str

    def _run(self, code: str, **_: Any) -> str:
        try:
            return self.client.run_if_allowed(self.agent_id, code, self.inner.invoke)
        except AgentGuardError as error:
            raise ToolException(f"not run: {error}") from error


def main() -> None:
    client = AgentGuardClient(os.environ.get("AGENTGUARD_URL", "http://localhost:5000"), os.environ.get("AGENTGUARD_API_KEY"))
    tool = GuardedTool(inner=PythonTool(), client=client, agent_id="langchain-agent")
    for code in (
        "print(sum(n * n for n in range(10)))",
        "import shutil\nshutil.rmtree('/')",
        "eval(__import__('base64').b64decode('X19pbXBvcnRfXygnb3MnKS5zeXN0ZW0oJ3JtIC1yZiAvJyk='))",
    ):
        print(f"> {code!r}\n  {tool.invoke({'code': code})}".rstrip())


if __name__ == "__main__":
    main()
