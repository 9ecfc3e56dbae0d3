"""Shifts, as values."""

from __future__ import annotations

from pdsync.model import Ref
from pdsync.oncall.shift import Shift, join_shifts, read_override

ANA = Ref("user", "id", "PU1")


def test_an_override_is_a_shift_of_no_layer() -> None:
    raw = {"start": "1970-01-01T00:01:00Z", "end": "1970-01-01T01:02:00+01:00", "user": {"id": "PU1"}}
    assert read_override(raw) == Shift(60, 120, ANA, "")


def test_shifts_that_follow_on_are_one() -> None:
    shifts = [Shift(0, 5, ANA, "a"), Shift(5, 9, ANA, "a"), Shift(9, 10, ANA, "b")]
    assert join_shifts(shifts) == (Shift(0, 9, ANA, "a"), Shift(9, 10, ANA, "b"))
