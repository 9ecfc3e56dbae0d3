"""Two renderings of shift-based schedules that know nothing of one another agree: pdsync's, and the sandbox's over HTTP.

The long form is script/compare-renderings.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings

from pdsync.account.shift_schedule import fetch_shift_edits
from pdsync.client import RestApiV2Client
from pdsync.model import Ref
from pdsync.model.shift.rotation import read_rotations, rotation_names
from pdsync.oncall.shift_edit import ShiftEdits, read_custom_shift, read_shift_override
from pdsync.oncall.shift_schedule import read_shift_schedule
from pdsync.sandbox import SandboxServer
from tests.oncall.random_shift_schedule import NOW, Case, Edit, Member, shift_schedules
from tests.support.world import TOKEN

USERS = 6
CAMPAIGN = int(os.environ.get("PDSYNC_RENDERINGS", "20000"))
_PER_ACCOUNT = 300
Plain = list[tuple[int, int, str]]


@dataclass
class Company:
    """A sandbox whose clock does not move, with people. It is made anew after many schedules, so that none grows large."""

    server: SandboxServer
    client: RestApiV2Client
    people: list[str]
    made: int = 0

    @classmethod
    def open(cls) -> Company:
        # A clock that goes on by a second with each look, so that ids tell what was made first.
        looks = count()
        server = SandboxServer(now=lambda: NOW + timedelta(seconds=next(looks))).start()
        client = RestApiV2Client(TOKEN, base_url=server.url)
        people = []
        for number in range(USERS):
            name = f"Person {number}"
            body = {"type": "user", "name": name, "email": f"p{number}@example.com", "role": "limited_user"}
            people.append(client.rpost("users", json=body)["id"])
        return cls(server, client, people)

    def close(self) -> None:
        self.client.close()
        self.server.stop()

    def renew(self) -> None:
        if self.made >= _PER_ACCOUNT:
            self.close()
            fresh = Company.open()
            self.server, self.client, self.people, self.made = fresh.server, fresh.client, fresh.people, 0
        self.made += 1

    def member(self, number: Member) -> dict[str, str]:
        return {"type": "empty_member"} if number is None else {"type": "user_member", "user_id": self.people[number]}

    def make(self, case: Case) -> str:
        """The path of the schedule."""
        body = {"name": "Any", "time_zone": case.zone}
        path = f"v3/schedules/{self.client.rpost('v3/schedules', json=body)['id']}"
        rotations = []
        for events in case.rotations:
            rotations.append(self.client.rpost(f"{path}/rotations", json={})["id"])
            for event in events:
                strategy = dict(event["assignment_strategy"])
                strategy["members"] = [self.member(it) for it in strategy["members"]]
                self.client.rpost(
                    f"{path}/rotations/{rotations[-1]}/events", json={**event, "assignment_strategy": strategy}
                )
        custom = []
        for start, end, user in case.custom_shifts:
            assignment = {"type": "shift_assignment", "member": self.member(user)}
            shift = {"type": "custom_shift", "start_time": start, "end_time": end, "assignments": [assignment]}
            answer = self.client.post(f"{path}/custom_shifts", json={"custom_shifts": [shift]})
            assert answer.status_code == 201, answer.text
            custom.append(answer.json()["custom_shifts"][0]["id"])
        for edit in case.edits:
            self._override(path, edit, custom if edit.custom else rotations)
        return path

    def _override(self, path: str, edit: Edit, places: list[str]) -> None:
        body = {
            "type": "override_shift",
            "custom_shift_id" if edit.custom else "rotation_id": places[edit.place],
            "start_time": edit.start,
            "end_time": edit.end,
            "overridden_member": self.member(edit.relieved),
            "overriding_member": self.member(edit.user),
        }
        answer = self.client.post(f"{path}/overrides", json={"overrides": [body]})
        assert answer.status_code == 201, answer.text

    def edits(self, path: str, names: dict[str, str], since: str, until: str) -> ShiftEdits:
        identity = path.rpartition("/")[2]
        overrides, custom = fetch_shift_edits(self.client, [identity], _seconds(since), _seconds(until))[identity]
        return ShiftEdits(
            tuple(read_shift_override(it, names) for it in overrides), tuple(map(read_custom_shift, custom))
        )


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    found = Company.open()
    yield found
    found.close()


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def theirs(final: dict[str, Any]) -> Plain:
    """When each person is on call, by the answer."""
    by_user: dict[str, list[list[int]]] = {}
    rows = (
        (_seconds(it["start_time"]), _seconds(it["end_time"]), it["member"])
        for it in final["computed_shift_assignments"]
    )
    for start, end, member in sorted(rows, key=lambda row: row[:2]):
        held = by_user.setdefault(member.get("user_id", ""), [])
        if held and start <= held[-1][1]:
            held[-1][1] = max(held[-1][1], end)
        else:
            held.append([start, end])
    return sorted((start, end, user) for user, spans in by_user.items() if user for start, end in spans)


def ours(shifts: Any) -> Plain:
    """The same, by the rendering; where one shift follows on another of the same person they are one."""
    found: Plain = []
    for shift in sorted(shifts, key=lambda it: (it.user, it.start)):
        if found and found[-1][1:] == (shift.start, shift.user.value):
            found[-1] = (found[-1][0], shift.end, shift.user.value)
        else:
            found.append((shift.start, shift.end, shift.user.value))
    return sorted(found)


def check(company: Company, case: Case) -> None:
    company.renew()
    path = company.make(case)
    period = {"since": case.since, "until": case.until}
    answer = company.client.rget(path, params={**period, "include[]": "final_schedule"})
    rotations = read_rotations(answer["rotations"], answer["time_zone"], "user")
    edits = company.edits(path, rotation_names(answer["rotations"]), case.since, case.until)
    fields = {"time_zone": answer["time_zone"], "rotations": rotations}
    known = [Ref("user", "id", identity) for identity in company.people]
    mine = read_shift_schedule(fields, lambda user: user if user in known else None, edits).render(
        _seconds(case.since), _seconds(case.until)
    )
    assert ours(mine.final) == theirs(answer["final_schedule"])
    assert round(mine.coverage * 100, 1) == pytest.approx(
        answer["final_schedule"]["rendered_coverage_percentage"], abs=0.1
    )


_LOOSE = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large)


@settings(max_examples=40, suppress_health_check=_LOOSE)
@given(case=shift_schedules(USERS))
def test_both_render_the_same(company: Company, case: Case) -> None:
    check(company, case)


@pytest.mark.campaign
@seed(int(os.environ.get("PDSYNC_RENDERINGS_SEED", "1")))
@settings(max_examples=CAMPAIGN, derandomize=False, database=None, suppress_health_check=_LOOSE)
@given(case=shift_schedules(USERS))
def test_both_render_the_same_at_length(company: Company, case: Case) -> None:
    check(company, case)
