"""Description exceptions: where answers and requests may differ from PagerDuty's API description, and why.

Each has a witness: the smallest piece of an answer or a request that the description refuses and the exception lets through.
When PagerDuty mends its description, the witness is refused no more, and a test says that the exception can go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ANYTHING = ...
_POLICY = ("/escalation_policies/{id}", "escalation_policy")


@dataclass(frozen=True, slots=True)
class Witness:
    """``body`` is answered with ``status``, or sent where that is None."""

    method: str
    path: str
    status: int | None
    body: Any


@dataclass(frozen=True, slots=True)
class DescriptionException:
    """``where`` is a pattern of places in a body; ``value`` is what may be there, or a function that says so."""

    why: str
    where: str
    value: Any | Callable[[Any], bool]
    witness: Witness

    def allows(self, instance: Any) -> bool:
        if callable(self.value):
            return bool(self.value(instance))
        return self.value is ANYTHING or bool(self.value == instance)


def answered(path: str, body: Any, status: int = 200, method: str = "get") -> Witness:
    return Witness(method, path, status, body)


def sent(method: str, path: str, body: Any) -> Witness:
    return Witness(method, path, None, body)
