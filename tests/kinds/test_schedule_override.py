"""Overrides in manifests: each item is an object, made once, and nothing that people made is touched unless a manifest says so."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from pdsync.account import Extent, fetch_account
from pdsync.apply import Watch, apply_plan
from pdsync.client import RestApiV2Client
from pdsync.engine import (
    EngineError,
    Workspace,
    accept_live,
    export_account,
    find_drift,
    load_desired,
    load_for_accept,
    make_plan,
    parse_place,
)
from pdsync.engine.restore import RestoreRequest, plan_restore
from pdsync.export import ExportOptions
from pdsync.manifest import load_texts
from pdsync.model import Resource
from pdsync.model.codec.wall_time import on_wall_clock
from pdsync.model.instant import next_whole_minute, render_instant
from pdsync.plan import (
    Operation,
    Plan,
    Result,
    Status,
    Verdict,
    build_plan,
    compute_predicted_account,
    compute_staleness,
)
from pdsync.plan.before import EVENT, collect_before, read_before
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget, writes
from tests.support.world import TOKEN, converge, layer, make_planned, options, plan_for, resource, schedule, user

PEOPLE = [user("ana"), user("bo"), user("cy")]
PRIMARY = schedule("primary", layer("base", "ana", "bo", "cy"))
COMPANY = [*PEOPLE, PRIMARY]


NOW = next_whole_minute(datetime.now(UTC))


@pytest.fixture(autouse=True)
def fresh_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test counts from its own moment: in a long run, this module was imported many minutes ago."""
    monkeypatch.setattr(sys.modules[__name__], "NOW", next_whole_minute(datetime.now(UTC)))


def at(hours: float) -> str:
    return render_instant(NOW + timedelta(hours=hours))


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[SandboxServer, Any]]:
    """An account with the people and the schedule, and its state."""
    with SandboxServer() as made, RestApiV2Client(TOKEN, base_url=made.url, retry_ambiguous_posts=False) as client:
        converge(client, COMPANY)
        where = f"v3/schedules/{client.rpost('v3/schedules', json={'name': 'shifts', 'time_zone': 'Etc/UTC'})['id']}"
        make_rotation(client, where, "Office", "09:00", "17:00", "ana", "bo")
        make_rotation(client, where, "Nights", "18:00", "23:00", "cy")
        yield made, made.control.state()


def make_rotation(client: RestApiV2Client, where: str, name: str, start: str, end: str, *people: str) -> None:
    """Daily shifts in which these people take turns."""
    rotation = client.jpost(f"{where}/rotations", json={})["rotation"]["id"]
    members = [{"type": "user_member", "user_id": id_of(client, "users", who)} for who in people]
    body = {
        "name": name,
        "start_time": {"date_time": f"2026-01-05T{start}:00Z", "time_zone": "Etc/UTC"},
        "end_time": {"date_time": f"2026-01-05T{end}:00Z", "time_zone": "Etc/UTC"},
        "effective_since": at(0),
        "effective_until": None,
        "recurrence": ["RRULE:FREQ=DAILY"],
        "assignment_strategy": {
            "type": "rotating_member_assignment_strategy",
            "shifts_per_member": 1,
            "members": members,
        },
    }
    client.rpost(f"{where}/rotations/{rotation}/events", json=body)


@pytest.fixture
def sandbox(server: tuple[SandboxServer, Any]) -> SandboxServer:
    """The same without an override."""
    made, state = server
    made.control.reset_clock()
    made.control.restore(state)
    return made


@pytest.fixture
def client(sandbox: SandboxServer) -> Iterator[RestApiV2Client]:
    with RestApiV2Client(TOKEN, base_url=sandbox.url, retry_ambiguous_posts=False, sleep=lambda seconds: None) as made:
        yield made


def item(who: str, start: float, end: float, **more: Any) -> dict[str, Any]:
    return {"user": who, "start": at(start), "end": at(end), **more}


