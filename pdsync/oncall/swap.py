"""A swap: two people of a schedule take over each other's shifts for a time."""

from __future__ import annotations

from collections.abc import Iterable

from pdsync.model import Ref
from pdsync.oncall.interval import subtract
from pdsync.oncall.replacement import Replacement, spans_by_person
from pdsync.oncall.shift import Shift


def compute_swap(shifts: Iterable[Shift], first: Ref, second: Ref) -> tuple[Replacement, ...]:
    """The stretches of each of two people, which go to the other one. A stretch of both at once changes nothing, so it is left out."""
    spans = spans_by_person(shifts)
    of_first, of_second = spans.get(first, []), spans.get(second, [])
    to_second = [Replacement(start, end, second, first) for start, end in subtract(of_first, of_second)]
    to_first = [Replacement(start, end, first, second) for start, end in subtract(of_second, of_first)]
    return tuple(sorted([*to_second, *to_first]))
