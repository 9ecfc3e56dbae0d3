"""Stretches in which neither side changes."""

from __future__ import annotations

from pdsync.model import Ref
from pdsync.oncall.shift import Shift
from pdsync.report.page.moment import zone_of
from pdsync.report.page.stretch import NO_ONE, build_stretch, pair_shifts

ANA, BO = Ref("user", "id", "PANA"), Ref("user", "id", "PBO")


def shift(start: int, end: int, user: Ref | None) -> Shift:
    return Shift(start, end, user, "Week")


def test_sides_are_cut_at_each_others_edges_and_equal_neighbours_are_one() -> None:
    before = [shift(0, 10, ANA), shift(10, 20, ANA)]
    after = [shift(0, 5, ANA), shift(8, 20, BO)]
    assert list(pair_shifts(before, after, 0, 20)) == [
        (0, 5, (ANA,), (ANA,)),
        (5, 8, (ANA,), ()),
        (8, 20, (ANA,), (BO,)),
    ]


def test_a_side_that_is_not_there_has_no_one() -> None:
    assert list(pair_shifts(None, [shift(0, 20, ANA)], 0, 20)) == [(0, 20, (), (ANA,))]


def test_people_who_are_on_call_together_are_named_together() -> None:
    both = [shift(0, 20, BO), shift(5, 10, ANA)]
    pairs = list(pair_shifts(both, both, 0, 20))
    assert pairs == [(0, 5, (BO,), (BO,)), (5, 10, (ANA, BO), (ANA, BO)), (10, 20, (BO,), (BO,))]
    line = build_stretch((5, 10, (ANA, BO), ()), {ANA: "Ana", BO: "Bo"}, zone_of("Etc/UTC"), True)
    assert (line.before, line.after) == ("Ana, Bo", NO_ONE)


def test_a_line_of_the_table_says_whether_it_moved() -> None:
    names = {ANA: "Ana", BO: "Bo", None: "a deleted user"}
    line = build_stretch((0, 3600, (ANA,), (None,)), names, zone_of("Etc/UTC"), True)
    assert (line.since, line.until) == ("Thu 1 Jan 00:00", "Thu 1 Jan 01:00")
    assert (line.before, line.after, line.moved) == ("Ana", "a deleted user", True)
    assert not build_stretch((0, 3600, (ANA,), ()), names, zone_of("Etc/UTC"), False).moved
