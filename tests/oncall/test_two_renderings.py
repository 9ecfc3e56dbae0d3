"""Two renderings that know nothing of one another agree: pdsync's, and the sandbox's over HTTP.

The long form is script/compare-renderings.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings

from pdsync.client import RestApiV2Client
from pdsync.kinds.schedule import SCHEDULE
from pdsync.model import Ref, Scope
from pdsync.oncall.schedule import Rendered, read_schedule
from pdsync.oncall.shift import Shift
from pdsync.sandbox import SandboxServer
from tests.oncall.random_schedule import schedules
from tests.support.world import TOKEN

USERS = [f"PUSER{number}" for number in range(6)]
CAMPAIGN = int(os.environ.get("PDSYNC_RENDERINGS", "20000"))
Plain = list[tuple[int, int, str]]


@pytest.fixture(scope="module")
def people() -> Iterator[tuple[RestApiV2Client, dict[str, str]]]:
    """A sandbox with six people, and their ids there."""
    with SandboxServer() as server, RestApiV2Client(TOKEN, base_url=server.url) as client:
        ids = {}
        for name in USERS:
            body = {"type": "user", "name": name, "email": f"{name}@example.com", "role": "limited_user"}
            ids[name] = client.rpost("users", json=body)["id"]
        yield client, ids


def render(spec: dict[str, Any], since: str, until: str) -> Rendered:
    scope = Scope()
    fields, _, _ = SCHEDULE.read_desired(spec, scope, ())
    assert not scope.problems, scope.problems
    return read_schedule(fields, lambda user: user).render(_seconds(since), _seconds(until))


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def joined(entries: Plain) -> Plain:
    """Touching entries of one person made one: where a turn passes from a person to the same person is no one's matter."""
    found: Plain = []
    for start, end, user in entries:
        if found and found[-1][1:] == (start, user):
            found[-1] = (found[-1][0], end, user)
        else:
            found.append((start, end, user))
    return found


def ours(shifts: tuple[Shift, ...]) -> Plain:
    return joined([(shift.start, shift.end, str(shift.user.value if shift.user else "")) for shift in shifts])


def theirs(part: dict[str, Any]) -> Plain:
    entries = part["rendered_schedule_entries"]
    return joined([(_seconds(one["start"]), _seconds(one["end"]), one["user"]["id"]) for one in entries])


def to_request(spec: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    layers = [
        {**layer, "users": [{"user": {"id": ids[user["id"]], "type": "user_reference"}} for user in layer["users"]]}
        for layer in spec["schedule_layers"]
    ]
    return {"type": "schedule", **spec, "schedule_layers": layers}


def named(spec: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    layers = [
        {**layer, "users": [{"id": ids[user["id"]]} for user in layer["users"]]} for layer in spec["schedule_layers"]
    ]
    return {**spec, "schedule_layers": layers}


def check(client: RestApiV2Client, ids: dict[str, str], case: tuple[dict[str, Any], str, str]) -> None:
    spec, since, until = case
    answer = client.post(
        "schedules/preview", params={"since": since, "until": until}, json={"schedule": to_request(spec, ids)}
    )
    assert answer.status_code == 200, answer.text
    other = answer.json()["schedule"]
    mine = render(named(spec, ids), since, until)
    layers = {layer["name"]: layer for layer in other["schedule_layers"]}
    for name, shifts in mine.layers:
        assert ours(shifts) == theirs(layers[name]), name
    assert ours(mine.final) == theirs(other["final_schedule"])
    assert round(mine.coverage * 100, 1) == pytest.approx(
        other["final_schedule"]["rendered_coverage_percentage"], abs=0.1
    )


_LOOSE = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large)


@settings(max_examples=150, suppress_health_check=_LOOSE)
@given(case=schedules(USERS))
def test_both_render_the_same(
    people: tuple[RestApiV2Client, dict[str, str]], case: tuple[dict[str, Any], str, str]
) -> None:
    check(*people, case)


@pytest.mark.campaign
@seed(int(os.environ.get("PDSYNC_RENDERINGS_SEED", "1")))
@settings(max_examples=CAMPAIGN, derandomize=False, database=None, suppress_health_check=_LOOSE)
@given(case=schedules(USERS))
def test_both_render_the_same_at_length(
    people: tuple[RestApiV2Client, dict[str, str]], case: tuple[dict[str, Any], str, str]
) -> None:
    check(*people, case)


def test_overrides_win_in_both(people: tuple[RestApiV2Client, dict[str, str]]) -> None:
    client, ids = people
    spec = {
        "name": "Overridden",
        "time_zone": "Europe/Berlin",
        "schedule_layers": [
            {
                "name": "Base",
                "rotation_virtual_start": "2027-03-01T08:00:00Z",
                "rotation_turn_length_seconds": 86_400,
                "users": [{"id": "PUSER0"}, {"id": "PUSER1"}],
                "start": "2027-01-01T00:00:00Z",
            }
        ],
    }
    made = client.rpost("schedules", json={"schedule": to_request(spec, ids)})
    shifts = []
    for start, end, user in (
        ("2027-03-27T20:00:00Z", "2027-03-28T10:00:00Z", "PUSER2"),
        ("2027-03-28T09:00:00Z", "2027-03-28T12:00:00Z", "PUSER3"),
    ):
        body = {"start": start, "end": end, "user": {"id": ids[user], "type": "user_reference"}}
        answer = client.post(f"schedules/{made['id']}/overrides", json={"overrides": [body]})
        assert answer.status_code == 201, answer.text
        shifts.append(Shift(_seconds(start), _seconds(end), Ref("user", "id", ids[user]), ""))
    since, until = "2027-03-26T00:00:00Z", "2027-04-01T00:00:00Z"
    other = client.rget(f"schedules/{made['id']}", params={"since": since, "until": until})
    fields, _, _ = SCHEDULE.read_desired(named(spec, ids), Scope(), ())
    mine = read_schedule(fields, lambda user: user, shifts).render(_seconds(since), _seconds(until))
    assert ours(mine.final) == theirs(other["final_schedule"])
    assert ids["PUSER3"] in {user for _, _, user in ours(mine.final)}
