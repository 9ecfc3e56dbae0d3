"""The steps that write rotations: no hole at any of them, whoever stops the run; the same people until the hand-off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pdsync.model import Ref
from pdsync.model.shift.held import HeldRotation, text_of
from pdsync.model.shift.steps import Wish, next_step, plan_steps
from pdsync.model.shift.turn import read_dated
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
        event["effective_until"] = text_of(_NOW + draw(st.integers(-3, 40)) * _DAY_S + 1800)
    return event


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
            if events[0].get("effective_until", "9") > first["effective_until"]:
                events = [first, *events]
        found.append(_rotation(*events))
    return found


_LONG = settings(max_examples=120, phases=(Phase.generate,), deadline=None, suppress_health_check=list(HealthCheck))


@_LONG
@given(st.data())
def test_no_step_leaves_a_hole(data: st.DataObject) -> None:
    server = ShiftServer()
    _write(server, Wish(data.draw(_manifests())), _NOW - 35 * _DAY_S)
    wish = Wish(data.draw(_manifests()), at_once=data.draw(st.booleans()))
    now = _NOW + data.draw(st.integers(0, 10 * _DAY_S))
    states = _write(server, wish, now)
    _assert_no_hole(states, now, now + _AHEAD_S)
    assert plan_steps(wish, server.rotations, now + 1) == ()


@_LONG
@given(st.data())
def test_the_next_run_goes_on_where_one_was_stopped(data: st.DataObject) -> None:
    server = ShiftServer()
    _write(server, Wish(data.draw(_manifests())), _NOW - 35 * _DAY_S)
    wish = Wish(data.draw(_manifests()), at_once=data.draw(st.booleans()))
    states = _write(server, wish, _NOW, data.draw(st.integers(1, 8)))
    later = _NOW + data.draw(st.sampled_from((30, 400, 3600, 3 * _DAY_S, 9 * _DAY_S)))
    states += _write(server, wish, later)
    _assert_no_hole(states, later, later + _AHEAD_S)
    assert plan_steps(wish, server.rotations, later + 1) == ()
    for wait_s in (_DAY_S, 16 * _DAY_S):
        assert plan_steps(wish, server.rotations, later + wait_s) == ()
