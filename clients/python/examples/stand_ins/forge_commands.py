"""What the example uses of AutoGPT's `forge`, for machines without it: documented behaviour, nothing more."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum
from typing import Any, Callable, Iterator


class CommandExecutionError(Exception):
    """What the agent shows to the model as the result of a command that failed."""


@dataclass
class JSONSchema:
    class Type(str, Enum):
        STRING = "string"

    type: Type
    description: str
    required: bool = False


@dataclass
class Command:
    names: list[str]
    description: str
    method: Callable[..., Any]
    parameters: dict[str, JSONSchema]

    def __get__(self, instance: object, owner: type) -> Command:
        bound: Callable[..., Any] = self.method.__get__(instance, owner)  # type: ignore[attr-defined]
        return Command(self.names, self.description, bound, self.parameters)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.method(*args, **kwargs)


def command(names: list[str], description: str, parameters: dict[str, JSONSchema]) -> Callable[[Callable[..., Any]], Command]:
    return lambda method: Command(names, description, method, parameters)


class CommandProvider(ABC):
    @abstractmethod
    def get_commands(self) -> Iterator[Command]: ...
