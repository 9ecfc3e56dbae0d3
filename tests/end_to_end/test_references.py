"""References that only the live account can resolve: persons under two names, shift-based schedules, roles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pdsync.account import Extent, fetch_account
from pdsync.apply import apply_plan
from pdsync.client import RestApiV2Client
from pdsync.model import Resource
from pdsync.plan import build_plan
from pdsync.sandbox import SandboxServer
from tests.support.recorded import writes
from tests.support.world import converge, layer, options, plan_for, policy, resource, schedule, service, team, user


def id_of(client: RestApiV2Client, collection: str, name: str) -> str:
    found = client.find(collection, name)
    assert found is not None
    return str(found["id"])


# One person under two names


def two_targets(*targets: dict[str, Any]) -> Resource:
    first = {"escalation_delay_in_minutes": 5, "targets": [{"user": "bo"}]}
    second = {"escalation_delay_in_minutes": 5, "targets": list(targets)}
    return resource("EscalationPolicy", "p", {"escalation_rules": [first, second]})


def test_one_person_under_two_names_is_a_problem_of_the_manifest(client: RestApiV2Client) -> None:
    people = [user("ana"), user("bo")]
    converge(client, people)
    ana = id_of(client, "users", "ana")
    twice: list[tuple[Resource, str]] = [
        (two_targets({"user": "ana"}, {"user": {"id": ana}}), "escalation_rules[1].targets: user/ana is listed twice"),
        (two_targets({"user": "ana"}, {"user": {"name": "ana"}}), "escalation_rules[1].targets: user/ana"),
        (
            team("t", members=[{"user": "ana", "role": "manager"}, {"user": {"id": ana}}]),
            "members: user/ana is listed twice",
        ),
        (
            schedule("s", layer("only", "ana", "bo", {"id": ana})),
            "schedule_layers[only].users: user/ana is listed twice, under different names",
        ),
    ]
    for made, message in twice:
        (problem,) = plan_for(client, [*people, made]).problems
        assert problem.address == made.address
        assert problem.message.startswith(message)
        assert problem.source.startswith(f"{made.key}.yaml:")
        assert problem.hint


def test_a_stranger_under_two_names_too(client: RestApiV2Client) -> None:
    client.rpost("users", json={"type": "user", "name": "Cy", "email": "cy@example.com"})
    cy = id_of(client, "users", "Cy")
    made = team("t", members=[{"user": "cy@example.com"}, {"user": {"id": cy}}])
    (problem,) = plan_for(client, [made]).problems
    assert problem.message == f"members: user 'Cy' ({cy}) is listed twice, under different names"


def test_two_turns_of_one_person_in_a_layer_are_meant(client: RestApiV2Client) -> None:
    converge(client, [user("ana"), user("bo"), schedule("s", layer("only", "ana", "bo", "ana"))])


# Shift-based (version 3) schedules

V3 = "PSHIFT3"


@pytest.fixture
def shifts(sandbox: SandboxServer) -> str:
    """A version 3 schedule, which the version 2 list does not hold."""
    store = sandbox._store
    assert store is not None
    with store.transaction():
        store.put("schedule_v3", V3, {"name": "Shifts"})
    return V3


def by_hand(client: RestApiV2Client) -> dict[str, Any]:
    rule = {"escalation_delay_in_minutes": 5, "targets": [{"id": V3, "type": "schedule_v3_reference"}]}
    made = client.rpost(
        "escalation_policies", json={"type": "escalation_policy", "name": "p", "escalation_rules": [rule]}
    )
    assert isinstance(made, dict)
    return made


def targets_of(client: RestApiV2Client) -> list[tuple[str, str]]:
    shown = client.rget(f"escalation_policies/{id_of(client, 'escalation_policies', 'p')}")
    return [(target["type"], target["id"]) for rule in shown["escalation_rules"] for target in rule["targets"]]


@pytest.mark.parametrize("way", [{"id": V3}, {"name": "Shifts"}], ids=["id", "name"])
def test_a_policy_keeps_its_version_3_schedule(client: RestApiV2Client, shifts: str, way: dict[str, str]) -> None:
    by_hand(client)
    kept = policy("p", {"schedule": way}, num_loops=2)
    converge(client, [kept], adopt=True)
    assert targets_of(client) == [("schedule_v3_reference", V3)]
    assert client.rget(f"escalation_policies/{id_of(client, 'escalation_policies', 'p')}")["num_loops"] == 2
    converge(client, [user("ana"), policy("p", {"schedule": way}, {"user": "ana"})])
    assert targets_of(client)[0] == ("schedule_v3_reference", V3)
    converge(client, [user("ana"), policy("p", {"user": "ana"})])
    assert len(targets_of(client)) == 1


def test_rules_that_are_not_managed_carry_a_version_3_schedule_unchanged(client: RestApiV2Client, shifts: str) -> None:
    by_hand(client)
    spec = {"escalation_rules": [{"escalation_delay_in_minutes": 9, "targets": [{"user": "ana"}]}], "num_loops": 3}
    loose = resource("EscalationPolicy", "p", spec, ignore=("escalation_rules",), adopt=True)
    converge(client, [user("ana"), loose])
    assert targets_of(client) == [("schedule_v3_reference", V3)]


def test_a_version_3_schedule_is_shown_by_its_name(client: RestApiV2Client, shifts: str) -> None:
    by_hand(client)
    plan = plan_for(client, [user("ana"), policy("p", {"user": "ana"})], adopt=True)
    assert plan.labels[f"schedule_v3[id={V3}]"] == "Shifts"


def test_an_id_that_no_policy_uses_is_still_a_problem_and_says_what_may_be(client: RestApiV2Client) -> None:
    (problem,) = plan_for(client, [policy("p", {"schedule": {"id": "PNOWHERE"}})]).problems
    assert problem.message == "escalation_rules: the account has no schedule with the id PNOWHERE"
    assert "shift-based" in problem.hint


# Roles that can and cannot be on call


def person(key: str, role: str) -> Resource:
    return user(key, role=role)


def everything(role: str, holder: str) -> list[Resource]:
    return [
        user("bo", role="user"),
        person("ana", role),
        schedule("days", layer("only", holder)),
        policy("direct", {"user": holder}),
        team("red", members=[{"user": holder, "role": "responder"}]),
        service("shop", "direct"),
    ]


@pytest.mark.parametrize("stakeholder", ["read_only_user", "read_only_limited_user"])
def test_a_stakeholder_becomes_a_responder_before_he_goes_on_call_and_back(
    client: RestApiV2Client, sandbox: SandboxServer, stakeholder: str
) -> None:
    converge(client, everything(stakeholder, "bo"))
    before = len(writes(sandbox))
    converge(client, everything("limited_user", "ana"))
    promoted = [path.split("/")[1] for _, path in writes(sandbox)[before:]]
    assert promoted[0] == "users"
    before = len(writes(sandbox))
    converge(client, everything(stakeholder, "bo"))
    demoted = [path.split("/")[1] for _, path in writes(sandbox)[before:]]
    assert demoted[-1] == "users"


def test_a_stakeholder_who_is_put_on_call_is_a_blocker(client: RestApiV2Client) -> None:
    plan = plan_for(client, everything("read_only_user", "ana"))
    blocked = {change.address: change.blockers for change in plan.changes if change.blockers}
    says = "user/ana is a stakeholder (read_only_user) and cannot be"
    assert blocked == {
        "schedule/days": (f"schedule_layers: {says} on call",),
        "escalation_policy/direct": (f"escalation_rules: {says} on call",),
        "team/red": (f"members: {says} in a team",),
    }


def test_someone_on_call_cannot_become_a_stakeholder(client: RestApiV2Client) -> None:
    converge(client, everything("limited_user", "ana"))
    plan = plan_for(client, everything("read_only_user", "ana"))
    (change,) = plan.changes
    assert change.address == "user/ana"
    assert change.blockers == (
        "role: a stakeholder cannot be on call or in a team: still in escalation_policy/direct, schedule/days, team/red",
    )


def test_the_role_of_the_account_owner_is_left_alone(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    owner = client.rget("users/me")
    spec = {"email": owner["email"], "name": owner["name"]}
    (change,) = plan_for(client, [resource("User", "boss", {**spec, "role": "admin"})]).changes
    assert change.blockers == (
        "role: this user owns the account, and the owner's role cannot be changed: leave 'role' out",
    )
    converge(client, [resource("User", "boss", {**spec, "job_title": "Boss"})])


def test_a_member_leaves_a_team_once_his_layer_has_ended(sandbox: SandboxServer, client: RestApiV2Client) -> None:
    """A layer that is taken out lasts to the end of the minute, and for so long PagerDuty refuses to let him go."""
    both = [{"user": "ana"}, {"user": "bo"}]
    people = [user("ana"), user("bo")]
    own = policy("own", {"schedule": "days"}, teams=["red"])
    converge(client, [*people, schedule("days", layer("A", "ana"), layer("B", "bo")), own, team("red", members=both)])
    wanted = [*people, schedule("days", layer("A", "ana")), own, team("red", members=both[:1])]
    plan = plan_for(client, wanted)
    assert [change.address for change in plan.changes if change.deltas or change.children] == ["schedule/days"]
    assert list(map(str, plan.pending)) == [
        "team/red: user/bo stays until the layers that name this person have ended, in about a minute; "
        "the next plan after that removes the membership",
    ]
    converge(client, wanted)
    later = datetime.now(UTC) + timedelta(minutes=2)
    (change,) = build_plan(wanted, fetch_account(client, Extent(wanted), now=later), options()).changes
    assert [(child.list_name, child.label) for child in change.children] == [("members", "user/bo")]


def test_a_second_layer_of_a_name_holds_its_people_until_it_has_ended(client: RestApiV2Client) -> None:
    wanted = [
        user("ana"),
        user("bo"),
        schedule("days", layer("A", "ana")),
        policy("own", {"schedule": "days"}, teams=["red"]),
        team("red", members=[{"user": "ana"}]),
    ]
    converge(client, wanted)
    days = client.rget(f"schedules/{id_of(client, 'schedules', 'days')}")
    (held,) = days["schedule_layers"]
    duplicate = {name: value for name, value in held.items() if name != "id"}
    duplicate["users"] = [{"user": {"id": id_of(client, "users", "bo"), "type": "user_reference"}}]
    client.rput(days, json={**days, "schedule_layers": [held, duplicate]})
    plan = plan_for(client, wanted)
    assert [change.address for change in plan.changes if change.deltas or change.children] == ["schedule/days"]
    assert "user/bo stays" in plan.pending[0].message
    converge(client, wanted)


def test_a_live_stakeholder_whom_no_one_manages_is_seen_too(client: RestApiV2Client) -> None:
    client.rpost("users", json={"type": "user", "name": "Cy", "email": "cy@example.com", "role": "read_only_user"})
    plan = plan_for(client, [schedule("days", layer("only", {"email": "cy@example.com"}))])
    assert plan.is_blocked
    assert not apply_plan(plan_for(client, [user("ana")]), client).exit_code
