"""The steps that write rotations: no hole at any of them, whoever stops the run; the same people until the hand-off."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pdsync.model import Ref
from pdsync.model.shift.clock import as_open, is_open
from pdsync.model.shift.held import HeldEvent, HeldRotation, Step, Verb, text_of
from pdsync.model.shift.steps import NoRoomError, Wish, next_step, plan_steps
from pdsync.model.shift.turn import first_moment, read_dated
from pdsync.model.shift.writing import RotationSteps
from tests.support.shift_server import ShiftServer

_DAY_S = 86_400
_AHEAD_S = 45 * _DAY_S
_NOW = int(datetime(2026, 11, 30, 17, 3, 20, tzinfo=UTC).timestamp())
_ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Etc/UTC")
_SHAPES = (  # start, end, rule, shifts per member
    ("T09:00", "+7T09:00", "RRULE:FREQ=WEEKLY;BYDAY=MO", 1),
    ("T10:00", "+7T10:00", "RRULE:FREQ=WEEKLY;BYDAY=TU", 1),
    ("T09:00", "+0T17:00", "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", 5),
    ("T17:00", "+1T09:00", "RRULE:FREQ=DAILY", 1),
    ("T08:00", "+1T08:00", "RRULE:FREQ=DAILY", 7),
    ("T00:00", "+1T00:00", "RRULE:FREQ=DAILY", 3),
    ("T09:00", "+0T21:00", "RRULE:FREQ=HOURLY;INTERVAL=24", 2),
    ("T09:00", "+14T09:00", "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", 1),
)


def _event(
    name: str = "office", shape: int = 0, members: Sequence[str | None] = ("ana", "ben"), **more: Any
) -> dict[str, Any]:
    start, end, rule, shifts = _SHAPES[shape]
    people = [Ref("user", "key", it) if it else None for it in members]
    said = {"name": name, "start_time": start, "end_time": end, "time_zone": "Europe/Berlin", "recurrence": [rule]}
    return {**said, "assignment": "rotating", "shifts_per_member": shifts, "members": people, **more}


def _rotation(*events: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": events[-1]["name"], "events": list(events)}


def _write(server: ShiftServer, wish: Wish, now: int, stop_after: int = 99) -> list[tuple[HeldRotation, ...]]:
    """The states from the present one on, after each step."""
    states = [server.rotations]
    for _ in range(stop_after):
        step = next_step(wish, server.rotations, now)
        if step is None:
            break
        server.carry_out(step, now)
        states.append(server.rotations)
        assert len(states) < 60
    return states


def _on_call(rotations: Sequence[HeldRotation], since: int, until: int) -> list[tuple[int, int, Any]]:
    """Who is on call when, by any event."""
    found = []
    for rotation in rotations:
        for event in rotation.events:
            for start, end, shift in read_dated(event.value).effective(since, until):
                found += [(start, end, event.value["members"][at]) for at in shift.positions]
    return [it for it in found if it[2] is not None]


def _covered(rotations: Sequence[HeldRotation], since: int, until: int) -> list[tuple[int, int]]:
    return _merged((start, end) for start, end, _ in _on_call(rotations, since, until))


def _merged(spans: Any) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _both(one: Sequence[tuple[int, int]], other: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    cut = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return _merged((start, end) for start, end in cut if start < end)


def _persons(rotations: Sequence[HeldRotation], since: int, until: int) -> list[tuple[Any, list[tuple[int, int]]]]:
    found: dict[Any, list[tuple[int, int]]] = {}
    for start, end, member in _on_call(rotations, since, until):
        found.setdefault(member, []).append((start, end))
    return sorted(((member, _merged(spans)) for member, spans in found.items()), key=str)


def _assert_no_hole(states: Sequence[tuple[HeldRotation, ...]], now: int, until: int) -> None:
    """Every minute that is covered before and in the end is covered all the time."""
    kept = _both(_covered(states[0], now, until), _covered(states[-1], now, until))
    for state in states:
        assert _both(kept, _covered(state, now, until)) == kept


_members = st.lists(st.sampled_from(("ana", "ben", "cid", "dora", None)), min_size=1, max_size=4)


@st.composite
def _events(draw: st.DrawFn, name: str) -> dict[str, Any]:
    event = _event(name, draw(st.integers(0, len(_SHAPES) - 1)), draw(_members))
    event["time_zone"] = draw(st.sampled_from(_ZONES))
    if draw(st.integers(0, 3)) == 0:
        event["assignment"], event["shifts_per_member"] = "every", 1
        event["members"] = sorted(set(event["members"]) - {None}, key=str) or [None]
    if draw(st.booleans()):
        day = date(2026, 11, 30) + timedelta(days=draw(st.integers(-40, 20)))
        days = int(event["end_time"][1 : event["end_time"].index("T")])
        event["start_time"] = f"{day}{event['start_time']}"
        event["end_time"] = f"{day + timedelta(days=days)}{event['end_time'][event['end_time'].index('T') :]}"
    if draw(st.integers(0, 5)) == 0:
        ending = {**event, "effective_until": text_of(_NOW + draw(st.integers(-3, 40)) * _DAY_S + 1800)}
        event = ending if _has_shifts(ending) else event
    return event


def _has_shifts(event: Mapping[str, Any]) -> bool:
    """Whether its first shift is before its end: pdsync warns of others."""
    return (first_moment(event) or 0) < HeldEvent("", event).until


@st.composite
def _manifests(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    for name in draw(st.lists(st.sampled_from(("office", "nights", "days")), min_size=1, max_size=3, unique=True)):
        events = [draw(_events(name))]
        if draw(st.integers(0, 4)) == 0:
            first = {
                **draw(_events(f"{name} first")),
                "effective_until": text_of(_NOW + draw(st.integers(1, 30)) * _DAY_S),
            }
            if events[0].get("effective_until", "9") > first["effective_until"] and _has_shifts(first):
                events = [first, *events]
        found.append(_rotation(*events))
    return found


_SHORT = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
_LONG = settings(_SHORT, max_examples=3000, phases=(Phase.generate,))


def _check_no_hole(data: st.DataObject) -> None:
    server = ShiftServer()
    _write(server, Wish(data.draw(_manifests())), _NOW - 35 * _DAY_S)
    wish = Wish(data.draw(_manifests()), at_once=data.draw(st.booleans()))
    now = _NOW + data.draw(st.integers(0, 10 * _DAY_S))
    states = _write(server, wish, now)
    _assert_no_hole(states, now, now + _AHEAD_S)
    assert plan_steps(wish, server.rotations, now + 1) == ()


def _check_next_run(data: st.DataObject) -> None:
    server = ShiftServer()
    _write(server, Wish(data.draw(_manifests())), _NOW - 35 * _DAY_S)
    wish = Wish(data.draw(_manifests()), at_once=data.draw(st.booleans()))
    states = _write(server, wish, _NOW, data.draw(st.integers(1, 8)))
    later = _NOW + data.draw(st.sampled_from((30, 400, 3600, 3 * _DAY_S, 9 * _DAY_S)))
    states += _write(server, wish, later)
    _assert_no_hole(states, later, later + _AHEAD_S)
    for wait_s in (1, _DAY_S, 16 * _DAY_S):
        assert plan_steps(wish, server.rotations, later + wait_s) == ()


def _check_hand_off(data: st.DataObject) -> None:
    """One rotation, whose people alone change: who is on call stays up to the hand-off, and then it is whose turn it would have been."""
    server = ShiftServer()
    event = data.draw(_events("office"))
    event = {**event, "assignment": "rotating", "effective_until": None}
    begun = _NOW - 35 * _DAY_S
    _write(server, Wish([_rotation(event)]), begun)
    edited = {**event, "members": data.draw(_members)}
    if not is_open(event["start_time"]):
        hours = as_open(event["start_time"], event["end_time"])
        edited = {**edited, "start_time": hours[0], "end_time": hours[1]}
    before = server.rotations
    steps = plan_steps(Wish([_rotation(edited)]), before, _NOW)
    cut = next((step for step in steps if step.verb is Verb.END), None)
    if cut is None:
        return
    states = _write(server, Wish([_rotation(edited)]), _NOW)
    assert cut.until >= _NOW + 300
    for state in states:
        assert _persons(state, _NOW, cut.until) == _persons(before, _NOW, cut.until)
    order = [member for _, _, member in _turns(before, cut.until)]
    kept = next((member for member in order if member in edited["members"]), None)
    after = next(iter(_turns(server.rotations, cut.until)), None)
    if kept is not None and after is not None:
        assert after[2] == kept


def _turns(rotations: Sequence[HeldRotation], since: int) -> list[tuple[int, int, Any]]:
    """The turns from a moment on in their order, those of no one too, as the events would give them without an end."""
    (rotation,) = rotations
    event = max(rotation.events, key=lambda it: it.since)
    read = read_dated({**event.value, "effective_until": None})
    shifts = read.effective(since, since + 200 * _DAY_S)
    return [(start, end, event.value["members"][shift.positions[0]]) for start, end, shift in shifts]


@pytest.mark.parametrize("check", [_check_no_hole, _check_next_run, _check_hand_off])
def test_a_step_leaves_no_hole_and_moves_no_one_early(check: Callable[[st.DataObject], None]) -> None:
    _SHORT(given(st.data())(check))()


@pytest.mark.campaign
@pytest.mark.parametrize("check", [_check_no_hole, _check_next_run, _check_hand_off])
def test_many_edits(check: Callable[[st.DataObject], None]) -> None:
    _LONG(given(st.data())(check))()


def _verbs(steps: Sequence[Step]) -> list[str]:
    return [f"{step.verb} spare" if step.is_spare else str(step.verb) for step in steps]


def _server(*rotations: Mapping[str, Any], now: int = _NOW - 10 * _DAY_S) -> ShiftServer:
    server = ShiftServer()
    _write(server, Wish(rotations), now)
    return server


_WEEKLY = _rotation(_event())
_OTHERS = _rotation(_event(members=("ben", "cid", "ana")))
_CHANGED = ["open spare", "create spare", "end", "create", "close"]


@pytest.mark.parametrize(
    ("edited", "at_once", "verbs"),
    [
        (_WEEKLY, False, []),
        (_rotation(_event(members=("ben", "ana"))), False, []),  # the same order, wherever it begins
        (_OTHERS, False, _CHANGED),
        (_OTHERS, True, _CHANGED),
        (_rotation(_event("days")), False, _CHANGED),
        (_rotation(_event(effective_until="2027-03-01T00:00:00Z")), False, ["end"]),
    ],
)
def test_an_edit_of_one_rotation(edited: Mapping[str, Any], at_once: bool, verbs: list[str]) -> None:
    assert _verbs(plan_steps(Wish([edited], at_once), _server(_WEEKLY).rotations, _NOW)) == verbs


def test_the_hand_off_is_the_next_change_of_member() -> None:
    (cut,) = (it for it in plan_steps(Wish([_OTHERS]), _server(_WEEKLY).rotations, _NOW) if it.verb is Verb.END)
    assert text_of(cut.until) == "2026-12-07T08:00:00Z"


def test_at_once_is_the_next_whole_minute_that_is_a_minute_ahead() -> None:
    steps = plan_steps(Wish([_OTHERS], at_once=True), _server(_WEEKLY).rotations, _NOW)
    (cut,) = (it for it in steps if it.verb is Verb.END)
    assert text_of(cut.until) == "2026-11-30T17:05:00Z"


def test_a_hand_off_within_five_minutes_is_passed_over() -> None:
    now = int(datetime(2026, 12, 7, 7, 57, tzinfo=UTC).timestamp())
    (cut,) = (it for it in plan_steps(Wish([_OTHERS]), _server(_WEEKLY).rotations, now) if it.verb is Verb.END)
    assert text_of(cut.until) == "2026-12-14T08:00:00Z"


def test_an_edit_that_is_taken_back_before_the_hand_off_rewrites_what_waits() -> None:
    server = _server(_WEEKLY)
    _write(server, Wish([_OTHERS]), _NOW)
    assert _verbs(plan_steps(Wish([_WEEKLY]), server.rotations, _NOW + 3600)) == ["rewrite"]
    _write(server, Wish([_WEEKLY]), _NOW + 3600)
    until = _NOW + _AHEAD_S
    assert _persons(server.rotations, _NOW, until) == _persons(_server(_WEEKLY).rotations, _NOW, until)


def test_what_is_not_wanted_any_more_goes_when_what_comes_instead_begins() -> None:
    server = _server(_WEEKLY)
    nights = _rotation(_event("nights", 3, ("cid",)))
    steps = plan_steps(Wish([nights]), server.rotations, _NOW)
    assert _verbs(steps) == ["open", "create", "end"]
    assert HeldEvent("", steps[1].value or {}).since == steps[2].until


@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize("until", ["2026-11-30T18:00:00Z", "2026-12-07T08:00:00Z", "2026-12-07T08:01:00Z"])
def test_a_new_rotation_that_ends_before_it_would_begin_is_not_made(until: str, at_once: bool) -> None:
    """The old one stays up to the hand-off, which is on Monday at 08:00 UTC. The second plan finds nothing to do."""
    server = _server(_WEEKLY)
    nights = _rotation(_event("nights", 3, ("cid",), effective_until=until))
    begins = at_once or until > "2026-12-07T08:00:00Z"
    held = [{"name": "office", "events": [it.value for it in rotation.events]} for rotation in server.rotations]
    said = RotationSteps("user").in_words([nights], held, text_of(_NOW) or "", str, at_once=at_once)
    assert any("never begins" in text for _, text in said) is not begins
    steps = plan_steps(Wish([nights], at_once), server.rotations, _NOW)
    assert _verbs(steps) == (["open", "create", "end"] if begins else ["end"])
    _write(server, Wish([nights], at_once), _NOW)
    assert all(it.events for it in server.rotations)
    assert plan_steps(Wish([nights], at_once), server.rotations, _NOW + 1) == ()


def test_without_room_for_a_spare_the_old_end_can_be_put_back() -> None:
    many = [_rotation(_event(f"r{number}", members=("ana", f"p{number}"))) for number in range(10)]
    server = _server(*many)
    edited = [_rotation(_event("r0", members=("zoe",))), *many[1:]]
    steps = plan_steps(Wish(edited), server.rotations, _NOW)
    assert _verbs(steps) == ["end", "create"]
    assert steps[0].before is not None
    assert steps[0].before.until > steps[0].until
    _write(server, Wish(edited), _NOW)
    assert plan_steps(Wish(edited), server.rotations, _NOW + 1) == ()


def test_more_rotations_than_pagerduty_takes_are_refused_before_anything_is_written() -> None:
    many = [_rotation(_event(f"r{number}")) for number in range(11)]
    with pytest.raises(NoRoomError, match="10 rotations"):
        plan_steps(Wish(many), (), _NOW)


def test_more_events_than_pagerduty_takes_are_refused() -> None:
    """Events that wait count too."""
    server = _server(_WEEKLY)
    events = [
        _event(f"e{number}", members=(f"p{number}",), effective_until=text_of(_NOW + (20 + number) * _DAY_S))
        for number in range(5)
    ]
    last = _event("office", members=("zoe",))
    with pytest.raises(NoRoomError, match="5 events"):
        plan_steps(Wish([_rotation(*events[:4], last)]), server.rotations, _NOW)


def test_the_order_of_members_who_all_have_every_shift_means_nothing() -> None:
    """PagerDuty may answer it in any order, such as that of their ids."""
    dated = {"start_time": "2026-11-02T09:00", "end_time": "2026-11-09T09:00", "assignment": "every"}
    server = _server(_rotation(_event(members=("ben", "ana"), **dated)))
    assert not plan_steps(Wish([_rotation(_event(members=("ana", "ben"), **dated))]), server.rotations, _NOW)


def test_a_rule_of_the_account_that_cannot_be_computed_ends_soon() -> None:
    """It was made by hand: an edit of it, or of a rotation next to it, is still possible."""
    odd = _event(start_time="2026-11-02T09:00", end_time="2026-11-02T17:00")
    for rule in ("RRULE:FREQ=DAILY;INTERVAL=7;BYDAY=TU", "RRULE:FREQ=MONTHLY;BYDAY=MO,-1SU"):
        server = _server(_rotation({**odd, "recurrence": [rule]}), _rotation(_event("nights")))
        wish = Wish([_rotation(_event(members=("ben", "ana"))), _rotation(_event("nights", members=("ben",)))])
        steps = plan_steps(wish, server.rotations, _NOW)
        ends = [it.until for it in steps if it.verb is Verb.END and it.about == "office"]
        assert ends == [_NOW + 300 + 40]
        _write(server, wish, _NOW)
        assert next_step(wish, server.rotations, _NOW) is None


def test_a_rule_of_a_manifest_that_cannot_be_computed_is_refused() -> None:
    odd = _event(start_time="2026-11-02T09:00", end_time="2026-11-02T17:00")
    wish = Wish(
        [_rotation({**odd, "start_time": "T09:00", "end_time": "+0T17:00", "recurrence": ["RRULE:FREQ=SECONDLY"]})]
    )
    with pytest.raises(NoRoomError):
        plan_steps(wish, (), _NOW)


_ALL = {"assignment": "every", "time_zone": "Etc/UTC"}
_DAILY = {**_ALL, "start_time": "2026-11-02T08:00", "end_time": "2026-11-03T08:00"}


def _late(day: int) -> str | None:
    return text_of(_NOW + day * _DAY_S)


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        (  # 'nights' is to cover the days on which 'office' pauses, by an event that begins when its running one ends
            [
                _rotation(
                    _event("first", 4, ("cid",), **_DAILY, effective_until=_late(12)),
                    _event("office", 4, ("ben",), **_DAILY),
                ),
                _rotation(_event("nights", 4, ("ben",), **_DAILY, effective_until=_late(2))),
            ],
            [
                _rotation(
                    _event("office", 4, ("cid",), **_ALL, start_time="2026-12-18T08:00", end_time="2026-12-19T08:00")
                ),
                _rotation(
                    _event("nights first", 4, ("dora",), **_DAILY, effective_until=_late(7)),
                    _event("nights", 4, ("ana",), **_DAILY),
                ),
            ],
        ),
        (  # the turns of 'nights' are open, and it is written in two parts
            [
                _rotation(_event("office", 7, ("ana",), assignment="every")),
                _rotation(
                    _event("nights first", 1, ("ana", None), effective_until=_late(6)),
                    _event("nights", 7, (None,), effective_until=_late(18)),
                ),
            ],
            [
                _rotation(_event("office", 4, (None, "dora", "ben", None))),
                _rotation(
                    _event("nights first", 4, (None, "dora", "ben", None), effective_until=_late(7)),
                    _event("nights", 1, ("ana", None)),
                ),
            ],
        ),
    ],
)
@pytest.mark.parametrize("at_once", [False, True])
def test_one_rotation_takes_over_from_another_one(before: list[Any], wanted: list[Any], at_once: bool) -> None:
    """All rotations are added to before the first one has less."""
    server = ShiftServer()
    _write(server, Wish(before), _NOW - 35 * _DAY_S)
    states = _write(server, Wish(wanted, at_once), _NOW)
    _assert_no_hole(states, _NOW, _NOW + _AHEAD_S)
    assert plan_steps(Wish(wanted, at_once), server.rotations, _NOW + 1) == ()


_WEEKLY_ALL = _event("office", members=("ana",), **_ALL)


@pytest.mark.parametrize(
    "first",
    [
        _event("first", 6, ("ben",), start_time="2026-12-04T09:00", end_time="2026-12-04T21:00"),  # it has no shift
        _event("first", 1, (None,)),  # the running event comes after it
    ],
)
@pytest.mark.parametrize("second", [{**_WEEKLY_ALL, "effective_until": _late(2)}, _event("office", 1)])
def test_a_hand_off_stays_when_an_event_of_the_manifest_ends(
    first: Mapping[str, Any], second: Mapping[str, Any]
) -> None:
    server = _server(_rotation(_WEEKLY_ALL))
    wish = Wish([_rotation({**first, "effective_until": _late(1)}, second)])
    _write(server, wish, _NOW)
    for later in (1, _DAY_S + 60, 3 * _DAY_S, 16 * _DAY_S):
        assert plan_steps(wish, server.rotations, _NOW + later) == ()
