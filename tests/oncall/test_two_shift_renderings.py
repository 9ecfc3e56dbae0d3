"""Two renderings of shift-based schedules that know nothing of one another agree: pdsync's, and the sandbox's over HTTP.

The long form is script/compare-renderings.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, seed, settings

from pdsync.client import RestApiV2Client
from pdsync.model import Ref
from pdsync.model.instant import render_instant
from pdsync.model.shift.rotation import read_rotations, rotation_names
from pdsync.oncall.shift_edit import ShiftEdits, read_custom_shift, read_shift_override
from pdsync.oncall.shift_schedule import read_shift_schedule
from pdsync.sandbox import SandboxServer
from pdsync.sandbox.api.endpoint import all_routes
from pdsync.sandbox.store.store import Store
from tests.oncall.random_shift_schedule import NOW, Case, Edit, Member, shift_schedules
from tests.sandbox.calling import call_of
from tests.support.world import TOKEN

USERS = 6
CAMPAIGN = int(os.environ.get("PDSYNC_RENDERINGS", "20000"))
_PER_ACCOUNT = 300
Plain = list[tuple[int, int, str]]
Send: TypeAlias = Callable[[str, str, Any, dict[str, str]], Any]
"""Sends a request: method, path, body, query. Gives the body of the answer."""


class Company:
    """An account with people, whose clock goes on by a second with each request, so that ids tell what was made first."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.people = []
        for number in range(USERS):
            body = {"type": "user", "name": f"Person {number}", "email": f"p{number}@example.com"}
            self.people.append(self.send("POST", "users", {"user": {**body, "role": "limited_user"}}, {})["user"]["id"])

    def member(self, number: Member) -> dict[str, str]:
        return {"type": "empty_member"} if number is None else {"type": "user_member", "user_id": self.people[number]}

    def make(self, case: Case) -> str:
        """The path of the schedule."""
        made = self.send("POST", "v3/schedules", {"schedule": {"name": "Any", "time_zone": case.zone}}, {})
        path = f"v3/schedules/{made['schedule']['id']}"
        rotations = []
        for events in case.rotations:
            rotations.append(self.send("POST", f"{path}/rotations", {}, {})["rotation"]["id"])
            for event in events:
                strategy = dict(event["assignment_strategy"])
                strategy["members"] = [self.member(it) for it in strategy["members"]]
                body = {"event": {**event, "assignment_strategy": strategy}}
                self.send("POST", f"{path}/rotations/{rotations[-1]}/events", body, {})
        custom = []
        for start, end, user in case.custom_shifts:
            assignment = {"type": "shift_assignment", "member": self.member(user)}
            shift = {"type": "custom_shift", "start_time": start, "end_time": end, "assignments": [assignment]}
            answer = self.send("POST", f"{path}/custom_shifts", {"custom_shifts": [shift]}, {})
            custom.append(answer["custom_shifts"][0]["id"])
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
        self.send("POST", f"{path}/overrides", {"overrides": [body]}, {})

    def edits(self, path: str, names: dict[str, str], period: dict[str, str]) -> ShiftEdits:
        """In the order of their ids, as `fetch_shift_edits` gives them."""
        overrides, custom = (
            sorted(self.send("GET", f"{path}/{name}", None, period)[name], key=lambda it: str(it["id"]))
            for name in ("overrides", "custom_shifts")
        )
        return ShiftEdits(
            tuple(read_shift_override(it, names) for it in overrides), tuple(map(read_custom_shift, custom))
        )


def over_http(server: SandboxServer, client: RestApiV2Client) -> Send:
    def send(method: str, path: str, body: Any, query: dict[str, str]) -> Any:
        answer = client.request(method, path, json=body, params=query)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    return send


