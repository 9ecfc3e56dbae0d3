"""What the parts of a shift-based schedule mean for who is on call."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pdsync.model import Ref
from pdsync.oncall.pending import pending_of
from pdsync.oncall.roster import Entry, Roster
from pdsync.oncall.shift_edit import CustomShift, ShiftEdits, ShiftOverride

ANA, BEN, CAI, GONE = (Ref("user", "id", name) for name in ("ana", "ben", "cai", "gone"))
SCHEDULE = Ref("schedule_v3", "id", "PSCHED")
HOUR_S, DAY_S = 3600, 86_400
START = 1_801_440_000
"""Monday, 1 February 2027, at midnight in UTC."""
Plain = list[tuple[int, int, str, str]]


def event(name: str, *members: Ref | None, **more: Any) -> dict[str, Any]:
    """From nine to five every day."""
    return {
        "name": name,
        "start_time": "2027-02-01T09:00",
        "end_time": "2027-02-01T17:00",
        "time_zone": "Etc/UTC",
        "recurrence": ["RRULE:FREQ=DAILY"],
        "assignment": "rotating",
        "shifts_per_member": 1,
        "members": list(members),
        **more,
    }


def roster(*rotations: list[dict[str, Any]], edits: ShiftEdits | None = None) -> Roster:
    fields = {
        "name": "Any",
        "time_zone": "Etc/UTC",
        "rotations": [{"name": events[-1]["name"], "events": events} for events in rotations],
    }
    people = {ref: Entry({"name": ref.value}) for ref in (ANA, BEN, CAI)}
    found = Roster({**people, SCHEDULE: Entry(fields)})
    return found.with_shift_edits({SCHEDULE: edits}) if edits is not None else found


def on_call(found: Roster, days: int = 1) -> Plain:
    """Hours since the start, the person, and through what."""
    rendered = found.render(SCHEDULE, START, START + days * DAY_S)
    assert rendered is not None
    return [
        ((it.start - START) // HOUR_S, (it.end - START) // HOUR_S, it.user.value if it.user else "", it.layer)
        for it in rendered.final
    ]


def override(start: int, end: int, relieved: Ref | None, user: Ref | None, **place: str) -> ShiftOverride:
    return ShiftOverride(START + start * HOUR_S, START + end * HOUR_S, relieved, user, **place)


def edits(*overrides: ShiftOverride, custom: tuple[CustomShift, ...] = ()) -> ShiftEdits:
    return ShiftEdits(overrides, custom)


CUSTOM = CustomShift("C1", START + 15 * HOUR_S, START + 20 * HOUR_S, CAI)


@pytest.mark.parametrize(
    ("rotations", "expected"),
    [
        ([[event("A", ANA, BEN)]], [(9, 17, "ana", "A")]),
        # All rotations count, and one person in two of them is on call once.
        ([[event("A", ANA)], [event("B", BEN)]], [(9, 17, "ana", "A"), (9, 17, "ben", "B")]),
        ([[event("A", ANA)], [event("B", ANA, end_time="2027-02-01T20:00")]], [(9, 20, "ana", "B")]),
        # Everyone at once.
        ([[event("A", ANA, BEN, assignment="every")]], [(9, 17, "ana", "A"), (9, 17, "ben", "A")]),
        # An unassigned turn and that of a deleted person are no one's, and other rotations go on.
        ([[event("A", None, ANA)], [event("B", BEN)]], [(9, 17, "ben", "B")]),
        ([[event("A", GONE, ANA)]], []),
        # Shifts that are longer than their distance overlap.
        (
            [[event("A", BEN, ANA, start_time="2027-01-31T09:00", end_time="2027-02-02T09:00")]],
            [(0, 24, "ben", "A"), (9, 24, "ana", "A")],
        ),
        # One event after another.
        (
            [
                [
                    event("A", ANA, effective_until="2027-02-01T12:00:00Z"),
                    event("A", BEN, effective_since="2027-02-01T12:00:00Z"),
                ]
            ],
            [(9, 12, "ana", "A"), (12, 17, "ben", "A")],
        ),
    ],
)
def test_rotations(rotations: list[list[dict[str, Any]]], expected: Plain) -> None:
    assert on_call(roster(*rotations)) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            edits(override(10, 12, ANA, CAI, rotation="A")),
            [(9, 10, "ana", "A"), (9, 17, "ben", "B"), (10, 12, "cai", ""), (12, 17, "ana", "A")],
        ),
        # It relieves one person in one rotation only, and only while that person has a shift.
        (edits(override(10, 12, ANA, CAI, rotation="B")), [(9, 17, "ana", "A"), (9, 17, "ben", "B")]),
        (edits(override(0, 9, ANA, CAI, rotation="A")), [(9, 17, "ana", "A"), (9, 17, "ben", "B")]),
        (edits(override(0, 24, ANA, None, rotation="A")), [(9, 17, "ben", "B")]),
        # Who takes over is on call in another rotation already.
        (edits(override(0, 24, ANA, BEN, rotation="A")), [(9, 17, "ben", "B")]),
        # The later one wins, also over who took over by the earlier one.
        (
            edits(override(9, 12, ANA, CAI, rotation="A"), override(9, 17, ANA, BEN, rotation="A")),
            [(9, 17, "ben", "B")],
        ),
        (
            edits(override(9, 17, ANA, CAI, rotation="A"), override(9, 12, CAI, ANA, rotation="A")),
            [(9, 12, "ana", ""), (9, 17, "ben", "B"), (12, 17, "cai", "")],
        ),
        # A custom shift adds a person, and can be overridden like a shift.
        (edits(custom=(CUSTOM,)), [(9, 17, "ana", "A"), (9, 17, "ben", "B"), (15, 20, "cai", "custom shift")]),
        (
            edits(override(16, 18, CAI, None, custom_shift="C1"), custom=(CUSTOM,)),
            [
                (9, 17, "ana", "A"),
                (9, 17, "ben", "B"),
                (15, 16, "cai", "custom shift"),
                (18, 20, "cai", "custom shift"),
            ],
        ),
        # The rotation is not known: wherever the person is.
        (edits(override(0, 24, ANA, CAI)), [(9, 17, "ben", "B"), (9, 17, "cai", "")]),
    ],
)
def test_what_people_set_up_by_hand(given: ShiftEdits, expected: Plain) -> None:
    assert on_call(roster([event("A", ANA)], [event("B", BEN)], edits=given)) == expected


def test_who_takes_over_by_an_override_is_a_member_while_it_lasts() -> None:
    found = roster([event("A", ANA)], edits=edits(override(9, 12, ANA, CAI, rotation="A")))
    assert set(found.members_of(SCHEDULE, START)) == {ANA, CAI}
    assert set(found.members_of(SCHEDULE, START + DAY_S)) == {ANA}


def test_hours_without_anyone_are_gaps() -> None:
    rendered = roster(
        [event("A", ANA, None)], [event("B", BEN, start_time="2027-02-01T12:00", end_time="2027-02-01T20:00")]
    ).render(SCHEDULE, START, START + 2 * DAY_S)
    assert rendered is not None
    assert [((start - START) // HOUR_S, (end - START) // HOUR_S) for start, end in rendered.gaps] == [
        (0, 9),
        (20, 36),
        (44, 48),
    ]
    assert rendered.coverage == pytest.approx(19 / 48)


@pytest.mark.parametrize(
    "wrong",
    [
        {"recurrence": ["RRULE:FREQ=SECONDLY"]},
        {"recurrence": []},
        {"time_zone": "No/Where"},
        {"end_time": "2027-02-01T08:00"},
        {"start_time": "soon"},
    ],
)
def test_what_cannot_be_read_is_unknown(wrong: dict[str, Any]) -> None:
    found = roster([event("A", ANA, **wrong)])
    assert found.schedule(SCHEDULE) is None
    assert found.render(SCHEDULE, START, START + DAY_S) is None
    # Whom it names is known even so.
    assert found.members_of(SCHEDULE) == (ANA,)


def test_events_that_begin_or_end_later_are_pending() -> None:
    old = event("Old", ANA, effective_until="2027-02-03T09:00:00Z")
    new = event("New", BEN, effective_since="2027-02-03T09:00:00Z")
    [(ref, pending)] = pending_of(roster([old, new]), [SCHEDULE], START)
    assert ref == SCHEDULE
    assert pending.in_words("Etc/UTC") == "'New' begins at 2027-02-03 09:00 UTC, and 'Old' ends then"
    assert list(pending_of(roster([old, new]), [SCHEDULE], START + 3 * DAY_S)) == []


def test_a_schedule_without_rotations_has_no_one() -> None:
    assert on_call(roster()) == []


def test_another_roster_of_the_same_objects_keeps_the_edits() -> None:
    found = roster([event("A", ANA)], edits=edits(custom=(CUSTOM,)))
    assert on_call(replace(found, lookup_names={}))[-1] == (15, 20, "cai", "custom shift")
