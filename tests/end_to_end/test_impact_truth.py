"""What a plan says of who is paged, held against what the account itself answers before its apply and after it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pdsync.apply import apply_plan
from pdsync.client import RestApiV2Client
from pdsync.engine import compute_prospect
from pdsync.model import Ref, Resource
from pdsync.model.instant import render_instant
from pdsync.oncall.impact import Impact
from pdsync.plan import Plan
from pdsync.sandbox import SandboxServer
from tests.support.examples import examples
from tests.support.moment import far_minute
from tests.support.world import TOKEN, make_planned, resource, service, user

EXAMPLES = examples(8)
PEOPLE = ("ana", "bo", "cy", "di")
SCHEDULES = ("days", "nights")
POLICIES = ("first", "second")
SETTLING = timedelta(minutes=2)
"""New layers begin when they are written, a moment after the plan was made."""
World = dict[str, Resource]


def hours(now: datetime) -> list[dict[str, Any] | None]:
    """The hours of a layer. They begin and end far from now: the plan, the applies and the looks are in the same part of them."""
    minute = f"{far_minute(now):02}"
    return [
        None,
        {"type": "weekly_restriction", "start_day_of_week": 1, "start_time_of_day": f"00:{minute}", "duration_seconds": "5d"},
        {"type": "daily_restriction", "start_time_of_day": f"08:{minute}", "duration_seconds": "10h"},
    ]  # fmt: skip


@st.composite
def layers(draw: st.DrawFn, name: str, now: datetime) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": name,
        "users": draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3)),
        # Hand-offs are far from now, on either side: the run itself takes time.
        "rotation_virtual_start": render_instant(now - timedelta(hours=draw(st.integers(0, 400)), minutes=30)),
        "rotation_turn_length_seconds": draw(st.sampled_from(["1h", "8h", "1d", "1w"])),
    }
    some = draw(st.sampled_from(hours(now)))
    if some is not None:
        found["restrictions"] = [some]
    if draw(st.integers(0, 4)) == 0:
        found["start"] = render_instant(now + timedelta(days=draw(st.integers(1, 9))))
    return found


@st.composite
def worlds(draw: st.DrawFn, now: datetime, *, aware: bool = False) -> World:
    world = {f"user/{name}": user(name) for name in PEOPLE}
    for key in SCHEDULES:
        names = draw(st.lists(st.sampled_from(["A", "B"]), min_size=1, max_size=2, unique=True))
        spec = {
            "time_zone": draw(st.sampled_from(["Europe/Berlin", "Asia/Kolkata"])),
            "schedule_layers": [draw(layers(name, now)) for name in names],
        }
        world[f"schedule/{key}"] = resource("Schedule", key, spec, hand_off_aware=aware and draw(st.booleans()))
    target = st.sampled_from([*({"schedule": key} for key in SCHEDULES), *({"user": name} for name in PEOPLE)])
    for key in POLICIES:
        levels = draw(st.lists(st.lists(target, min_size=1, max_size=2, unique_by=str), min_size=1, max_size=2))
        rules = [{"escalation_delay_in_minutes": 10, "targets": targets} for targets in levels]
        world[f"escalation_policy/{key}"] = resource("EscalationPolicy", key, {"escalation_rules": rules})
    for key in ("shop", "mail"):
        world[f"service/{key}"] = service(key, draw(st.sampled_from(POLICIES)))
    return world


@st.composite
def edits(draw: st.DrawFn) -> tuple[World, World]:
    """A world, and the same one with some of it taken from another, or gone."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    first, other = draw(worlds(now)), draw(worlds(now, aware=True))
    taken = draw(st.sets(st.sampled_from([*(f"schedule/{key}" for key in SCHEDULES), "escalation_policy/first", "service/shop"]), min_size=1))  # fmt: skip
    second = {address: (other if address in taken else first)[address] for address in first}
    return first, second


class Truth:
    """What the account answers: by policy, level and person; and by schedule, shift after shift."""

    def __init__(self, client: RestApiV2Client, moment: datetime) -> None:
        at = render_instant(moment)
        found = client.list_all("oncalls", params={"since": at, "until": at})
        self.on_call = {(it["escalation_policy"]["id"], it["escalation_level"], it["user"]["id"]) for it in found}
        policies = {it["id"]: it for it in client.list_all("escalation_policies")}
        self.first: dict[str, set[str]] = {}
        for one in client.list_all("services"):
            levels = range(1, 1 + len(policies[one["escalation_policy"]["id"]]["escalation_rules"]))
            held = [
                {who for of, at, who in self.on_call if (of, at) == (one["escalation_policy"]["id"], n)} for n in levels
            ]
            self.first[one["id"]] = next((people for people in held if people), set())
        self.shifts: dict[str, list[tuple[float, float, str]]] = {}
        for each in client.list_all("schedules"):
            period = {"since": render_instant(moment + SETTLING), "until": render_instant(moment + timedelta(days=13))}
            shown = client.rget(f"schedules/{each['id']}", params=period)["final_schedule"]["rendered_schedule_entries"]
            self.shifts[each["id"]] = [(_at(it["start"]), _at(it["end"]), it["user"]["id"]) for it in shown]


def _at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def make(client: RestApiV2Client, world: Mapping[str, Resource]) -> tuple[Plan, Impact | None]:
    """What the plan is, and what it says."""
    planned = make_planned(client, list(world.values()))
    assert not planned.plan.problems
    prospect = compute_prospect(planned)
    return planned.plan, prospect.impact if prospect is not None else None


def check(impact: Impact, before: Truth, after: Truth) -> None:
    assert {(it.policy.value, it.level, it.user.value) for it in impact.leaves} == before.on_call - after.on_call
    assert {(it.policy.value, it.level, it.user.value) for it in impact.joins} == after.on_call - before.on_call
    assert {it.service.value: {who.value for who in it.after if who} for it in impact.services} == {
        key: people for key, people in after.first.items() if people != before.first[key]
    }
    for key in before.shifts:
        moves = [(it.start, it.end, _id(it.before), _id(it.after)) for it in impact.moves if it.schedule.value == key]
        edges = {edge for truth in (before, after) for shift in truth.shifts[key] for edge in shift[:2]}
        for edge in sorted(edges)[:-1]:
            moment = edge + 30
            left, taken = (_who(truth.shifts[key], moment) for truth in (before, after))
            said = [(old, new) for start, end, old, new in moves if start <= moment < end]
            assert said == ([(left, taken)] if left != taken else []), (key, moment)


def _id(ref: Ref | None) -> str | None:
    return ref.value if ref is not None else None


def _who(shifts: list[tuple[float, float, str]], moment: float) -> str | None:
    return next((who for start, end, who in shifts if start <= moment < end), None)


@settings(max_examples=EXAMPLES, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
@given(pair=edits())
def test_the_account_answers_what_was_foreseen(pair: tuple[World, World]) -> None:
    first, second = pair
    with SandboxServer() as sandbox, RestApiV2Client(TOKEN, base_url=sandbox.url) as client:
        assert apply_plan(make(client, first)[0], client).exit_code == 0
        plan, impact = make(client, second)
        if any(change.blockers for change in plan.changes):
            return
        moment = datetime.now(UTC) + timedelta(minutes=1)
        before = Truth(client, moment)
        assert apply_plan(plan, client).exit_code == 0
        after = Truth(client, moment)
        if impact is None:
            assert (before.on_call, before.first) == (after.on_call, after.first)
            return
        check(impact, before, after)