def directly(store: Store) -> Send:
    """Asks the sandbox's resources without a web server: twenty thousand schedules would take hours over HTTP."""
    handlers = [
        (route.method, re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", route.path.lstrip("/"))), route.handler)
        for route in all_routes()
        if route.path.startswith(("/v3/schedules", "/users"))
    ]
    looks = count()

    def send(method: str, path: str, body: Any, query: dict[str, str]) -> Any:
        found = ((pattern.fullmatch(path), handler) for verb, pattern, handler in handlers if verb == method)
        match, handler = next((match, handler) for match, handler in found if match is not None)
        now = NOW + timedelta(seconds=next(looks))
        args = {name: [value] for name, value in query.items()}
        call = call_of(store, now, args=args, raw_body=json.dumps(body).encode() if body is not None else b"")
        with store.transaction():
            answer = handler(call, **match.groupdict())
        assert answer.status in (200, 201), answer.body
        return json.loads(json.dumps(answer.body))

    return send


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    looks = count()
    server = SandboxServer(now=lambda: NOW + timedelta(seconds=next(looks)))
    with server, RestApiV2Client(TOKEN, base_url=server.url) as client:
        yield Company(over_http(server, client))


class Renewed:
    """A company that is made anew after many schedules, so that none grows large."""

    def __init__(self) -> None:
        self._made = 0
        self._store, self._company = self._open()

    def get(self) -> Company:
        self._made += 1
        if self._made % _PER_ACCOUNT == 0:
            self._store.close()
            self._store, self._company = self._open()
        return self._company

    def _open(self) -> tuple[Store, Company]:
        store = Store()
        store.put("user", "POWNER", {"name": "Owner", "role": "owner", "email": "owner@example.com"})
        return store, Company(directly(store))


@pytest.fixture(scope="module")
def renewed() -> Renewed:
    return Renewed()


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
    path = company.make(case)
    period = {"since": case.since, "until": case.until}
    answer = company.send("GET", path, None, {**period, "include[]": "final_schedule"})["schedule"]
    rotations = read_rotations(answer["rotations"], answer["time_zone"], "user")
    edits = company.edits(path, rotation_names(answer["rotations"]), period)
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


@settings(max_examples=20, suppress_health_check=_LOOSE)
@given(case=shift_schedules(USERS))
def test_both_render_the_same(company: Company, case: Case) -> None:
    check(company, case)


@pytest.mark.campaign
@seed(int(os.environ.get("PDSYNC_RENDERINGS_SEED", "1")))
@settings(max_examples=CAMPAIGN, derandomize=False, database=None, suppress_health_check=_LOOSE)
@given(case=shift_schedules(USERS))
def test_both_render_the_same_at_length(renewed: Renewed, case: Case) -> None:
    check(renewed.get(), case)


@pytest.mark.parametrize(
    ("zone", "since"),
    [
        ("Europe/Berlin", "2027-03-25"),
        ("Europe/Berlin", "2027-10-28"),
        ("America/New_York", "2027-03-11"),
        ("America/New_York", "2027-11-04"),
        ("Australia/Sydney", "2027-04-01"),
        ("Australia/Sydney", "2027-09-30"),
        ("Australia/Lord_Howe", "2027-04-01"),
        ("Asia/Kathmandu", "2027-03-25"),
    ],
)
def test_weeks_in_which_clocks_change(renewed: Renewed, zone: str, since: str) -> None:
    """Nights, hours and whole days, where clocks go forward, back, by half an hour, and not at all."""
    first = datetime.fromisoformat("2027-01-04").replace(tzinfo=ZoneInfo(zone))
    times = (  # begin, hours, rule, shifts of a member
        (22, 8, "RRULE:FREQ=DAILY", 7),
        (0, 1, "RRULE:FREQ=HOURLY", 5),
        (9, 24, "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", 1),
    )
    rotations: list[list[dict[str, Any]]] = [
        [
            {
                "name": "Shifts",
                "start_time": {"date_time": (first + timedelta(hours=hour)).isoformat(), "time_zone": zone},
                "end_time": {"date_time": (first + timedelta(hours=hour + hours)).isoformat(), "time_zone": zone},
                "effective_since": "2027-01-04T00:00:00Z",
                "effective_until": None,
                "recurrence": [rule],
                "assignment_strategy": {
                    "type": "rotating_member_assignment_strategy",
                    "members": [at, at + 1],
                    "shifts_per_member": shifts,
                },
            }
        ]
        for at, (hour, hours, rule, shifts) in enumerate(times)
    ]
    begin = datetime.fromisoformat(since).replace(tzinfo=UTC)
    period = render_instant(begin), render_instant(begin + timedelta(days=7))
    check(renewed.get(), Case(zone, rotations, [], [], *period))
