"""Stretches that move from one person to another, also where several people are on call at the same time."""

from __future__ import annotations

import pytest

from pdsync.model import Ref
from pdsync.oncall.difference import Move
from pdsync.oncall.movement import compare_shifts, differing
from pdsync.oncall.roster import Entry, Roster
from pdsync.oncall.scope import find_scope
from pdsync.oncall.shift import Shift

ANA, BEN, CAI, DEE = (Ref("user", "id", name) for name in ("ana", "ben", "cai", "dee"))
SCHEDULE = Ref("schedule_v3", "id", "PSCHED")
DAY_S = 86_400
TUESDAY = 1_801_526_400
"""2 February 2027, at midnight in UTC."""


def shifts(*found: tuple[int, int, Ref | None]) -> list[Shift]:
    return [Shift(start, end, user, "Any") for start, end, user in found]


@pytest.mark.parametrize(
    ("old", "new", "pairs"),
    [
        # One at a time.
        ([(0, 9, ANA)], [(0, 9, ANA)], []),
        ([(0, 9, ANA)], [(0, 5, ANA), (5, 9, BEN)], [(5, 9, ANA, BEN)]),
        ([(0, 4, ANA), (4, 9, BEN)], [(0, 9, BEN)], [(0, 4, ANA, BEN)]),
        ([(0, 9, ANA)], [], [(0, 9, ANA, None)]),
        ([(2, 4, None), (4, 9, ANA)], [(4, 9, ANA)], []),
        # Several: who stays is not named.
        ([(0, 9, ANA), (0, 9, BEN)], [(0, 9, ANA), (0, 9, CAI)], [(0, 9, BEN, CAI)]),
        ([(0, 9, ANA), (0, 9, BEN)], [(0, 9, ANA)], [(0, 9, BEN, None)]),
        ([(0, 9, ANA)], [(0, 9, ANA), (3, 6, BEN)], [(3, 6, None, BEN)]),
        ([(0, 9, ANA), (0, 9, BEN)], [(0, 9, CAI), (0, 9, DEE)], [(0, 9, ANA, CAI), (0, 9, BEN, DEE)]),
        # A stretch that goes on is one, whatever others do meanwhile.
        ([(0, 9, ANA), (3, 6, BEN)], [(0, 9, CAI), (3, 6, BEN)], [(0, 9, ANA, CAI)]),
        ([(0, 9, ANA), (3, 6, BEN)], [(0, 9, CAI)], [(3, 6, BEN, None), (0, 9, ANA, CAI)]),
        # The same person twice at once is one.
        ([(0, 9, ANA), (2, 4, ANA)], [(0, 9, ANA)], []),
    ],
)
def test_people_who_leave_and_join(old: object, new: object, pairs: object) -> None:
    assert list(differing(shifts(*old), shifts(*new), 0, 9)) == pairs  # type: ignore[misc]


def event(
    name: str, *members: Ref | None, days: str = "MO,TU,WE,TH,FR,SA,SU", every: bool = False
) -> dict[str, object]:
    return {
        "name": name,
        "start_time": "2027-02-01T00:00",
        "end_time": "2027-02-02T00:00",
        "time_zone": "Etc/UTC",
        "recurrence": [f"RRULE:FREQ=WEEKLY;BYDAY={days}"],
        "assignment": "every" if every else "rotating",
        "shifts_per_member": 1,
        "members": list(members),
    }


def roster(*events: dict[str, object]) -> Roster:
    rotations = [{"name": it["name"], "events": [it]} for it in events]
    fields = {"name": "Any", "time_zone": "Etc/UTC", "rotations": rotations}
    people = {ref: Entry({"name": ref.value}) for ref in (ANA, BEN, CAI, DEE)}
    return Roster({**people, SCHEDULE: Entry(fields)})


def moves(before: Roster, after: Roster, days: int = 2) -> list[tuple[int, int, Ref | None, Ref | None, bool]]:
    found: list[Move] = list(compare_shifts(before, after, find_scope(before, after), TUESDAY, TUESDAY + days * DAY_S))
    return [
        ((it.start - TUESDAY) // DAY_S, (it.end - TUESDAY) // DAY_S, it.before, it.after, it.others)
        for it in sorted(found, key=lambda it: it.start)
    ]


def test_one_of_two_who_leaves_is_no_gap() -> None:
    both, alone = roster(event("A", ANA, BEN, every=True)), roster(event("A", ANA, every=True))
    assert moves(both, alone) == [(0, 2, BEN, None, True)]
    assert moves(alone, both) == [(0, 2, None, BEN, True)]
    assert moves(alone, roster(event("A", None, every=True))) == [(0, 2, ANA, None, False)]


def test_a_move_is_cut_where_the_others_leave() -> None:
    before = roster(event("A", ANA), event("B", BEN, days="TU"))
    after = roster(event("B", BEN, days="TU"))
    assert moves(before, after) == [(0, 1, ANA, None, True), (1, 2, ANA, None, False)]
