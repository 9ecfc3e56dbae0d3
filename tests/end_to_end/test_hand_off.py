"""Hand-off aware edits over HTTP: the person on call stays until the next hand-off, and after it the manifest is true."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from pdsync.account import Extent, fetch_account
from pdsync.apply import apply_plan
from pdsync.client import RestApiV2Client
from pdsync.model import Resource
from pdsync.model.instant import render_instant
from pdsync.plan import Change, Plan, build_plan
from pdsync.sandbox import SandboxServer
from tests.support.moment import far_minute
from tests.support.world import TOKEN, options, resource, user

PEOPLE = ("ana", "bo", "cy", "di")
HOUR, DAY = 3600, 86_400
MARGIN = timedelta(minutes=5)
AFTER, AHEAD = timedelta(minutes=2), timedelta(days=16)
"""Where is looked, from now: what is taken out ends on the next whole minute, under everything else."""
Persons = list[tuple[datetime, datetime, str]]


@pytest.fixture(scope="module")
def client() -> Iterator[RestApiV2Client]:
    with SandboxServer() as server, RestApiV2Client(TOKEN, base_url=server.url) as client:
        apply(client, [user(name) for name in PEOPLE])
        yield client


def plan(client: RestApiV2Client, wanted: Sequence[Resource], now: datetime | None = None) -> Plan:
    return build_plan(wanted, fetch_account(client, Extent(wanted), now=now), options())


def apply(client: RestApiV2Client, wanted: Sequence[Resource]) -> Plan:
    made = plan(client, wanted)
    result = apply_plan(made, client)
    assert result.exit_code == 0, [outcome.message for outcome in result.outcomes if outcome.message]
    return made


def days(layers: Sequence[dict[str, Any]], **more: Any) -> list[Resource]:
    spec = {"time_zone": "Europe/Berlin", "schedule_layers": list(layers), **more}
    return [resource("Schedule", "days", spec, hand_off_aware=True), *(user(name) for name in PEOPLE)]


def persons(part: dict[str, Any]) -> Persons:
    found: Persons = []
    for entry in part["rendered_schedule_entries"]:
        start, end = (datetime.fromisoformat(entry[name]).astimezone(UTC) for name in ("start", "end"))
        if found and found[-1][1] == start and found[-1][2] == entry["user"]["summary"]:
            found[-1] = (found[-1][0], end, found[-1][2])
        else:
            found.append((start, end, entry["user"]["summary"]))
    return found


def on_call(client: RestApiV2Client, since: datetime, until: datetime, name: str = "days") -> Persons:
    held = client.find("schedules", name)
    assert held is not None
    period = {"since": render_instant(since), "until": render_instant(until)}
    return persons(client.rget(f"schedules/{held['id']}", params=period)["final_schedule"])


def as_written(client: RestApiV2Client, layers: Sequence[dict[str, Any]], since: datetime, until: datetime) -> Persons:
    """What a new schedule of these layers would be; the sandbox renders it, and pdsync has no part in that."""
    ids = {found["name"]: found["id"] for found in client.list_all("users")}
    body = {
        "type": "schedule",
        "name": "any",
        "time_zone": "Europe/Berlin",
        "schedule_layers": [
            {
                "start": render_instant(datetime.now(UTC)),
                **each,
                "users": [{"user": {"id": ids[name], "type": "user_reference"}} for name in each["users"]],
            }
            for each in layers
        ],
    }
    period = {"since": render_instant(since), "until": render_instant(until)}
    answer = client.post("schedules/preview", params=period, json={"schedule": body})
    return persons(answer.json()["schedule"]["final_schedule"])


def cut(found: Persons, since: datetime, until: datetime) -> Persons:
    return [(max(start, since), min(end, until), who) for start, end, who in found if start < until and end > since]


def next_turn(written: dict[str, Any], moment: datetime) -> datetime:
    """When the turn of a layer ends; no clock is changed while these tests look."""
    first = datetime.fromisoformat(written["rotation_virtual_start"])
    turn = timedelta(seconds=written["rotation_turn_length_seconds"])
    return first + ((moment - first) // turn + 1) * turn


def hand_off_of(changes: Iterable[Change]) -> datetime | None:
    """The moment that the plan put into the layers; the manifests of these tests name none."""
    moments = {
        each[name]
        for change in changes
        for each in change.values.get("schedule_layers") or ()
        for name in ("start", "end")
        if each.get(name)
    }
    assert len(moments) <= 1
    return datetime.fromisoformat(moments.pop()) if moments else None


def restrictions() -> list[list[dict[str, Any]]]:
    """Restrictions that begin and end far from now: what is on call now is still on call when the test looks."""
    minute = f"{far_minute(datetime.now(UTC)):02}:00"
    return [
        [],
        [],
        [{"type": "daily_restriction", "start_time_of_day": f"08:{minute}", "duration_seconds": 10 * HOUR}],
        [{"type": "daily_restriction", "start_time_of_day": f"00:{minute}", "duration_seconds": DAY - 60}],
        [{"type": "daily_restriction", "start_time_of_day": f"20:{minute}", "duration_seconds": 13 * HOUR}],
        [{"type": "weekly_restriction", "start_day_of_week": 6, "start_time_of_day": f"00:{minute}", "duration_seconds": 2 * DAY}],
    ]  # fmt: skip


@st.composite
def layers(draw: st.DrawFn, name: str) -> dict[str, Any]:
    minutes = draw(st.integers(-20_000, 3_000))
    first = (datetime.now(UTC) + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    return {
        "name": name,
        "users": draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4)),
        "rotation_virtual_start": render_instant(first),
        "rotation_turn_length_seconds": draw(st.sampled_from([HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 25 * HOUR])),
        "restrictions": draw(st.sampled_from(restrictions())),
    }


@st.composite
def edits(draw: st.DrawFn) -> list[list[dict[str, Any]]]:
    """The layers of a schedule, and what becomes of them in two edits."""
    states = [[draw(layers(f"L{number}")) for number in range(draw(st.integers(1, 3)))]]
    for _ in range(2):
        state = []
        for each in states[-1]:
            fate = draw(st.sampled_from(["stays", "stays", "changes", "users", "goes"]))
            if fate == "changes":
                state.append(draw(layers(each["name"])))
            elif fate == "users":
                state.append({**each, "users": draw(st.permutations([*each["users"], "di"]))})
            elif fate == "stays":
                state.append(each)
        if not state or draw(st.booleans()):
            names = {each["name"] for each in states[-1]}
            state.append(draw(layers(next(f"L{number}" for number in range(9) if f"L{number}" not in names))))
        states.append(list(draw(st.permutations(state))) if draw(st.integers(0, 3)) == 0 else state)
    return states


_LOOSE: dict[str, Any] = {
    "deadline": None,
    "phases": (Phase.explicit, Phase.generate),  # each run takes half a second, and shrinking many of them
    "suppress_health_check": list(HealthCheck),
}


@settings(max_examples=6, **_LOOSE)
@given(states=edits())
def test_whoever_is_on_call_stays_until_the_next_hand_off(
    client: RestApiV2Client, states: list[list[dict[str, Any]]]
) -> None:
    check(client, states)


@pytest.mark.campaign
@seed(int(os.environ.get("PDSYNC_HAND_OFFS_SEED", "1")))
@settings(max_examples=int(os.environ.get("PDSYNC_HAND_OFFS", "300")), derandomize=False, database=None, **_LOOSE)
@given(states=edits())
def test_whoever_is_on_call_stays_at_length(client: RestApiV2Client, states: list[list[dict[str, Any]]]) -> None:
    check(client, states)


def check_edit(
    was: Sequence[dict[str, Any]],
    now: datetime,
    before: Persons,
    after: Persons,
    wanted: Persons,
    hand_off: datetime | None,
) -> None:
    """Up to the hand-off everyone is on call who was, and from then on who is wanted. `was` are the layers as they were written."""
    changes = [moment for start, end, _ in before for moment in (start, end) if moment > now + MARGIN]
    turns = [next_turn(each, now + MARGIN) for each in was]
    since, until = now + AFTER, now + AHEAD
    if hand_off is not None:
        assert hand_off <= min(changes) + timedelta(minutes=1)
        assert cut(after, since, hand_off) == cut(before, since, hand_off)
        assert cut(after, hand_off, until) == cut(wanted, hand_off, until)
    else:
        assert after == wanted
        if before and before[0][0] == since:
            assert before[0][2] == after[0][2]
            assert after[0][1] >= min(before[0][1], *turns)


def moments_around(now: datetime, hand_off: datetime | None) -> list[datetime]:
    """When a plan must find nothing to do."""
    moments = [now, now + timedelta(minutes=1)]
    if hand_off is not None:
        moments += [hand_off + timedelta(minutes=minutes) for minutes in (-4, -1, 0, 1, 5000)]
    return moments


def check(client: RestApiV2Client, states: list[list[dict[str, Any]]]) -> None:
    held = client.find("schedules", "days")
    if held is not None:
        client.rdelete(f"schedules/{held['id']}")
    apply(client, days(states[0]))
    hand_off: datetime | None = None
    for was, state in pairwise(states):
        now = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
        since, until = now + AFTER, now + AHEAD
        before = on_call(client, since, until)
        made = apply(client, days(state))
        after, wanted = on_call(client, since, until), as_written(client, state, since, until)
        # Where nothing is to be done an earlier edit may still wait for its hand-off.
        hand_off = hand_off_of(made.changes) if made.changes else hand_off
        check_edit(was, now, before, after, wanted, hand_off)
        for moment in moments_around(now, hand_off):
            again = plan(client, days(state), moment)
            assert not again.problems
            assert not again.changes, (moment, [(change.deltas, change.notes) for change in again.changes])
