"""Schedules of version 3: how manifests write rotations, and when a live one is what a manifest asks for."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from pdsync.export.written import write_value
from pdsync.kinds.schedule_v3 import SHIFT_SCHEDULE
from pdsync.model import LiveObject, Ref
from tests.manifest.text import load, manifest, said

NOW = "2026-11-30T12:00:00Z"
HEAD = "version: 3\ntime_zone: Europe/Berlin\nrotations:\n"
_PLACE = re.compile(r"^rotations\S*: ")
ROTATIONS = SHIFT_SCHEDULE.open_fields["rotations"]
CODEC = SHIFT_SCHEDULE.fields_by_name["rotations"].codec


def problems(rotation: str) -> list[str]:
    """What is said of a schedule with this rotation only, warnings too, without the place and the address."""
    found = load(manifest("Schedule", "s", f"{HEAD}- {{{rotation}}}"))
    return [f"{_PLACE.sub('', it.message)} / {it.hint}" for it in (*found.problems, *found.warnings)]


def wanted(*rotations: str) -> Any:
    """The settled canonical rotations of a manifest."""
    (resource,) = load(manifest("Schedule", "s", HEAD + "".join(f"- {{{it}}}\n" for it in rotations))).resources
    mapped = SHIFT_SCHEDULE.map_fields(resource.fields, lambda ref: Ref(ref.kind, "id", ref.value.partition("@")[0]))
    return SHIFT_SCHEDULE.passing.settle(mapped, NOW)["rotations"]


def event(**more: Any) -> dict[str, Any]:
    members = [{"type": "user_member", "user_id": name} for name in more.pop("members", ["ana", "ben", "cy"])]
    return {
        "id": "E1",
        "name": "main",
        "start_time": {"date_time": "2026-11-02T08:00:00Z", "time_zone": "Europe/Berlin"},
        "end_time": {"date_time": "2026-11-09T08:00:00Z", "time_zone": "Europe/Berlin"},
        "effective_since": "2026-11-02T08:00:00Z",
        "effective_until": None,
        "recurrence": ["RRULE:FREQ=WEEKLY"],
        "assignment_strategy": {
            "type": "rotating_member_assignment_strategy",
            "shifts_per_member": 1,
            "members": members,
        },
        **more,
    }


def read(*events: dict[str, Any]) -> LiveObject:
    rotations = [{"id": "R1", "events": list(events)}]
    return SHIFT_SCHEDULE.read_live({"id": "S", "name": "s", "time_zone": "Europe/Berlin", "rotations": rotations})


def live(*events: dict[str, Any]) -> Any:
    return SHIFT_SCHEDULE.passing.settle(dict(read(*events).fields), NOW)["rotations"]


WEEKLY = 'name: main, every: week, on: [mon], from: "09:00", members: [ana@x.yz, ben@x.yz, cy@x.yz]'
DATED = f"{WEEKLY}, starts: 2026-11-02"
CUT = event(effective_until="2026-12-07T08:00:00Z")


def successor(start: str, end: str, *members: str, **more: Any) -> dict[str, Any]:
    times = {"start_time": start, "end_time": end}
    zoned = {name: {"date_time": it, "time_zone": "Europe/Berlin"} for name, it in times.items()}
    return event(**zoned, effective_since="2026-12-07T08:00:00Z", members=members, **more)


def test_words_and_rules_mean_the_same() -> None:
    in_words = wanted('name: a, every: 2 weeks, on: fri-sat, from: "20:00", for: 12h, members: [ana@x.yz]')
    as_rule = wanted(
        'name: a, recurrence: "rrule:interval=2;BYDAY=SA,FR;FREQ=WEEKLY;WKST=MO", from: "20:00", to: "08:00", members: [ana@x.yz]'
    )
    assert in_words == as_rule
    assert in_words[0]["events"][0]["recurrence"] == ["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=FR,SA"]


@pytest.mark.parametrize(
    ("rotation", "line"),
    [
        ('name: a, from: "09:00", members: [x]', "it does not say how often shifts begin / Write every: week, or recurrence."),
        ("name: a, every: day, members: [x]", "it does not say at which hour a shift begins / Write from: \"09:00\"."),
        ('name: a, every: day, from: "09:00"', "it does not say who takes turns / Write members: [ana, ben]."),
        ('name: a, every: week, from: "09:00", members: [x]', "it does not say on which day shifts begin / Write on: [mon], or starts with a date."),
        ('name: a, every: month, from: "09:00", members: [x]', "it does not say on which day shifts begin / Write starts with a date."),
        ('name: a, every: day, on: [mon], from: "09:00", members: [x]', "days can be named only with weeks / Write every: week, or remove 'on'."),
        ('name: a, every: week, on: mon-fri, from: "09:00", members: [x]', 'it does not say how long a shift is / Write to: "17:00", or for: 8h.'),
        ('name: a, every: day, from: "09:00", to: "10:00", for: 1h, members: [x]', "'to' and 'for' exclude each other / Keep one of them."),
        ('name: a, every: day, recurrence: "FREQ=DAILY", from: "09:00", members: [x]', "'every' and 'recurrence' exclude each other / Keep one of them."),
        ('name: a, recurrence: "FREQ=DAILY;COUNT=3", from: "09:00", members: [x]', "COUNT is not supported: a change would start it again / Write 'until' with the moment at which it ends."),
        ('name: a, recurrence: ["FREQ=DAILY", "EXDATE:soon"], from: "09:00", members: [x]', "'EXDATE:soon' has no dates / Write it like EXDATE:20261224T080000Z."),
        ('name: a, recurrence: "FREQ=SOMETIMES", from: "09:00", members: [x]', "'FREQ=SOMETIMES' does not say how often / Write FREQ with one of YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY."),
        ('name: a, recurrence: "FREQ=MONTHLY;BYDAY=MO,-1SU", from: "09:00", for: 8h, members: [x]', "BYDAY mixes days with a number, such as -1SU, and days without one / Write only days with a number, or only days without one; a rotation for each if you need both."),
        ('name: a, recurrence: "FREQ=WEEKLY;BYDAY=1MO", from: "09:00", for: 8h, members: [x]', "BYDAY has the number of a week in 1MO, which only MONTHLY and YEARLY can have / Write only days with a number, or only days without one; a rotation for each if you need both."),
        ('name: a, recurrence: "FREQ=DAILY;INTERVAL=7;BYDAY=TU", from: "09:00", for: 8h, starts: 2026-11-30, members: [x]', "its shifts cannot be computed: no day of the rule is ever met from 2026-11-30 09:00:00 on / Correct the rule, or 'starts'."),
        ('name: a, every: fortnight, from: "09:00", members: [x]', "'fortnight' is not an interval such as week / Write hour, day, week or month, or several of them, such as 2 weeks."),
        ('name: a, every: day, from: "09:00", starts: 2026-02-30, members: [x]', "'2026-02-30' is not a date / Write it like 2026-12-07."),
        ('name: a, every: day, from: "09:00", assign: every, shifts_per_member: 2, members: [x]', "has no effect with 'assign: every' / Remove it."),
        ('name: a, every: day, from: "09:00", since: 2031-02-01T00:00, until: 2031-01-01T00:00, members: [x]', "it ends before it takes effect / Correct one of the dates."),
        ('name: a, every: day, from: "09:00", starts: 2031-02-01, until: 2031-01-01T00:00, members: [x]', "it ends before its first shift / Correct one of the dates."),
    ],
)  # fmt: skip
def test_what_is_missing_or_too_much_is_said_with_what_to_write(rotation: str, line: str) -> None:
    assert problems(rotation.replace("[x]", "[ana@x.yz]")) == [line]


@pytest.mark.parametrize(
    ("rotation", "why"),
    [
        ('every: week, on: [mon, tue], from: "09:00", for: 8h', "Shifts_per_member must be a multiple of 2"),
        ('recurrence: "FREQ=MONTHLY;BYDAY=1MO", from: "09:00", for: 8h', "It opens only days of two letters in BYDAY"),
        ('recurrence: "FREQ=YEARLY", starts: 2026-12-07, from: "09:00", for: 8h', "It opens only FREQ="),
    ],
)
def test_what_the_web_editor_cannot_open_is_a_warning(rotation: str, why: str) -> None:
    (line,) = problems(f"name: a, {rotation}, members: [ana@x.yz]")
    assert line.startswith(f"PagerDuty's web editor cannot open this / {why}")


def test_events_of_a_rotation_follow_each_other() -> None:
    plain = 'every: day, from: "09:00", members: [ana@x.yz]'
    assert problems(f"name: a, events: [{{{plain}}}, {{{plain}, since: 2031-01-01T00:00}}]") == [
        "an event that another one follows must end / Write 'until'."
    ]
    assert problems(
        f"name: a, events: [{{{plain}, until: 2031-01-02T00:00}}, {{name: b, {plain}, since: 2031-01-01T00:00}}]"
    ) == [
        "it overlaps with the event before it / Write 'since' with the end of that one.",
        "the last event must have the name of the rotation / Write name: b for the rotation, or leave out the name of this event.",
    ]


@pytest.mark.parametrize(
    ("version", "line"),
    [
        (
            "version: 2\n",
            "'rotations' cannot be managed. Write version: 3 for a shift-based schedule with rotations, or rotation for a plain weekly one.",
        ),
        ("version: 4\n", "version: 4 is not one of: 2, 3"),
    ],
)
def test_a_version_that_has_no_rotations_says_which_one_has(version: str, line: str) -> None:
    text = manifest("Schedule", "s", HEAD.replace("version: 3\n", version) + f"- {{{WEEKLY}}}")
    assert any(line in it for it in said(text))


@pytest.mark.parametrize("rotation", [WEEKLY, DATED])
@pytest.mark.parametrize(
    "events",
    [
        [event()],
        [CUT, successor("2026-12-07T08:00:00Z", "2026-12-14T08:00:00Z", "cy", "ana", "ben")],
        [
            event(effective_until="2026-11-09T08:00:00Z"),
            event(
                start_time={"date_time": "2026-11-09T08:00:00Z", "time_zone": "Europe/Berlin"},
                end_time={"date_time": "2026-11-16T08:00:00Z", "time_zone": "Europe/Berlin"},
                members=["ben", "cy", "ana"],
            ),
        ],
    ],
    ids=["as it was made", "cut, and gone on with", "gone on with long ago"],
)
def test_a_rotation_whose_turns_go_on_is_what_was_asked(rotation: str, events: list[dict[str, Any]]) -> None:
    assert ROTATIONS.agrees(wanted(rotation), live(*events))
    assert ROTATIONS.frame(wanted(rotation)) == ROTATIONS.frame(live(*events))


@pytest.mark.parametrize(
    ("rotation", "events"),
    [
        (DATED, [event(members=["ben", "cy", "ana"])]),
        (WEEKLY, [event(members=["ana", "cy", "ben"])]),
        (WEEKLY, [event(members=["ana", "ben"])]),
        (WEEKLY, [event(effective_until="2027-01-04T08:00:00Z")]),
        (WEEKLY, [event(recurrence=["RRULE:FREQ=WEEKLY;INTERVAL=2"])]),
        (WEEKLY.replace("09:00", "10:00"), [event()]),
        (WEEKLY.replace("main", "other"), [event()]),
        (f"{WEEKLY}, shifts_per_member: 2", [event()]),
        (f"{WEEKLY}, time_zone: Europe/Paris", [event()]),
    ],
)
def test_another_one_is_not(rotation: str, events: list[dict[str, Any]]) -> None:
    assert not ROTATIONS.agrees(wanted(rotation), live(*events))


def test_a_zone_has_several_names() -> None:
    zoned = {"date_time": "2026-11-02T09:00:00Z", "time_zone": "UTC"}
    ends = {"date_time": "2026-11-09T09:00:00Z", "time_zone": "Etc/UTC"}
    assert ROTATIONS.agrees(wanted(f"{WEEKLY}, time_zone: Etc/UTC"), live(event(start_time=zoned, end_time=ends)))


def test_dates_without_a_shift_that_are_past_may_be_gone() -> None:
    excluded = wanted(f"{DATED}, except: [2026-11-16, 2031-01-06]")
    kept = successor("2026-12-07T08:00:00Z", "2026-12-14T08:00:00Z", "ben", "cy", "ana")
    after = {**kept, "recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=MO", "EXDATE;TZID=Europe/Berlin:20310106T090000"]}
    before = {**CUT, "recurrence": [*after["recurrence"], "EXDATE:20261116T080000Z"]}
    assert ROTATIONS.agrees(excluded, live(before, after))


def test_two_rotations_of_one_name_are_numbered_and_can_be_written() -> None:
    rotations = [{"id": "R1", "events": [event()]}, {"id": "R2", "events": [event(members=["cy"])]}]
    found = SHIFT_SCHEDULE.read_live({"id": "S", "name": "s", "time_zone": "Europe/Berlin", "rotations": rotations})
    settled = SHIFT_SCHEDULE.passing.settle(dict(found.fields), NOW)["rotations"]
    assert [it["name"] for it in settled] == ["main", "main 2"]
    written = write_value(CODEC, settled, "Europe/Berlin")
    assert [list(it) for it in written][1] == ["name", "events"]
    assert not problems_of_written(written)


def problems_of_written(written: Any) -> list[str]:
    return said(manifest("Schedule", "s", f"version: 3\ntime_zone: Europe/Berlin\nrotations: {json.dumps(written)}"))


def test_no_members_are_left_out_of_what_lingers() -> None:
    fields = SHIFT_SCHEDULE.passing.linger
    assert fields is not None
    held = fields({"rotations": live(event(members=["ana"]))}, {"rotations": live(event())}, NOW)
    assert {str(ref.value) for ref in CODEC.refs_in(held["rotations"])} == {"ana", "ben", "cy"}
