"""Planning costs pages, not objects; a create costs its POST."""

from __future__ import annotations

import itertools

from pdsync.apply import apply_plan
from pdsync.apply.bulk import BULK
from pdsync.client import RestApiV2Client
from pdsync.kinds import KINDS
from pdsync.model import Resource
from pdsync.plan import Operation
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, count_methods, forget
from tests.support.world import converge, layer, plan_for, policy, schedule, service, team, user


def test_planning_a_small_account_reads_each_collection_once(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    company = [
        user("ana"),
        team("red", members=[{"user": "ana"}]),
        team("blue"),
        policy("first", {"user": "ana"}),
        service("shop", "first"),
    ]
    converge(client, company)
    forget(sandbox)
    assert not plan_for(client, company).changes
    paths = sorted(path for _, path in asked(sandbox))
    collections = [f"/{kind.collection}" for kind in KINDS if not kind.source.on_demand]
    assert paths == sorted([*collections, "/users/me"]), "one page of each collection, and who the token is"


def test_a_user_is_created_with_children_in_one_pass(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    converge(
        client, [user("ana", contact_methods=[{"type": "sms_contact_method", "address": "5550101", "label": "Mobile"}])]
    )
    writes = [request for request in asked(sandbox) if request[0] != "GET"]
    assert [method for method, _ in writes] == ["POST", "POST"]


BUDGET = 45
"""Requests that planning 1,000 users, 100 teams, 300 schedules, 500 policies and 1,000 services may cost, besides one for
each team whose members differ."""


def populate(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    """A large account that someone else made: one object of each kind, many times."""
    ana, days, first = user("ana"), schedule("days", layer("All", "ana")), policy("first", {"schedule": "days"})
    converge(client, [ana, team("red"), days, first, service("shop", "first")])
    state = sandbox.control.state()
    numbers = itertools.count(100_000)
    letters = {"user": "U", "team": "T", "schedule": "S", "escalation_policy": "P", "service": "V"}
    sizes = {"user": 999, "team": 100, "schedule": 300, "escalation_policy": 500, "service": 1000}
    for kind, size in sizes.items():
        pattern = {**state[kind][-1], "description": None}
        state[kind] += [
            {**pattern, "id": f"P{letters[kind]}{n:05}", "number": next(numbers), "name": f"{letters[kind]}{n}"}
            | ({"email": f"u{n}@example.com"} if kind == "user" else {})
            for n in range(size)
        ]
    sandbox.control.restore(state)


def test_planning_a_large_account_stays_within_its_budget(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    populate(client, sandbox)
    manifests = [
        *(user(f"u{n}", name=f"U{n}") for n in range(999)),
        *(team(f"t{n}", name=f"T{n}", **({"members": [{"user": f"u{n}"}]} if n < 30 else {})) for n in range(100)),
        *(policy(f"p{n}", {"user": "u1"}, name=f"P{n}") for n in range(500)),
        *(service(f"v{n}", f"p{n % 500}", name=f"V{n}") for n in range(1000)),
    ]
    forget(sandbox)
    plan = plan_for(client, manifests, adopt=True)
    requested = asked(sandbox)
    assert len(requested) <= BUDGET + 30, f"{len(requested)} requests"
    assert {method for method, _ in requested} == {"GET"}
    assert plan.count()[Operation.ADOPT] == 1600
    listings = {f"/{kind.collection}" for kind in KINDS}
    single = [
        path
        for _, path in requested
        if path.count("/") > 1 and path not in listings and not path.endswith("/members") and path != "/users/me"
    ]
    assert not single, "never one request per object"


def test_creating_many_objects_costs_little_more_than_one_request_each(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    """A world of every kind. Besides each POST and each member: two sweeps of a collection whose names are not unique, one of the
    others, and one look at all members."""
    manifests = [
        *(user(f"u{n}") for n in range(26)),
        *(team(f"t{n}", members=[{"user": f"u{n}"}, {"user": f"u{n + 1}"}]) for n in range(BULK)),
        *(schedule(f"s{n}", layer("All", f"u{n}")) for n in range(BULK)),
        *(policy(f"p{n}", {"schedule": f"s{n}"}, teams=[f"t{n}"]) for n in range(BULK)),
        *(service(f"v{n}", f"p{n}") for n in range(BULK)),
    ]
    plan = plan_for(client, manifests)
    forget(sandbox)
    assert apply_plan(plan, client).exit_code == 0
    floor = len(manifests) + sum(len(change.children) for change in plan.changes)
    requested = asked(sandbox)
    assert len(requested) - floor == 9, requested
    assert len(requested) <= 1.10 * floor
    assert not plan_for(client, manifests).changes


def test_new_people_are_read_once_for_what_pagerduty_gives_them(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    def person(number: int) -> Resource:
        email = {"type": "email_contact_method", "address": f"u{number}@example.com", "label": "Default"}
        phone = {"type": "sms_contact_method", "country_code": 49, "address": f"30{number:05}", "label": "Mobile"}
        rule = {"contact_method": {name: phone[name] for name in phone if name != "label"}, "urgency": "high"}
        rules = [{**rule, "start_delay_in_minutes": 5}]
        return user(f"u{number}", contact_methods=[email, phone], notification_rules=rules)

    manifests = [person(number) for number in range(BULK)]
    plan = plan_for(client, manifests)
    forget(sandbox)
    assert apply_plan(plan, client).exit_code == 0
    counts = count_methods(sandbox)
    assert counts == {"POST": 3 * BULK, "GET": 2}, "a person, a number and a rule each; the login address is there"
    assert not plan_for(client, manifests).changes
