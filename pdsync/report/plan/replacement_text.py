"""What a plan says about a replacement besides the fields that differ."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.kinds import BY_SLUG
from pdsync.plan import Change
from pdsync.report.text.safe_text import safe_text

ORDER = (
    "first the new one, then what refers to it, last the delete of the old; the next plan finishes an interrupted run"
)


def replacement_lines(change: Change) -> Iterator[tuple[str, str]]:
    """Style and safe text of each sentence: which object is replaced and why, what is lost, in which order."""
    kind = BY_SLUG[change.kind]
    because = change.because or ()
    fields = [name for name in because if kind.field(name) is not None]
    reasons = [f"PagerDuty allows no change of {_and(fields)}"] if fields else []
    reasons += [reason for reason in because if reason not in fields]
    yield "", f"a new {kind.noun} in place of {safe_text(change.replaces or '')}: {safe_text('; '.join(reasons))}"
    for lost in change.loses or ():
        yield "error", f"lost: {safe_text(lost)}"
    yield "muted", ORDER


def _and(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
