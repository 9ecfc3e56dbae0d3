"""Swaps and days off: who takes over which stretch of a schedule."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from pdsync.engine.override_item import write_items
from pdsync.model import Ref
from pdsync.oncall.day_off import DayOff, find_clashes
from pdsync.oncall.interval import intersect, subtract, total_s
from pdsync.oncall.replacement import Replacement, has_rotations, join_replacements, spans_by_person, turns_of
from pdsync.oncall.roster import Roster, roster_of_resources
from pdsync.oncall.shift import Shift, join_shifts, overlay
from pdsync.oncall.swap import compute_swap
from tests.support.world import layer, resource, schedule, user

ANA, BEN, CLEO = (Ref("user", "key", key) for key in ("ana", "ben", "cleo"))
SCHEDULE = Ref("schedule", "key", "s")
DAY_S = 86_400
PEOPLE = st.sampled_from([ANA, BEN, CLEO, None])


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@given(st.lists(st.tuples(st.integers(1, 9), PEOPLE), max_size=12))
def test_after_a_swap_each_has_what_the_other_had_and_the_rest_is_as_it_was(
    turns: list[tuple[int, Ref | None]],
) -> None:
    shifts, moment = [], 0
    for length, person in turns:
        shifts.append(Shift(moment, moment + length, person, "Weekly"))
        moment += length
    replacements = compute_swap(shifts, ANA, BEN)
    over = tuple(Shift(it.start, it.end, it.user, "") for it in replacements)
    before, after = spans_by_person(join_shifts(shifts)), spans_by_person(overlay(join_shifts(shifts), over))
    assert after.get(ANA, []) == before.get(BEN, [])
    assert after.get(BEN, []) == before.get(ANA, [])
    assert after.get(CLEO, []) == before.get(CLEO, [])


@given(st.lists(st.tuples(st.sampled_from([ANA, BEN]), st.integers(0, 30), st.integers(1, 9)), max_size=8))
def test_a_time_in_which_both_are_on_call_is_not_swapped(shifts: list[tuple[Ref, int, int]]) -> None:
    spans = spans_by_person([Shift(start, start + length, person, "") for person, start, length in shifts])
    found = [Shift(*span, person, "") for person, its in spans.items() for span in its]
    both = intersect(spans.get(ANA, []), spans.get(BEN, []))
    swapped = sorted((it.start, it.end) for it in compute_swap(found, ANA, BEN))
    assert not intersect(swapped, both)
    alone = subtract(spans.get(ANA, []), both) + subtract(spans.get(BEN, []), both)
    assert total_s(swapped) == total_s(alone)


def test_what_follows_on_between_the_same_people_is_one_replacement() -> None:
    given_ = [
        Replacement(2, 4, BEN, ANA),
        Replacement(0, 2, BEN, ANA),
        Replacement(4, 5, CLEO, ANA),
        Replacement(6, 7, BEN, ANA),
    ]
    assert join_replacements(given_) == (
        Replacement(0, 4, BEN, ANA),
        Replacement(4, 5, CLEO, ANA),
        Replacement(6, 7, BEN, ANA),
    )


def roster(*layers: dict[str, object]) -> Roster:
    return roster_of_resources([user("ana"), user("ben"), user("cleo"), schedule("s", *layers)])


WEEKLY = layer("Weekly", "ana", "ben", "cleo", rotation_virtual_start="2027-01-04T09:00")
MONDAY = at("2027-01-04T09:00+01:00")


def clashes(made: Roster, *days: DayOff) -> list[tuple[int, int, Ref | None]]:
    found = find_clashes(made, SCHEDULE, days, (MONDAY, MONDAY + 28 * DAY_S))
    return [(it.start, it.end, it.substitute) for it in found]


def day(person: Ref, text: str, length: int = DAY_S) -> DayOff:
    return DayOff(at(text), at(text) + length, person, "Off")


def test_only_who_is_on_call_clashes_with_a_day_off() -> None:
    off = [day(person, "2027-01-06T00:00+01:00") for person in (BEN, CLEO)]
    assert not clashes(roster(WEEKLY), *off)
    (found,) = clashes(roster(WEEKLY), day(ANA, "2027-01-06T00:00+01:00"))
    assert found == (at("2027-01-06T00:00+01:00"), at("2027-01-07T00:00+01:00"), BEN)


def test_the_next_one_who_is_not_off_takes_over() -> None:
    off = [day(person, "2027-01-06T00:00+01:00") for person in (ANA, BEN)]
    assert [it[2] for it in clashes(roster(WEEKLY), *off)] == [CLEO]
    assert [it[2] for it in clashes(roster(WEEKLY), *off, day(CLEO, "2027-01-06T23:00+01:00", 7200))] == [None]


def test_the_next_one_is_of_the_same_layer() -> None:
    days = {"type": "daily_restriction", "start_time_of_day": "09:00", "duration_seconds": "8h"}
    nights = {"type": "daily_restriction", "start_time_of_day": "17:00", "duration_seconds": "16h"}
    made = roster(
        layer("Days", "ana", "ben", rotation_virtual_start="2027-01-04T09:00", restrictions=[days]),
        layer("Nights", "cleo", restrictions=[nights]),
    )
    assert clashes(made, day(ANA, "2027-01-06T00:00+01:00")) == [
        (at("2027-01-06T09:00+01:00"), at("2027-01-06T17:00+01:00"), BEN)
    ]


def test_two_reasons_for_one_day_are_one_clash() -> None:
    twice = [day(ANA, "2027-01-06T00:00+01:00"), day(ANA, "2027-01-06T12:00+01:00")]
    assert clashes(roster(WEEKLY), *twice) == [
        (at("2027-01-06T00:00+01:00"), at("2027-01-07T00:00+01:00"), BEN),
        (at("2027-01-07T00:00+01:00"), at("2027-01-07T12:00+01:00"), BEN),
    ]


def test_of_a_shift_based_schedule_each_stretch_is_of_one_rotation() -> None:
    """Ana has the nights and the weekend as two rotations, and Cleo is there all the time."""
    spec = {
        "version": 3,
        "time_zone": "Europe/Berlin",
        "rotations": [
            {"name": "Shadow", "every": "week", "on": ["mon"], "from": "09:00", "for": "1w", "members": ["cleo"], "starts": "2027-01-04"},
            {"name": "Days", "every": "day", "from": "09:00", "to": "17:00", "shifts_per_member": 7, "members": ["ana", "ben"], "starts": "2027-01-04"},
            {"name": "Backup", "every": "day", "from": "12:00", "to": "20:00", "members": ["ana"], "starts": "2027-01-04"},
        ],
    }  # fmt: skip
    made = roster_of_resources([user("ana"), user("ben"), user("cleo"), resource("Schedule", "s", spec)])
    ref = next(ref for ref, entry in made.entries.items() if "rotations" in entry.fields)
    assert has_rotations(made, ref)
    day = (at("2027-01-04T09:00+01:00"), at("2027-01-05T09:00+01:00"))
    swapped = compute_swap(turns_of(made, ref, *day), ANA, BEN, has_rotations=True)
    assert swapped == (
        Replacement(at("2027-01-04T09:00+01:00"), at("2027-01-04T17:00+01:00"), BEN, ANA, "Days"),
        Replacement(at("2027-01-04T12:00+01:00"), at("2027-01-04T20:00+01:00"), BEN, ANA, "Backup"),
    )
    off = DayOff(at("2027-01-04T00:00+01:00"), at("2027-01-05T00:00+01:00"), ANA, "Off")
    found = find_clashes(made, ref, [off], day)
    assert [(it.start, it.end, it.substitute, it.rotation) for it in found] == [
        (it.start, it.end, BEN, it.rotation) for it in swapped
    ]
    assert write_items(made, ref, swapped) == [
        {
            "user": "ben",
            "start": "2027-01-04T09:00",
            "end": "2027-01-04T17:00",
            "instead_of": "ana",
            "rotation": "Days",
        },
        {
            "user": "ben",
            "start": "2027-01-04T12:00",
            "end": "2027-01-04T20:00",
            "instead_of": "ana",
            "rotation": "Backup",
        },
    ]
