"""Layers as rotations: the same people at every minute of the next 90 days, proved by rendering both."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.export.written import write_value
from pdsync.kinds.user import USER_REFERENCE
from pdsync.model import Ref, Scope
from pdsync.model.codec.shift_rotation import Rotations
from pdsync.oncall.conversion import Conversion, convert_layers
from pdsync.oncall.interval import find_gaps, intersect, total_s
from pdsync.oncall.rendered_difference import Stretch, find_differences
from pdsync.oncall.restriction import Restriction
from pdsync.oncall.roster import roster_of_resources
from pdsync.oncall.schedule import Rendered, Schedule
from pdsync.oncall.shift import Shift
from pdsync.oncall.shift_schedule import read_shift_schedule
from pdsync.oncall.week_pattern import WEEK_S, pattern_of, pieces_of
from tests.support.world import layer, schedule, user

PEOPLE = "abcde"
HOUR_S, DAY_S = 3600, 86_400
NOW = int(datetime(2027, 3, 3, 11, tzinfo=UTC).timestamp())
"""The next 90 days have a change of clocks in Europe, America and Australia."""
SCHEDULE = Ref("schedule", "key", "s")
DAYS = {"type": "daily_restriction", "start_time_of_day": "09:00", "duration_seconds": "8h"}
OFFICE = [
    {"type": "weekly_restriction", "start_day_of_week": day, "start_time_of_day": "09:00", "duration_seconds": "8h"}
    for day in range(1, 6)
]


def read(*layers: dict[str, Any], zone: str = "Europe/Berlin") -> Schedule:
    people = [user(key) for key in PEOPLE]
    roster = roster_of_resources([*people, schedule("s", *layers, time_zone=zone)])
    found = roster.schedule(SCHEDULE)
    assert isinstance(found, Schedule)
    return found


def differences(of: Schedule, made: Conversion, now: int = NOW) -> list[Stretch]:
    fields = {"time_zone": of.zone, "rotations": list(made.rotations)}
    shifts = read_shift_schedule(fields, lambda ref: ref if isinstance(ref, Ref) else None)
    until = now + 90 * DAY_S
    return find_differences(of.render(now, until), shifts.render(now, until))


def events(made: Conversion) -> list[tuple[Any, ...]]:
    return [
        (rotation["name"], event["recurrence"][0].removeprefix("RRULE:FREQ="), event["start_time"][11:], event["end_time"][11:], "".join(it.value if it else "-" for it in event["members"]), event["shifts_per_member"])
        for rotation in made.rotations
        for event in rotation["events"]
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([layer("Weekly", "a", "b")], [("Weekly", "WEEKLY;BYDAY=MO", "09:00", "09:00", "ab", 1)]),
        ([layer("Daily", "a", "b", "c", rotation_turn_length_seconds="1d")], [("Daily", "DAILY", "09:00", "09:00", "cab", 1)]),
        ([layer("Fortnights", "a", "b", rotation_turn_length_seconds="2w")], [("Fortnights", "WEEKLY;BYDAY=MO", "09:00", "09:00", "ab", 2)]),
        ([layer("Half days", "a", "b", "c", rotation_turn_length_seconds="12h")], [("Half days", "HOURLY;INTERVAL=12", "08:00", "20:00", "bca", 1)]),
        ([layer("Days", "a", "b", restrictions=[DAYS])], [("Days", "DAILY", "09:00", "17:00", "ab", 7)]),
        # Turns of a day go on over the weekend, when no one sees them.
        ([layer("Office", "a", "b", restrictions=OFFICE, rotation_turn_length_seconds="1d")], [("Office", "WEEKLY;BYDAY=MO,TU,WE,TH,FR", "09:00", "17:00", "ab", 1)]),
        # The layer above takes the office hours: two rotations are left of the one below.
        (
            [layer("Base", "a", "b"), layer("Office", "c", "d", restrictions=OFFICE)],
            [
                ("Base (fri 17:00)", "WEEKLY;BYDAY=FR", "17:00", "09:00", "ba", 1),
                ("Base (mon-thu 17:00)", "WEEKLY;BYDAY=MO,TU,WE,TH", "17:00", "09:00", "ab", 4),
                ("Office", "WEEKLY;BYDAY=MO,TU,WE,TH,FR", "09:00", "17:00", "cd", 5),
            ],
        ),
        # A hand-off in the middle of a window divides it.
        (
            [layer("Office", "a", "b", restrictions=OFFICE, rotation_virtual_start="2027-02-24T12:00")],
            [
                ("Office (mon, tue, thu, fri 09:00)", "WEEKLY;BYDAY=MO,TU,TH,FR", "09:00", "17:00", "ab", 4),
                ("Office (wed 09:00)", "WEEKLY;BYDAY=WE", "09:00", "12:00", "ab", 1),
                ("Office (wed 12:00)", "WEEKLY;BYDAY=WE", "12:00", "17:00", "ba", 1),
            ],
        ),
    ],
)  # fmt: skip
def test_what_layers_become(layers: list[dict[str, Any]], expected: list[tuple[Any, ...]]) -> None:
    of = read(*layers)
    made = convert_layers(of, NOW)
    assert events(made) == expected
    assert (made.obstacles, differences(of, made)) == ((), [])


def test_layers_that_begin_and_end_become_events_that_do() -> None:
    of = read(
        layer("Base", "a", "b"),
        layer("Cover", "c", restrictions=[DAYS], start="2027-03-10T12:00", end="2027-04-07T12:00"),
        layer("Later", "d", start="2027-05-03T09:00"),
    )
    made = convert_layers(of, NOW)
    assert differences(of, made) == []
    spans = {
        rotation["name"]: [
            (event.get("effective_since", "now"), event.get("effective_until", "for ever"))
            for event in rotation["events"]
        ]
        for rotation in made.rotations
    }
    assert spans == {
        "Base": [
            ("now", "2027-03-10T11:00:00Z"),
            ("2027-03-10T11:00:00Z", "2027-04-07T10:00:00Z"),
            ("2027-04-07T10:00:00Z", "2027-05-03T07:00:00Z"),
        ],
        "Cover": [("2027-03-10T11:00:00Z", "2027-04-07T10:00:00Z")],
        "Later": [("2027-05-03T07:00:00Z", "for ever")],
    }


def test_a_layer_of_a_deleted_person_still_covers_the_layer_below() -> None:
    of = read(layer("Base", "a"), layer("Days", "b", "c", restrictions=[DAYS]))
    gone = Schedule(of.zone, (of.layers[0], replace(of.layers[1], users=(None, of.layers[1].users[1]))))
    made = convert_layers(gone, NOW)
    assert differences(gone, made) == []
    assert [row[4] for row in events(made) if row[0] == "Days"] == ["-c"]


def test_what_no_rotation_can_say_is_a_list_of_stretches() -> None:
    """Turns of 12 hours are counted in elapsed time, and hours of the day are on the wall: when clocks change, they move apart."""
    of = read(layer("Half days", "a", "b", "c", rotation_turn_length_seconds="12h", restrictions=[DAYS]))
    made = convert_layers(of, NOW)
    found = differences(of, made)
    summer = int(datetime(2027, 3, 28, 1, tzinfo=UTC).timestamp())
    assert found
    assert min(it.start for it in found) >= summer
    assert all(len(it.before) == len(it.after) == 1 and it.before != it.after for it in found)
    hours = {(it.end - it.start) // HOUR_S for it in found}
    assert hours == {1}


@pytest.mark.parametrize(
    ("layers", "says"),
    [
        (
            [layer("Odd", "a", "b", rotation_turn_length_seconds="100m", restrictions=[DAYS])],
            "layer 'Odd' has turns of 1h40m, which no rotation has in hours of the week: it is left out",
        ),
        (
            [layer("Base", "a")]
            + [
                layer(f"L{hour}", "b", restrictions=[{**DAYS, "start_time_of_day": f"{hour:02d}:00", "duration_seconds": "1h"}])
                for hour in range(0, 12, 2)
            ],
            "there are 12 rotations; PagerDuty accepts at most 10",
        ),
        (
            [layer("Base", "a")] + [layer(f"L{day}", "b", restrictions=[DAYS], start=f"2027-03-{day}T09:00", end=f"2027-03-{day}T12:00") for day in (10, 12, 14)],
            "rotation 'Base' has 7 events; PagerDuty accepts at most 5",
        ),
        ([layer("Over", "a", end="2027-01-10T09:00")], "no layer has anyone from now on, and a version 3 schedule needs a rotation"),
        ([layer("Later", "a", start="2028-03-10T09:00")], "rotation 'Later' has an event from 2028-03-10 on; PagerDuty accepts none that begins more than 12 months ahead"),
        ([layer("Many", *(PEOPLE * 5)[:21])], "layer 'Many' needs an event of 21 members; PagerDuty accepts at most 20"),
    ],
)  # fmt: skip
def test_what_pagerduty_would_refuse_is_said(layers: list[dict[str, Any]], says: str) -> None:
    assert says in convert_layers(read(*layers), NOW).obstacles


def test_an_event_of_too_many_members_is_divided_by_days() -> None:
    of = read(layer("Days", *PEOPLE, rotation_turn_length_seconds="1d", restrictions=OFFICE))
    made = convert_layers(of, NOW)
    assert [row[0] for row in events(made)] == [f"Days ({day} 09:00)" for day in ("fri", "mon", "thu", "tue", "wed")]
    assert (made.obstacles, differences(of, made)) == ((), [])


def test_the_manifest_of_a_conversion_means_the_conversion() -> None:
    of = read(
        layer("Base", "a", "b", rotation_turn_length_seconds="2w"),
        layer("Office", "c", "d", "e", restrictions=OFFICE, start="2027-03-10T12:00"),
        layer("Half days", "a", "b", rotation_turn_length_seconds="12h", end="2027-03-05T12:00"),
    )
    made = list(convert_layers(of, NOW).rotations)
    codec = Rotations.of(USER_REFERENCE)
    scope = Scope("Europe/Berlin")
    assert codec.desired(write_value(codec, made, "Europe/Berlin"), scope, ()) == made
    assert not scope.problems


_LENGTHS = st.sampled_from([HOUR_S, 8 * HOUR_S, 12 * HOUR_S, 15 * HOUR_S, 23 * HOUR_S])
_FROM_FOUR = st.integers(4, 23).map(lambda hour: f"{hour:02d}:00")
"""The clocks of no zone here change then."""
_ANY_HOUR = st.integers(0, 23).map(lambda hour: f"{hour:02d}:00")
_WHOLE_DAYS = st.sampled_from([DAY_S, 2 * DAY_S, 3 * DAY_S, 5 * DAY_S, 7 * DAY_S, 14 * DAY_S])
_ANY_TURN = st.one_of(
    _WHOLE_DAYS, st.sampled_from([HOUR_S, 6 * HOUR_S, 8 * HOUR_S, 12 * HOUR_S, 36 * HOUR_S, 60 * HOUR_S])
)


def _ends_before_four(start: str, length_s: int) -> bool:
    return (int(start[:2]) * HOUR_S + length_s) % DAY_S < 4 * HOUR_S


@st.composite
def _layers(
    draw: st.DrawFn, times: st.SearchStrategy[str], turns: st.SearchStrategy[int], *, quiet: bool
) -> list[dict[str, Any]]:
    """`quiet`: nothing begins or ends before four in the morning, when clocks change."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        restrictions: list[dict[str, Any]] = []
        weekly = draw(st.booleans())
        for _ in range(draw(st.sampled_from([0, 1, 1, 2, 3]))):
            start, length_s = draw(times), draw(_LENGTHS)
            if quiet and _ends_before_four(start, length_s):
                length_s = 4 * HOUR_S if int(start[:2]) < 20 else 12 * HOUR_S
            one: dict[str, Any] = {
                "type": "daily_restriction",
                "start_time_of_day": start,
                "duration_seconds": length_s,
            }
            if weekly:
                one |= {"type": "weekly_restriction", "start_day_of_week": draw(st.integers(1, 7))}
                one["duration_seconds"] += draw(st.sampled_from([0, 0, DAY_S, 4 * DAY_S]))
            if one not in restrictions:
                restrictions.append(one)
        first = f"2027-0{draw(st.integers(1, 4))}-{draw(st.integers(10, 28))}T{draw(times)}"
        people = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4))
        more: dict[str, Any] = {}
        if draw(st.integers(0, 2)) == 0:
            more["start"] = f"2027-0{draw(st.integers(3, 4))}-{draw(st.integers(10, 28))}T{draw(times)}"
        if draw(st.integers(0, 2)) == 0:
            more["end"] = f"2027-05-{draw(st.integers(10, 28))}T{draw(times)}"
        found.append(
            layer(f"Layer {number}", *people, rotation_virtual_start=first, rotation_turn_length_seconds=draw(turns), restrictions=restrictions, **more)
        )  # fmt: skip
    return found


