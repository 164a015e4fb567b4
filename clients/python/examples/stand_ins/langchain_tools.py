"""What the example uses of `langchain_core.tools`, for machines without LangChain: documented behaviour, nothing more."""

from __future__ import annotations

from typing import Any


class ToolException(Exception):
    """Raised by a tool to tell the model what went wrong, when `handle_tool_error` is set."""


class BaseTool:
    """Fields by keyword, `_run` by the subclass, `invoke` by the agent."""

    name: str
    description: str
    handle_tool_error: bool = False

    def __init__(self, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self, name, value)

    def _run(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def invoke(self, input: str | dict[str, Any]) -> Any:
        try:
            return self._run(**input) if isinstance(input, dict) else self._run(input)
        except ToolException as error:
            if not self.handle_tool_error:
                raise
            return str(error)