def overrides(*items: dict[str, Any], key: str = "holidays", where: Any = "primary", **spec: Any) -> Resource:
    return resource("ScheduleOverrides", key, {"schedule": where, "overrides": list(items), **spec})


def id_of(client: RestApiV2Client, kind: str, name: str) -> str:
    return str(next(it["id"] for it in client.list_all(kind) if it.get("name", it["summary"]) == name))


def path(client: RestApiV2Client) -> str:
    return f"schedules/{id_of(client, 'schedules', 'primary')}/overrides"


def live(client: RestApiV2Client) -> list[tuple[str, str, str]]:
    """Who, from when until when, of all that is not over."""
    period = {"since": at(-1000), "until": at(80_000), "overflow": "true"}
    rows = client.list_all(path(client), params=period)
    now = render_instant(client.server_clock.now())
    return sorted((it["user"]["summary"], _utc(it["start"]), _utc(it["end"])) for it in rows if _utc(it["end"]) > now)


def _utc(text: str) -> str:
    return render_instant(datetime.fromisoformat(text))


def by_hand(client: RestApiV2Client, who: str, start: float, end: float) -> None:
    person = {"id": id_of(client, "users", who), "type": "user_reference"}
    client.jpost(path(client), json={"overrides": [{"start": at(start), "end": at(end), "user": person}]})


def operations(plan: Plan) -> list[tuple[str, str]]:
    return [(change.operation.value, change.address.partition("/")[2].rpartition(".")[2]) for change in plan.changes]


def test_each_item_is_an_object_in_the_time_of_the_schedule(client: RestApiV2Client) -> None:
    winter = {"user": "ana", "start": "2031-01-06T09:00", "end": "2031-01-07"}
    summer = {"user": "bo", "start": "2031-07-06T09:00", "end": "2031-07-07T09:00+00:00"}
    converge(client, [*COMPANY, overrides(winter, summer)])
    assert live(client) == [
        ("ana", "2031-01-06T08:00:00Z", "2031-01-06T23:00:00Z"),
        ("bo", "2031-07-06T07:00:00Z", "2031-07-07T09:00:00Z"),
    ]


def test_the_addresses_of_objects_say_when_and_who(client: RestApiV2Client) -> None:
    plan = plan_for(client, [*COMPANY, overrides({"user": "ana", "start": "2031-01-06T09:00", "end": "2031-01-07"})])
    assert [it.address for it in plan.changes] == ["schedule_override/holidays.20310106T0800Z.ana"]


def test_what_is_over_is_nothing_to_do(client: RestApiV2Client) -> None:
    plan = plan_for(client, [*COMPANY, overrides(item("ana", -48, -24), item("bo", -9, 0))])
    assert not plan.changes


