"""Answers as dictionaries (every field of the contract is there) with typed access to what decides."""

from __future__ import annotations

from typing import Any, Mapping, cast

from .errors import ApprovalRequired, Denied, InvalidAnswer

_DECISIONS = ("ALLOW", "BLOCK", "REQUIRES_APPROVAL")
#: What a layer may say in a decision of ALLOW.
_LAYER_PASSES = ("ALLOW", "CONSTRAIN", "SKIPPED")


class _Answer(dict[str, Any]):
    def _texts(self, name: str) -> list[str]:
        value = self.get(name)
        return [item for item in cast("list[object]", value) if isinstance(item, str)] if isinstance(value, list) else []

    def _text(self, name: str) -> str | None:
        value = self.get(name)
        return value if isinstance(value, str) else None

    @property
    def decision(self) -> str:
        """``ALLOW``, ``BLOCK`` or ``REQUIRES_APPROVAL``."""
        return str(self["decision"])

    @property
    def blocked_by(self) -> str | None:
        return self._text("blocked_by")

    @property
    def violations(self) -> list[str]:
        return self._texts("violations")

    @property
    def reason_codes(self) -> list[str]:
        return self._texts("reason_codes")


class Analysis(_Answer):
    """What the static layers say. It is not a decision: nothing was recorded, and nothing may run on its strength."""

    @property
    def would_block(self) -> bool:
        return self.get("would_block") is not False or self.decision != "ALLOW"


class Decision(_Answer):
    """The answer of ``enforce``. True only when the code is allowed, so that ``if decision:`` fails closed."""

    def __bool__(self) -> bool:
        return self.allowed

    @property
    def allowed(self) -> bool:
        return self.get("decision") == "ALLOW"

    @property
    def requires_approval(self) -> bool:
        return self.get("decision") == "REQUIRES_APPROVAL"

    @property
    def approval_id(self) -> str | None:
        return self._text("approval_id")

    @property
    def approval_level(self) -> str | None:
        return self._text("approval_level")

    @property
    def audit_id(self) -> str | None:
        return self._text("audit_id")

    def raise_for_refusal(self) -> None:
        """Raises ApprovalRequired or Denied unless the decision is ALLOW."""
        if self.requires_approval:
            raise ApprovalRequired(self)
        if not self.allowed:
            raise Denied(self)


class Execution(Decision):
    """The answer of ``execute``: the decision, and what running gave. True only when it ran to its end."""

    def __bool__(self) -> bool:
        return self.completed

    @property
    def completed(self) -> bool:
        return self.allowed and self.get("executed") is True and self.status == "completed"

    @property
    def status(self) -> str:
        """``completed``, ``failed``, ``timeout``, ``not_run`` and others of the contract."""
        return str(self._run.get("status", "not_run"))

    @property
    def output(self) -> str | None:
        return self._text("output")

    @property
    def error(self) -> str | None:
        return self._text("error")

    @property
    def result(self) -> Any:
        """The program's last value, as JSON."""
        return self._run.get("result")

    @property
    def _run(self) -> Mapping[str, Any]:
        run = self.get("execution")
        return cast("dict[str, Any]", run) if isinstance(run, dict) else {}


def read_analysis(body: Mapping[str, Any]) -> Analysis:
    return Analysis(_with_known_decision(body))


def read_decision(body: Mapping[str, Any]) -> Decision:
    return Decision(_consistent(_with_known_decision(body)))


def read_execution(body: Mapping[str, Any]) -> Execution:
    execution = Execution(_consistent(_with_known_decision(body)))
    if not isinstance(body.get("executed"), bool):
        raise InvalidAnswer("the answer does not say whether the code was run: `executed` is not true or false")
    if execution["executed"] and not execution.allowed:
        raise InvalidAnswer(f"the answer contradicts itself: it was run although the decision is {execution.decision}")
    return execution


def _with_known_decision(body: Mapping[str, Any]) -> dict[str, Any]:
    """A decision of a newer server that this client does not know is BLOCK; ``received_decision`` keeps the word."""
    decision = body.get("decision")
    if not isinstance(decision, str):
        raise InvalidAnswer("the answer holds no decision: `decision` is missing or not a text")
    if decision in _DECISIONS:
        return dict(body)
    return {**body, "decision": "BLOCK", "received_decision": decision}


def _consistent(body: dict[str, Any]) -> dict[str, Any]:
    """An ALLOW beside a layer that says no is not an ALLOW: somebody on the way changed or mixed up the answer."""
    if body["decision"] != "ALLOW":
        return body
    layers = body.get("layer_results")
    said = [_layer_decision(layer) for layer in cast("list[object]", layers)] if isinstance(layers, list) else []
    if not said:
        raise InvalidAnswer("the answer contradicts itself: ALLOW without the result of any layer")
    refusing = next((each for each in said if each not in _LAYER_PASSES), None)
    if refusing is not None or body.get("blocked_by") is not None or body.get("requires_approval") is True:
        raise InvalidAnswer(f"the answer contradicts itself: ALLOW although {_contradiction(body, refusing)}")
    return body


def _layer_decision(layer: object) -> str:
    found = cast("dict[str, object]", layer).get("decision") if isinstance(layer, dict) else None
    return found if isinstance(found, str) else "nothing"


def _contradiction(body: Mapping[str, Any], refusing: str | None) -> str:
    if body.get("blocked_by") is not None:
        return f"`blocked_by` is {body['blocked_by']!r}"
    if refusing is not None:
        return f"a layer says {refusing}"
    return "`requires_approval` is true"
