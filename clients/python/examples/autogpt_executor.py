"""An AutoGPT component whose command executes code through AgentGuard: decided, and run in the server's sandbox or not at all.

    AGENTGUARD_API_KEY=$(cat agentguard-data/admin.key) python3 examples/autogpt_executor.py
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Iterator

from agentguard_client import AgentGuardClient, AgentGuardError

if TYPE_CHECKING:
    from stand_ins.forge_commands import Command, CommandExecutionError, CommandProvider, JSONSchema, command
else:
    try:
        from forge.agent.protocols import CommandProvider
        from forge.command import Command, command
        from forge.models.json_schema import JSONSchema
        from forge.utils.exceptions import CommandExecutionError
    except ImportError:
        from stand_ins.forge_commands import Command, CommandExecutionError, CommandProvider, JSONSchema, command


class GuardedExecutor(CommandProvider):
    """Takes the place of the component that executes code on this machine."""

    def __init__(self, client: AgentGuardClient, agent_id: str) -> None:
        self._client = client
        self._agent_id = agent_id

    def get_commands(self) -> Iterator[Command]:
        yield self.execute_javascript

    @command(
        ["execute_javascript", "run_javascript"],
        "Executes JavaScript in a sandbox and returns what it prints, or its last value",
        {"code": JSONSchema(type=JSONSchema.Type.STRING, description="The program", required=True)},
    )
    async def execute_javascript(self, code: str) -> str:
        try:
            # The client blocks; the agent's loop must not.
            execution = await asyncio.to_thread(self._client.execute_if_allowed, self._agent_id, code, language="javascript")
        except AgentGuardError as error:
            raise CommandExecutionError(f"not executed: {error}") from error
        return execution.output or ""


async def main() -> None:
    client = AgentGuardClient(os.environ.get("AGENTGUARD_URL", "http://localhost:5000"), os.environ.get("AGENTGUARD_API_KEY"))
    (execute,) = GuardedExecutor(client, "autogpt-agent").get_commands()
    for code in ("console.log('words:', 'to be or not to be'.split(' ').length)", "account.balance -= 100"):
        try:
            print(f"> {code}\n  {(await execute(code=code)).rstrip()}")
        except CommandExecutionError as error:
            print(f"> {code}\n  {error}")


if __name__ == "__main__":
    asyncio.run(main())