def test_what_should_have_begun_begins_within_a_minute(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    manifests = [*COMPANY, overrides(item("ana", -5, 5))]
    converge(client, manifests)
    ((who, start, end),) = live(client)
    assert (who, end) == ("ana", at(5))
    assert at(-0.05) <= start <= at(0.05)
    for seconds in (30, 90, 3600):
        sandbox.control.advance(seconds)
        assert not plan_for(client, manifests).changes


def test_a_planned_one_that_has_begun_in_the_meantime_is_made_once(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    manifests = [*COMPANY, overrides(item("ana", 1, 5))]
    plan = plan_for(client, manifests)
    sandbox.control.advance(2 * 3600)
    assert apply(client, plan).exit_code == 0
    assert not plan_for(client, manifests).changes
    assert len(live(client)) == 1


def apply(client: RestApiV2Client, plan: Plan, journal: Any = None) -> Result:
    watch = Watch(sleep=lambda seconds: None, **({"journal": journal} if journal else {}))
    return apply_plan(plan, client, watch, workers=1)


def test_no_time_is_asked_for_before_pagerduty_has_answered(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    """Until then only the clock of this machine is known, which may be wrong."""
    sandbox.control.set_faults([{"match": {"method": "GET"}, "action": {"type": "latency", "ms": 50}}])
    told: list[float | None] = []
    client.server_clock.on_first_use = told.append
    plan_for(client, [*COMPANY, overrides(item("ana", 24, 48))])
    sandbox.control.clear_faults()
    assert told == [0.0]


def test_only_a_tombstone_deletes(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, overrides(item("ana", 24, 48), item("bo", 48, 72))])
    assert not plan_for(client, [*COMPANY, overrides(item("ana", 24, 48))], prune="owned").changes
    converge(client, [*COMPANY, overrides(item("ana", 24, 48), item("bo", 48, 72, absent=True))])
    assert [who for who, _, _ in live(client)] == ["ana"]


def test_a_tombstone_of_the_manifest_is_one_of_each_item(client: RestApiV2Client) -> None:
    items = (item("ana", 24, 48), item("bo", 48, 72))
    by_hand(client, "cy", 100, 120)
    converge(client, [*COMPANY, overrides(*items)])
    spec = {"schedule": "primary", "overrides": list(items)}
    converge(client, [*COMPANY, resource("ScheduleOverrides", "holidays", spec, absent=True)])
    assert [who for who, _, _ in live(client)] == ["cy"]


def test_a_deleted_one_that_has_begun_ends_now(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    converge(client, [*COMPANY, overrides(item("ana", 1, 48))])
    sandbox.control.advance(2 * 3600)
    manifests = [*COMPANY, overrides(item("ana", 1, 48, absent=True))]
    plan = plan_for(client, manifests)
    assert any("has begun: the apply ends it" in note for note in plan.notes)
    converge(client, manifests)
    assert live(client) == []


def test_what_people_made_is_left_alone_and_an_overlap_is_named(client: RestApiV2Client) -> None:
    by_hand(client, "bo", 30, 40)
    by_hand(client, "bo", 60, 70)
    manifests = [*COMPANY, overrides(item("ana", 24, 48))]
    (note,) = plan_for(client, manifests).notes
    start, end = (on_wall_clock(at(hours), "Europe/Berlin").removesuffix(":00") for hours in (30, 40))
    assert f"overlaps the override of bo from {start} to {end}, which no manifest lists" in note
    converge(client, manifests, prune="owned")
    assert len(live(client)) == 3


def test_a_period_that_a_manifest_claims_holds_what_manifests_list(client: RestApiV2Client) -> None:
    for start, end in ((30, 40), (90, 110), (200, 210)):
        by_hand(client, "bo", start, end)
    claiming = overrides(item("ana", 24, 48), period={"from": at(20), "until": at(100)}, exclusive=True)
    manifests = [*COMPANY, claiming, overrides(item("cy", 60, 70), key="swaps")]
    converge(client, manifests)
    assert [(who, start) for who, start, _ in live(client)] == [
        ("ana", at(24)),
        ("bo", at(90)),
        ("bo", at(200)),
        ("cy", at(60)),
    ]
    converge(client, [*COMPANY, overrides(period={"from": at(20), "until": at(100)}, exclusive=True)])
    assert [who for who, _, _ in live(client)] == ["bo", "bo"]


def test_a_period_alone_deletes_nothing(client: RestApiV2Client) -> None:
    by_hand(client, "bo", 30, 40)
    assert not plan_for(client, [*COMPANY, overrides(period={"from": at(20), "until": at(100)})]).changes


def test_equal_ones_count_as_one_and_go_together(client: RestApiV2Client) -> None:
    for _ in range(3):
        by_hand(client, "ana", 24, 48)
    plan = plan_for(client, [*COMPANY, overrides(item("ana", 24, 48))])
    assert not plan.changes
    assert any("3 equal overrides" in note for note in plan.notes)
    converge(client, [*COMPANY, overrides(item("ana", 24, 48, absent=True))])
    assert live(client) == []


def test_a_target_means_the_manifest_with_all_its_items(client: RestApiV2Client) -> None:
    manifests = [
        *COMPANY,
        overrides(item("ana", 24, 48), item("bo", 48, 72)),
        overrides(item("cy", 90, 99), key="swaps"),
    ]
    plan = plan_for(client, manifests, targets=frozenset({"schedule_override/holidays"}))
    assert operations(plan) == [("create", "ana"), ("create", "bo")]


def test_a_reading_costs_one_request_for_each_schedule_that_manifests_name(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    others = [schedule(name, layer("base", "ana")) for name in ("second", "third")]
    converge(client, [*COMPANY, *others])

    def listed(*manifests: Resource) -> int:
        forget(sandbox)
        plan_for(client, [*COMPANY, *others, *manifests])
        return sum(path.endswith("/overrides") for _, path in asked(sandbox))

    assert listed() == 0
    assert listed(overrides(item("ana", 24, 48)), overrides(item("bo", 60, 70), key="more")) == 1
    assert listed(overrides(item("ana", 24, 48)), overrides(item("bo", 60, 70), key="more", where="second")) == 2
    assert listed(overrides(item("ana", -72, -48))) == 0


def test_a_write_of_the_schedule_leaves_its_overrides(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, overrides(item("ana", 24, 48))])
    by_hand(client, "bo", 60, 70)
    before = live(client)
    changed = schedule("primary", layer("base", "bo", "ana"), layer("more", "cy"), name="Primary, again")
    bodies: list[Any] = []
    client.hooks["response"].append(lambda answer, **options: bodies.append(answer.request.body))
    converge(client, [*PEOPLE, changed])
    client.hooks["response"].clear()
    assert not [body for body in bodies if body and b"override" in body]
    renamed = [*PEOPLE, changed, overrides(item("ana", 24, 48))]
    assert not plan_for(client, renamed).changes
    rows = client.list_all(
        f"schedules/{id_of(client, 'schedules', 'Primary, again')}/overrides",
        params={"since": at(0), "until": at(99)},
    )
    assert len(rows) == len(before) == 2


def test_a_person_goes_after_the_override_that_names_the_person(client: RestApiV2Client) -> None:
    converge(client, [*COMPANY, overrides(item("cy", 24, 48))])
    gone = resource("User", "cy", {"email": "cy@example.com"}, absent=True, adopt=True)
    left = [*PEOPLE[:2], schedule("primary", layer("base", "ana", "bo")), gone]
    by_id = {**item("ana", 24, 48, absent=True), "user": {"id": id_of(client, "users", "cy")}}
    blocked = plan_for(client, [*left, overrides(item("ana", 60, 70))]).changes
    assert any("schedule_override" in blocker and "takes over" in blocker for it in blocked for blocker in it.blockers)
    plan = plan_for(client, [*left, overrides(by_id)])
    deletes = [it.kind for it in plan.changes if it.operation is Operation.DELETE]
    assert deletes in (["schedule_override", "user"], ["schedule_override"])


def test_the_overrides_of_a_schedule_go_with_it(client: RestApiV2Client) -> None:
    by_hand(client, "bo", 60, 70)
    gone = replace(PRIMARY, lifecycle=replace(PRIMARY.lifecycle, absent=True))
    account = fetch_account(client, Extent([*PEOPLE, gone], everything=True))
    plan = build_plan([*PEOPLE, gone], account, options())
    (change,) = plan.changes
    assert not change.blockers
    assert "1 schedule override of it goes with it" in change.notes
    assert not compute_predicted_account(plan, account).objects["schedule_override"]


def test_a_stakeholder_cannot_take_over(client: RestApiV2Client) -> None:
    guest = user("guest", role="read_only_user")
    changes = plan_for(client, [*COMPANY, guest, overrides(item("guest", 24, 48))]).changes
    assert ["is a stakeholder" in blocker for it in changes for blocker in it.blockers] == [True]


class Between(HTTPAdapter):
    """Calls back before and after the first POST of an override."""

    def __init__(self, before: Callable[[], None] = lambda: None, after: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._before, self._after = before, after
        self.sent = 0

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        is_meant = request.method == "POST" and str(request.url).endswith("/overrides")
        self.sent += is_meant
        if is_meant and self.sent == 1:
            self._before()
        answer = super().send(request, **options)
        if is_meant and self.sent == 1:
            try:
                self._after()
            except BaseException:
                answer.close()
                raise
        return answer


def _lose() -> None:
    raise requests.exceptions.ReadTimeout("no answer")


class Killed(BaseException):
    """The process ends here."""


def _kill() -> None:
    raise Killed


def apply_over(sandbox: SandboxServer, adapter: HTTPAdapter, plan: Plan) -> Result:
    with RestApiV2Client(TOKEN, base_url=sandbox.url, retry_ambiguous_posts=False, sleep=lambda seconds: None) as made:
        made.mount("http://", adapter)
        return apply(made, plan)


@pytest.mark.parametrize("hours", [(24, 48), (-5, 5)], ids=["ahead", "begun"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_makes_none_twice(
    client: RestApiV2Client, sandbox: SandboxServer, when: str, hours: tuple[float, float]
) -> None:
    manifests = [*COMPANY, overrides(item("ana", *hours), item("bo", 60, 70))]
    result = apply_over(sandbox, Between(**{when: _lose}), plan_for(client, manifests))
    assert result.exit_code == 0, [it.message for it in result.outcomes]
    assert not plan_for(client, manifests).changes
    assert len(live(client)) == 2


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_makes_none_twice(client: RestApiV2Client, sandbox: SandboxServer, when: str) -> None:
    manifests = [*COMPANY, overrides(item("ana", 24, 48), item("bo", 60, 70), item("cy", -1, 1))]
    with pytest.raises(BaseException):  # noqa: B017, PT011 - whatever a killed process leaves
        apply_over(sandbox, Between(**{when: _kill}), plan_for(client, manifests))
    converge(client, manifests)
    assert len(live(client)) == 3


def test_two_runs_make_one(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    manifests = [*COMPANY, overrides(item("ana", 24, 48))]
    plan = plan_for(client, manifests)
    result = apply_over(sandbox, Between(before=lambda: by_hand(client, "ana", 24, 48)), plan)
    assert {it.status for it in result.outcomes} <= {Status.APPLIED, Status.ALREADY}
    assert len(live(client)) == 1


def test_a_second_apply_of_the_same_plan_writes_nothing(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    manifests = [*COMPANY, overrides(item("ana", 24, 48), item("bo", -5, 5))]
    plan = plan_for(client, manifests)
    assert apply(client, plan).exit_code == 0
    account = make_planned(client, manifests).account
    assert [it.verdict for it in compute_staleness(plan, account)] == [Verdict.ALREADY] * 2
    forget(sandbox)
    result = apply(client, plan)
    assert [it.status for it in result.outcomes] == [Status.ALREADY] * 2
    assert writes(sandbox) == []


class Refusing(HTTPAdapter):
    """PagerDuty accepts the request and refuses the item in it."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        if request.method == "POST" and str(request.url).endswith("/overrides"):
            request.body = request.body.replace(at(48).encode(), at(12).encode())  # type: ignore[union-attr]
            request.headers["Content-Length"] = str(len(request.body))
        return super().send(request, **options)


def test_an_item_that_is_refused_inside_a_success_is_a_failure(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    manifests = [*COMPANY, overrides(item("ana", 24, 48), item("bo", 60, 70))]
    result = apply_over(sandbox, Refusing(), plan_for(client, manifests))
    failed, made = result.outcomes
    assert (failed.status, made.status) == (Status.FAILED, Status.APPLIED)
    assert "Override must end after its start" in str(failed.message)
    assert result.exit_code == 3


def test_a_long_period_is_read_in_parts_where_pagerduty_refuses_it(
    sandbox: SandboxServer, client: RestApiV2Client
) -> None:
    sandbox.control.set_account({"account": 1, "readings": {"override_period": "ninety_days"}})
    try:
        manifests = [*COMPANY, overrides(item("ana", 24, 48), item("bo", 4000, 4100), item("cy", 700, 740))]
        converge(client, manifests)
        assert not plan_for(client, manifests).changes
    finally:
        sandbox.control.set_account({"account": 1})


TEXT = """
apiVersion: pdsync/v1
kind: Schedule
metadata: {{name: primary}}
spec: {{time_zone: Europe/Berlin, rotation: {{weekly: [ana], starts: 2026-01-05T09:00}}}}
---
apiVersion: pdsync/v1
kind: User
metadata: {{name: ana}}
spec: {{email: ana@example.com}}
---
apiVersion: pdsync/v1
kind: ScheduleOverrides
metadata: {{name: holidays}}
spec:
  schedule: primary
{spec}
"""
ONE = "{user: ana, start: 2031-01-06T09:00, end: 2031-01-07T09:00}"


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("  overrides: [{user: ana, start: 2031-01-07, end: 2031-01-06}]", ["ends before it begins"]),
        ("  overrides: [{user: ana, start: 2031-01-06T09:00, end: 2031-01-06T09:00}]", ["ends before it begins"]),
        ("  overrides: [{user: ana, start: 2031-02-30, end: 2031-03-06}]", ["'2031-02-30' is not a date and time"]),
        ("  overrides: [{user: bo, start: 2031-02-20, end: 2031-03-06}]", ["there is no User 'bo'"]),
        (f"  overrides: [{ONE}]\n  exclusive: true", ["'exclusive' needs a period"]),
        (f"  overrides: [{ONE}]\n  period: {{from: 2031-01-07, until: 2031-02-01}}", ["begins before the period"]),
        (f"  overrides: [{ONE}]\n  period: {{from: 2031-01-01, until: 2031-01-07}}", ["ends after the period"]),
        (
            f"  overrides: [{ONE}]\n  period: {{from: 2031-01-09, until: 2031-01-01}}",
            ["the period ends before it begins"],
        ),
        (
            f"  overrides:\n    - {ONE}\n    - {ONE}",
            [
                "overrides[0].start: overlaps the override at m.yaml:19",
                "overrides[1].start: overlaps the override at m.yaml:18",
            ],
        ),
        (f"  overrides:\n    - {ONE}\n    - {{user: ana, start: 2031-01-07T09:00, end: 2031-01-08}}", []),
        (f"  overrides:\n    - {ONE}\n    - {{absent: true, user: ana, start: 2031-01-07T08:00, end: 2031-01-08}}", []),
        ("  overrides: [{user: ana, start: 2031-01-06T09:00}]", ["'end' is missing"]),
        ("  overrides: [{user: ana, start: soon, end: 2031-01-06T09:00}]", ["soon"]),
    ],
)
def test_what_a_manifest_cannot_say(spec: str, said: list[str]) -> None:
    found = [problem.message for problem in load_texts([("m.yaml", TEXT.format(spec=spec))]).problems]
    found = [it for it in found if "the period ends before" in it] or found
    assert len(found) == len(said), found
    assert all(wanted in message for wanted, message in zip(sorted(said), sorted(found), strict=True)), found


def test_an_overlap_of_two_manifests_is_a_problem_of_both() -> None:
    more = TEXT.format(spec=f"  overrides:\n    - {ONE}").rpartition("---")[2].replace("holidays", "swaps")
    found = load_texts([("a.yaml", TEXT.format(spec=f"  overrides:\n    - {ONE}")), ("b.yaml", more)]).problems
    assert [(it.source.file, it.source.line) for it in found] == [("a.yaml", 18), ("b.yaml", 8)]


def test_an_overlap_that_only_the_account_shows_is_a_problem_too(client: RestApiV2Client) -> None:
    named = overrides(item("bo", 30, 40), key="swaps", where={"name": "primary"})
    plan = plan_for(client, [*COMPANY, overrides(item("ana", 24, 48)), named])
    assert len(plan.problems) == 2
    assert all("overlaps the override at" in it.message for it in plan.problems)


def test_a_schedule_that_nothing_has_is_a_problem(client: RestApiV2Client) -> None:
    plan = plan_for(client, [*COMPANY, overrides(item("ana", 24, 48), where={"name": "elsewhere"})])
    assert ["no such schedule" in it.message for it in plan.problems] == [True]


class TestShifts:
    """Overrides of a shift-based schedule: ana and bo take turns by day, cy is on call in the evening."""

    @pytest.fixture
    def path(self, client: RestApiV2Client) -> str:
        return f"v3/schedules/{id_of(client, 'v3/schedules', 'shifts')}"

    def day(self, days: int, start: str, end: str, who: str, **more: Any) -> dict[str, Any]:
        date = (NOW + timedelta(days=days)).date().isoformat()
        return {"user": who, "start": f"{date}T{start}", "end": f"{date}T{end}", **more}

    def live(self, client: RestApiV2Client, path: str) -> list[tuple[str, str]]:
        rows = client.list_all(f"{path}/overrides", params={"since": at(-99), "until": at(999), "overflow": "true"})
        names = {it["id"]: it["name"] for it in client.list_all("users")}
        return sorted(
            (names[it["overriding_member"]["user_id"]], names[it["overridden_member"]["user_id"]]) for it in rows
        )

    @pytest.mark.parametrize("where", ["name", "id"])
    def test_the_shifts_tell_who_is_relieved(self, client: RestApiV2Client, path: str, where: str) -> None:
        named = {"name": "shifts"} if where == "name" else {"id": path.rpartition("/")[2]}
        manifest = overrides(self.day(5, "18:00", "23:00", "ana"), self.day(6, "09:00", "17:00", "cy"), where=named)
        converge(client, [*COMPANY, manifest])
        found = self.live(client, path)
        assert found[0] == ("ana", "cy")
        assert found[1][0] == "cy"
        assert found[1][1] in ("ana", "bo")
        gone = [{**it, "absent": True} for it in (self.day(5, "18:00", "23:00", "ana"),)]
        converge(client, [*COMPANY, overrides(*gone, where=named)])
        assert len(self.live(client, path)) == 1

    def test_what_the_shifts_do_not_tell_is_a_problem_that_says_what_to_write(
        self, client: RestApiV2Client, path: str
    ) -> None:
        where = {"name": "shifts"}
        alone = plan_for(client, [*COMPANY, overrides(self.day(5, "17:00", "18:00", "bo"), where=where)])
        assert ["no one else is on call" in it.message for it in alone.problems] == [True]
        several = {**self.day(5, "09:00", "23:00", "bo"), "end": self.day(7, "09:00", "23:00", "bo")["end"]}
        (problem,) = plan_for(client, [*COMPANY, overrides(several, where=where)]).problems
        assert "several people are on call" in problem.message
        assert "ana (Office), cy (Nights)" in problem.message
        assert "instead_of" in problem.hint
        converge(
            client,
            [*COMPANY, overrides({**several, "instead_of": "ana"}, {**several, "instead_of": "cy"}, where=where)],
        )
        assert self.live(client, path) == [("bo", "ana"), ("bo", "cy")]

    def test_of_two_people_at_once_each_can_be_relieved_but_only_once(self, client: RestApiV2Client, path: str) -> None:
        one = self.day(5, "18:00", "22:00", "bo", instead_of="cy")
        plan = plan_for(
            client,
            [
                *COMPANY,
                overrides(one, key="a", where={"name": "shifts"}),
                overrides(one, key="b", where={"id": path.rpartition("/")[2]}),
            ],
        )
        assert sum("overlaps the override at" in it.message for it in plan.problems) == 2

    @pytest.mark.parametrize("when", ["before", "after"])
    def test_a_lost_answer_makes_none_twice(
        self, client: RestApiV2Client, sandbox: SandboxServer, path: str, when: str
    ) -> None:
        manifests = [*COMPANY, overrides(self.day(5, "18:00", "23:00", "ana"), where={"name": "shifts"})]
        result = apply_over(sandbox, Between(**{when: _lose}), plan_for(client, manifests))
        assert result.exit_code == 0, [it.message for it in result.outcomes]
        assert not plan_for(client, manifests).changes
        assert len(self.live(client, path)) == 1

    def test_only_a_schedule_with_shifts_takes_who_is_relieved(self, client: RestApiV2Client) -> None:
        (problem,) = plan_for(client, [*COMPANY, overrides(item("ana", 24, 48, instead_of="bo"))]).problems
        assert "instead_of is only for schedules of version 3" in problem.message


class TestElsewhere:
    """What other commands make of overrides."""

    def test_an_export_has_one_manifest_a_schedule_and_its_plan_is_empty(self, client: RestApiV2Client) -> None:
        by_hand(client, "ana", 24, 48)
        by_hand(client, "bo", 48, 72)
        by_hand(client, "cy", 50, 60)
        by_hand(client, "cy", -5, 5)
        made = export_account(client, WORKSPACE, ExportOptions("test"))
        (text,) = [text for name, text in made.files.items() if name.endswith("/overrides.yaml")]
        assert text.count("kind: ScheduleOverrides") == 1
        assert "name: primary" in text
        assert "1 override that overlaps another one is left out" in text
        assert [it for it in ("user: ana", "user: bo", "user: cy") if it in text] == ["user: ana", "user: bo"]
        loaded = load_texts(made.files.items())
        assert not loaded.problems
        plan = plan_for(client, loaded.resources, adopt=True)
        assert not [it.address for it in plan.changes if it.kind == "schedule_override"]

    def test_a_deleted_one_is_drift_and_can_only_be_accepted_by_hand(
        self, client: RestApiV2Client, tmp_path: Path
    ) -> None:
        file = tmp_path / "m.yaml"
        lines = [f"    - {{user: {{email: {it}@example.com}}, start: '{at(24)}', end: '{at(48)}'}}" for it in ("ana",)]
        head = ["apiVersion: pdsync/v1", "kind: ScheduleOverrides", "metadata: {name: holidays}", "spec:"]
        file.write_text("\n".join([*head, "  schedule: {name: primary}", "  overrides:", *lines]) + "\n")
        workspace = replace(WORKSPACE, paths=(str(file),))
        desired = load_desired(workspace)
        assert apply(client, make_plan(client, desired).plan).exit_code == 0
        place = parse_place("schedule_override/holidays")
        assert accept_live(client, load_for_accept(workspace, place), place) is None
        (row,) = client.list_all(path(client), params={"since": at(0), "until": at(99)})
        client.rdelete(f"{path(client)}/{row['id']}")
        (moved,) = find_drift(client, desired).moved
        assert moved.what == "not in the account: never applied, or deleted there"
        with pytest.raises(EngineError, match=r"m\.yaml:7 does not exist in the account"):
            accept_live(client, load_for_accept(workspace, place), place)

    def test_a_deleted_one_is_restored(self, client: RestApiV2Client) -> None:
        converge(client, [*COMPANY, overrides(item("ana", 24, 48))])
        before = live(client)
        events: list[Mapping[str, Any]] = []
        plan = plan_for(client, [*COMPANY, overrides(item("ana", 24, 48, absent=True))])
        assert apply(client, plan, events.append).exit_code == 0
        assert live(client) == []
        found = collect_before(read_before(event) for event in events if event["event"] == EVENT)
        restoration = plan_restore(client, WORKSPACE, RestoreRequest("run.jsonl", found, []))
        assert apply(client, restoration.planned.plan).exit_code == 0
        assert live(client) == before


WORKSPACE = Workspace("test", max_deletes=99, max_delete_percent=100)
