"""A swap: two people of a schedule take over each other's shifts for a time."""

from __future__ import annotations

from collections.abc import Sequence

from pdsync.model import Ref
from pdsync.oncall.interval import intersect, subtract
from pdsync.oncall.replacement import Replacement, join_replacements, spans_by_person
from pdsync.oncall.shift import Shift


def compute_swap(
    shifts: Sequence[Shift], first: Ref, second: Ref, *, has_rotations: bool = False
) -> tuple[Replacement, ...]:
    """The stretches of each of two people, which go to the other one. A stretch of both at once changes nothing, so it is left out.

    `has_rotations`: the layer of a shift is a rotation, and each replacement is within one of them.
    """
    spans = spans_by_person(shifts)
    both = intersect(spans.get(first, []), spans.get(second, []))
    takers = {first: second, second: first}
    return join_replacements(
        Replacement(start, end, takers[shift.user], shift.user, shift.layer if has_rotations else "")
        for shift in shifts
        if shift.user in takers
        for start, end in subtract([(shift.start, shift.end)], both)
    )
