"""A finding: a rule that something breaks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from pdsync.model import Ref
from pdsync.oncall.interval import Interval, subtract, total_s

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule finds about one object."""

    rule: str
    severity: Severity
    subject: Ref
    name: str
    """The name of the object in PagerDuty."""
    message: str
    """A sentence without the times of `when`."""
    hint: str = ""
    place: str = ""
    """The place in the manifest, such as ``on-call.yaml:12``; empty where it is not known."""
    amount: int = 0
    """How bad it is, in the unit of the rule: more is worse."""
    when: tuple[Interval, ...] = ()
    """The times it is about, in order, in seconds since 1970."""

    def is_worse_than(self, other: Finding) -> bool:
        """Whether this is worse than another finding of the same rule about the same object."""
        return self.amount > other.amount or bool(total_s(subtract(self.when, other.when)))


def choose_new(found: Iterable[Finding], before: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings that were not there before, or are worse than before."""
    held = {(each.rule, each.subject): each for each in before}
    return tuple(
        each for each in found
        if (other := held.get((each.rule, each.subject))) is None or each.is_worse_than(other)
    )  # fmt: skip
