"""What an apply did: one outcome for every change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pdsync.plan.change import Operation

RESULT_VERSION = 1


class Status(StrEnum):
    """How a change ended."""

    APPLIED = "applied"
    ALREADY = "already"
    """Somebody else, or an earlier run, had done it: nothing was written."""
    FAILED = "failed"
    """PagerDuty refused it, or it could not be reached."""
    CONFLICT = "conflict"
    """The object was changed since it was planned: it was left alone."""
    UNKNOWN = "unknown"
    """The answer was lost: it may have been done."""
    SKIPPED = "skipped"
    """Not tried, because something it waits for did not succeed, or because the run was stopped."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one change ended."""

    address: str
    operation: Operation
    name: str
    status: Status
    id: str | None = None
    message: str = ""
    """What went wrong, with what to do next; or what differs although it was applied."""
    warning: str = ""
    """What PagerDuty made of the request, where that is not what was asked."""

    http_status: int | None = None
    """The status that PagerDuty refused it with."""
    written: bool = False
    """True when something was written although the change did not end well."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "address": self.address,
            "operation": self.operation.value,
            "name": self.name,
            "status": self.status.value,
            "id": self.id,
            "message": self.message or None,
            "warning": self.warning or None,
            "http_status": self.http_status,
            "written": self.written or self.status is Status.APPLIED,
        }


@dataclass(frozen=True, slots=True)
class Result:
    """The outcomes of an apply, in the order of the plan."""

    outcomes: tuple[Outcome, ...]
    interrupted: bool = False

    def count(self) -> Mapping[Status, int]:
        """How many changes ended in each way."""
        return Counter(outcome.status for outcome in self.outcomes)

    @property
    def exit_code(self) -> int:
        """0 all done, 1 nothing done, 3 done in part, 4 nothing done because the plan is stale, 6 unknown, 130 stopped."""
        counts = self.count()
        bad = counts[Status.FAILED] + counts[Status.CONFLICT] + counts[Status.SKIPPED]
        if self.interrupted:
            return 130
        if counts[Status.UNKNOWN]:
            return 6
        if not bad:
            return 0
        if counts[Status.APPLIED] or any(outcome.written for outcome in self.outcomes):
            return 3
        return 4 if counts[Status.CONFLICT] and not counts[Status.FAILED] else 1

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        counts = self.count()
        return {
            "version": RESULT_VERSION,
            "outcomes": [outcome.to_json() for outcome in self.outcomes],
            "summary": {status.value: counts[status] for status in Status},
            "interrupted": self.interrupted,
            "exit_code": self.exit_code,
        }
