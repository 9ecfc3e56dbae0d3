"""What an apply did: one outcome for every change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from msgspec.structs import replace

from pdsync.plan.change import Operation
from pdsync.plan.json_form import Count, Form, counts, says
from pdsync.plan.pending import Pending

RESULT_VERSION: Final = 1


class Status(StrEnum):
    """How a change ended."""

    APPLIED = "applied"
    ALREADY = "already"
    """It was done already, by another person or an earlier run: nothing was written."""
    FAILED = "failed"
    """PagerDuty refused it, or it could not be reached."""
    CONFLICT = "conflict"
    """The object was changed since it was planned: it was left alone."""
    UNKNOWN = "unknown"
    """The answer was lost: it may have been done."""
    SKIPPED = "skipped"
    """Not tried, because something it waits for did not succeed, or because the run was stopped."""


class Warned(Form, frozen=True):
    """A warning from PagerDuty about a document that it stored: a part of the document has no effect."""

    field: Annotated[str, says("The field, such as router.")]
    message: Annotated[str, says("What PagerDuty said.")]
    item: Annotated[str | None, says("The label of the rule that the warning is about; null if it names none.")] = None
    type: Annotated[
        str | None, says("The kind of warning, such as forbidden_feature, invalid_routing or invalid_data.")
    ] = None
    feature: Annotated[str | None, says("The feature that the account lacks, if the warning is about one.")] = None

    def __str__(self) -> str:
        place = f"{self.field}[{self.item}]" if self.item else self.field
        return f"{place}: {self.message}"


class Outcome(Form, frozen=True):
    """How one change ended."""

    address: Annotated[str, says("The manifest, as kind/name.")]
    operation: Annotated[Operation, says("The operation.")]
    name: Annotated[str, says("The name in PagerDuty.")]
    status: Annotated[Status, says("How it ended.")]
    id: Annotated[str | None, says("The PagerDuty id, if known.")] = None
    # Also what differs although the change was applied.
    message: Annotated[str | None, says("What went wrong, and what to do next.")] = None
    warning: Annotated[str | None, says("What PagerDuty stored, if that is not what was requested.")] = None
    http_status: Annotated[int | None, says("The HTTP status with which PagerDuty refused it.")] = None
    written: Annotated[bool, says("Whether anything of it was written.")] = False
    warned: Annotated[
        tuple[Warned, ...], says("What PagerDuty stored but does not act on. With --strict this counts as a failure.")
    ] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON. What was applied was written, whether or not a writer said so."""
        return {**super().to_json(), "written": self.written or self.status is Status.APPLIED}


class _ResultBody(Form, frozen=True):
    """What an apply did."""

    outcomes: Annotated[tuple[Outcome, ...], says("One entry for each change, in the order of the plan.")]
    interrupted: Annotated[bool, says("Whether the run was stopped before it was finished.")] = False
    strict: Annotated[bool, says("Whether a warning from PagerDuty counts as a failure (--strict).")] = False
    pending: Annotated[tuple[Pending, ...], says("What is in the account now and takes effect later.")] = ()
    warned_before: Annotated[
        tuple[str, ...],
        says(
            "The objects with rules that PagerDuty warned about in an earlier apply, and that this one does not write."
        ),
    ] = ()


_SUMMARY = counts(
    "How many changes ended in each way.",
    {status.value: f"How many ended as {status.value}." for status in Status},
)


class ResultDocument(_ResultBody, frozen=True, kw_only=True):
    """The member 'result' of what 'pdsync apply -o json' prints; null there where nothing was applied."""

    version: Annotated[Literal[1], says("The version of this form.")] = RESULT_VERSION
    summary: Annotated[Mapping[str, int], _SUMMARY]
    exit_code: Annotated[Count, says("The exit code of 'pdsync apply'.")]


class Result(_ResultBody, frozen=True):
    """The outcomes of an apply, in the order of the plan."""

    def with_pending(self, pending: Iterable[Pending]) -> Result:
        """The result with what is pending after these changes. Failed changes leave nothing pending."""
        open_ones = {it.address for it in self.outcomes if it.status not in (Status.APPLIED, Status.ALREADY)}
        return replace(self, pending=tuple(each for each in pending if each.address not in open_ones))

    def count(self) -> Mapping[Status, int]:
        """How many changes ended in each way."""
        return Counter(outcome.status for outcome in self.outcomes)

    @property
    def has_warnings(self) -> bool:
        """Whether PagerDuty holds something that it does nothing with, written now or before: the same apply once more does not fix it."""
        return bool(self.warned_before) or any(outcome.warned for outcome in self.outcomes)

    @property
    def exit_code(self) -> int:
        """0 all done (3 with a warning, where it is strict), 1 nothing done, 3 done in part, 4 nothing done because the plan is stale, 6 unknown, 130 stopped."""
        counts = self.count()
        bad = counts[Status.FAILED] + counts[Status.CONFLICT] + counts[Status.SKIPPED]
        if self.interrupted:
            return 130
        if counts[Status.UNKNOWN]:
            return 6
        if not bad:
            return 3 if self.strict and self.has_warnings else 0
        if counts[Status.APPLIED] or any(outcome.written for outcome in self.outcomes):
            return 3
        return 4 if counts[Status.CONFLICT] and not counts[Status.FAILED] else 1

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        found = self.count()
        summary = {status.value: found[status] for status in Status}
        document = ResultDocument(
            self.outcomes,
            self.interrupted,
            self.strict,
            self.pending,
            self.warned_before,
            summary=summary,
            exit_code=self.exit_code,
        )
        return document.to_json()