@given(
    _layers(_FROM_FOUR, _WHOLE_DAYS, quiet=True),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Sydney"]),
    st.integers(0, 40 * DAY_S),
)
@settings(max_examples=10, deadline=None)
def test_turns_of_days_keep_the_same_people_where_clocks_change(
    layers: list[dict[str, Any]], zone: str, later_s: int
) -> None:
    of = read(*layers, zone=zone)
    made = convert_layers(of, NOW + later_s)
    assert differences(of, made, NOW + later_s) == []


@given(
    _layers(_ANY_HOUR, _ANY_TURN, quiet=False),
    st.sampled_from(["Etc/UTC", "Asia/Kathmandu"]),
    st.integers(0, 40 * DAY_S),
)
@settings(max_examples=10, deadline=None)
def test_any_turns_keep_the_same_people_where_clocks_do_not_change(
    layers: list[dict[str, Any]], zone: str, later_s: int
) -> None:
    of = read(*layers, zone=zone)
    made = convert_layers(of, NOW + later_s)
    assert differences(of, made, NOW + later_s) == []


@given(
    st.lists(st.tuples(st.integers(1, 7), st.integers(0, 23), st.integers(1, 60)), max_size=4),
    st.lists(st.integers(0, 7 * 24 - 1), max_size=4),
)
def test_pieces_are_the_pattern_cut_at_the_hand_offs(windows: list[tuple[int, int, int]], cuts: list[int]) -> None:
    restrictions = [Restriction(hour * HOUR_S, hours * HOUR_S, day) for day, hour, hours in windows]
    pattern = pattern_of(restrictions)
    edges = [cut * HOUR_S for cut in cuts]
    pieces = pieces_of(pattern, edges)
    assert sum(length for _, length in pieces) == total_s(pattern)
    for start, length in pieces:
        assert not [cut for cut in edges if 0 < (cut - start) % WEEK_S < length]
        inside = [(start, min(start + length, WEEK_S)), (0, start + length - WEEK_S)]
        for low, high in inside:
            assert low >= high or not intersect(find_gaps(pattern, 0, WEEK_S), [(low, high)])


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 20), st.integers(1, 9)), max_size=6),
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 20), st.integers(1, 9)), max_size=6),
)
def test_differences_are_all_the_minutes_that_differ(
    before: list[tuple[str, int, int]], after: list[tuple[str, int, int]]
) -> None:
    one, other = (
        [Shift(start, start + length, Ref("user", "key", key), "") for key, start, length in its]
        for its in (before, after)
    )
    found = find_differences(*(Rendered(0, 40, (), (), tuple(its)) for its in (one, other)))
    told = {moment: (it.before, it.after) for it in found for moment in range(it.start, it.end)}
    for moment in range(40):
        held, new = ({it.user for it in its if it.start <= moment < it.end} for its in (one, other))
        assert (moment in told) is (held != new)
        if moment in told:
            assert tuple(map(set, told[moment])) == (held, new)
