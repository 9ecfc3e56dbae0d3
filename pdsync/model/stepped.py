"""Stepped fields: values that no single request can write, such as the rotations of a shift-based schedule.

Terms. A *step* is one request. The *answer* is what a GET of the object gives. Which step comes next follows from the answer and the value
alone, and there is none where the answer says what the value does. So nothing has to be remembered between two steps: after a lost answer
or a stop the object is read again, and the rest follows. The modules that plan steps are imported only where a field has to be written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from pdsync.model.codec.plain import Canonical
from pdsync.model.ref import Ref
from pdsync.model.scope import RefMap

NameOf = Callable[[Ref], str]
"""Gives the name by which people know what a reference leads to."""


class StepLimitError(Exception):
    """PagerDuty does not take as much as the value needs. The text says what."""


class StepAlteredError(Exception):
    """PagerDuty accepted a step but stored something else. The text says what."""


@dataclass(frozen=True, slots=True)
class StepRequest:
    """One step."""

    method: str
    path: str
    """Below the path of the object."""
    says: str
    """What it does, as the middle of a sentence: ``event 'office' ends``."""
    body: Any = None
    topic: str = ""
    """The part of the value that it is for."""
    undo: StepRequest | None = None
    """The request that takes it back, where something is lost unless a later step of this part is carried out."""
    is_last: bool = False
    """Whether nothing of its part is taken back once it is carried out."""
    plan: Any = field(default=None, compare=False)
    """The step in the words of the module that planned it."""

    def as_undo_of(self, made: str) -> StepRequest | None:
        """The request that takes it back; `made` is the id of what it created."""
        if self.undo is None:
            return None
        return StepRequest(self.undo.method, self.undo.path.replace("{made}", made), self.undo.says, self.undo.body)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be written, and in whose words."""

    value: Canonical
    """References are in normal form."""
    at_once: bool
    """Whether people on call may change at once."""
    to_normal: RefMap
    """Gives the normal form of a reference of the account."""
    to_request: RefMap
    """Gives a reference as requests have it."""


class Stepped(Protocol):
    """How a field is written in steps. Pure."""

    def next(self, asked: Asked, answer: Mapping[str, Any], moment: int) -> StepRequest | None:
        """The next step at a moment (seconds since 1970), None where there is none. Raises `StepLimitError`."""
        ...

    def after(self, answer: Mapping[str, Any], step: StepRequest, reply: Any) -> Mapping[str, Any]:
        """The answer that a GET would give after a step with this reply. Raises `StepAlteredError`."""
        ...

    def is_done(self, desired: Canonical, live: Canonical, moment: str, *, at_once: bool) -> bool:
        """Whether no step is left between two values of the field."""
        ...

    def predict(self, desired: Canonical, live: Canonical, moment: str, *, at_once: bool) -> Canonical:
        """What the account holds once all steps are carried out; the desired value where that is not possible."""
        ...

    def in_words(
        self, desired: Canonical, live: Canonical, moment: str, name_of: NameOf, *, at_once: bool
    ) -> tuple[tuple[int, str], ...]:
        """What happens when, for a reviewer, each with the moment by which it has happened (seconds since 1970). Raises
        `StepLimitError`."""
        ...

    def find_ending(self, held: Canonical, moment: str) -> Iterator[tuple[Canonical, int]]:
        """The parts of a value that count now and end by themselves, each as a value of the field, and when (seconds since 1970)."""
        ...

    def find_waiting(self, desired: Canonical, held: Canonical, moment: str) -> Iterator[tuple[int, str]]:
        """What takes effect by itself, later, and that the desired value does not say: when (seconds since 1970), and in words."""
        ...


LoadStepped = Callable[[], Stepped]
"""Imports the steps of a field."""
