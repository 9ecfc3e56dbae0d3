"""A list that was read in bulk is read in full where it differs, or where nothing vouches for what the bulk does not show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pdsync.account import Extent, fetch_account
from pdsync.client import RestApiV2Client
from pdsync.engine import (
    ApplyRequest,
    Desired,
    SavedPlan,
    Selection,
    Workspace,
    carry_out_plan,
    compare_saved_plan,
    find_drift,
)
from pdsync.engine.plan import judge_plan
from pdsync.model import Resource
from pdsync.plan import Change, Plan, Verdict
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import converge, options, plan_for, resource, team, user

PEOPLE = [user("ana"), user("bo"), user("cy")]
ROLES = {"ana": "manager", "bo": "observer"}


def red(roles: dict[str, str | None] | None = None, **spec: Any) -> Resource:
    named = ROLES if roles is None else roles
    return team(
        "red", members=[{"user": key, **({"role": role} if role else {})} for key, role in named.items()], **spec
    )


BLUE = team("blue", members=[{"user": "ana"}, {"user": "cy"}])
WORLD = [*PEOPLE, red(), BLUE]


def lists_asked_for(sandbox: SandboxServer) -> int:
    return sum(path.endswith("/members") for _, path in asked(sandbox))


def id_of(client: RestApiV2Client, collection: str, name: str) -> str:
    made = client.find(collection, name, attribute="email" if "@" in name else "name")
    assert made is not None
    return str(made["id"])


def member(client: RestApiV2Client, key: str, in_team: str = "red") -> str:
    return f"teams/{id_of(client, 'teams', in_team)}/users/{id_of(client, 'users', f'{key}@example.com')}"


def give_role(client: RestApiV2Client, key: str, role: str) -> None:
    client.rput(member(client, key), json={"role": role})


def roles(client: RestApiV2Client, in_team: str = "red") -> dict[str, str]:
    listed = client.list_all(f"teams/{id_of(client, 'teams', in_team)}/members")
    return {it["user"]["summary"]: it["role"] for it in listed}


def desired_of(resources: list[Resource]) -> Desired:
    how = options()
    return Desired(
        tuple(resources), how, Workspace("test", managed_kinds=how.managed_kinds, max_deletes=how.max_deletes)
    )


def change_of(plan: Plan) -> Change:
    (change,) = plan.changes
    return change


def item_changes(change: Change) -> list[tuple[str, str]]:
    return [(it.operation.value, it.label) for it in change.children]


def _leave(client: RestApiV2Client) -> None:
    client.rdelete(member(client, "bo"))


def _join(client: RestApiV2Client) -> None:
    client.rput(member(client, "cy"), json={"role": "manager"})


def _lose_record(client: RestApiV2Client) -> None:
    identity = id_of(client, "teams", "red")
    client.rput(f"teams/{identity}", json={"name": "red", "description": "Managed by pdsync: test/team/red"})
    give_role(client, "bo", "responder")


def _nothing(client: RestApiV2Client) -> None:
    return None


SHOWN: dict[str, tuple[Callable[[RestApiV2Client], None], list[Resource], list[tuple[str, str]]]] = {
    "a member left": (_leave, WORLD, [("add", "user/bo")]),
    "a person joined": (_join, WORLD, [("remove", "user/cy")]),
    "no record": (_lose_record, WORLD, [("update", "user/bo")]),
    "another role is asked for": (
        _nothing,
        [*PEOPLE, red({"ana": "manager", "bo": "manager"}), BLUE],
        [("update", "user/bo")],
    ),
    "a role is asked for now": (
        _nothing,
        [*PEOPLE, red(), team("blue", members=[{"user": "ana", "role": "observer"}, {"user": "cy"}])],
        [("update", "user/ana")],
    ),
}


@pytest.mark.parametrize("case", SHOWN)
def test_what_differs_is_read_in_full_and_nothing_else(
    client: RestApiV2Client, sandbox: SandboxServer, case: str
) -> None:
    edit, wanted, expected = SHOWN[case]
    converge(client, WORLD)
    edit(client)
    forget(sandbox)
    change = change_of(plan_for(client, wanted))
    assert lists_asked_for(sandbox) == 1
    assert item_changes(change) == expected
    assert all("role" in item for item in change.before["members"])
    assert change.child_lists == ("members",)
    converge(client, wanted)


def test_where_nothing_differs_no_list_is_read(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    converge(client, WORLD)
    forget(sandbox)
    assert not plan_for(client, WORLD).changes
    assert lists_asked_for(sandbox) == 0


def test_a_role_edited_by_hand_is_found_by_drift_and_by_whoever_asks_for_roles(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    converge(client, WORLD)
    give_role(client, "bo", "manager")
    assert not plan_for(client, WORLD).changes
    forget(sandbox)
    found = find_drift(client, desired_of(WORLD))
    assert [it.change.address for it in found.edited] == ["team/red"]
    assert lists_asked_for(sandbox) == 1
    for asks in ({"in_full": True}, {"targets": frozenset({"team/red"})}):
        assert item_changes(change_of(plan_for(client, WORLD, **asks))) == [("update", "user/bo")]
    plan = plan_for(client, WORLD, in_full=True)
    assert carry_out_plan(client, ApplyRequest(plan)).exit_code == 0
    assert roles(client) == ROLES


def test_another_change_of_the_team_is_written_without_its_roles(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    converge(client, WORLD)
    wanted = [*PEOPLE, red(description="Ours"), BLUE]
    forget(sandbox)
    plan = plan_for(client, wanted)
    assert lists_asked_for(sandbox) == 0
    assert change_of(plan).child_lists == ()
    give_role(client, "bo", "manager")
    assert carry_out_plan(client, ApplyRequest(plan)).exit_code == 0
    assert roles(client) == {**ROLES, "bo": "manager"}


def test_a_member_who_came_since_the_plan_is_no_conflict_where_members_are_not_written(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    converge(client, WORLD)
    wanted = [*PEOPLE, red(description="Ours"), BLUE]
    plan = plan_for(client, wanted)
    _join(client)
    forget(sandbox)
    assert carry_out_plan(client, ApplyRequest(plan)).exit_code == 0
    assert lists_asked_for(sandbox) == 0
    assert item_changes(change_of(plan_for(client, wanted))) == [("remove", "user/cy")]


def test_a_member_who_came_since_the_plan_is_a_conflict_where_members_are_written(client: RestApiV2Client) -> None:
    converge(client, WORLD)
    plan = plan_for(client, [*PEOPLE, red({"ana": "manager"}), BLUE])
    _join(client)
    (outcome,) = carry_out_plan(client, ApplyRequest(plan)).outcomes
    assert outcome.status.value == "conflict"


def saved(plan: Plan) -> SavedPlan:
    return SavedPlan(plan, "plan.json", datetime.now(UTC) + timedelta(hours=1), Selection())


SAVED: dict[str, tuple[list[Resource], dict[str, Any]]] = {
    "roles not read": ([*PEOPLE, red(description="Ours"), BLUE], {}),
    "roles read": ([*PEOPLE, red(description="Ours"), BLUE], {"in_full": True}),
    "a role changes": ([*PEOPLE, red({"ana": "manager", "bo": "manager"}), BLUE], {}),
    "a member is added": ([*PEOPLE, red({**ROLES, "cy": "observer"}), BLUE], {}),
    "a team is made": ([*WORLD, team("green", members=[{"user": "ana", "role": "observer"}])], {}),
}


@pytest.mark.parametrize("case", SAVED)
def test_a_saved_plan_is_valid_until_it_is_done_and_done_after_that(client: RestApiV2Client, case: str) -> None:
    converge(client, WORLD)
    wanted, how = SAVED[case]
    kept = saved(plan_for(client, wanted, **how))
    desired = desired_of(wanted)
    assert [it.verdict for it in compare_saved_plan(client, desired, kept).staleness] == [Verdict.VALID]
    converge(client, wanted)
    assert [it.verdict for it in compare_saved_plan(client, desired, kept).staleness] == [Verdict.ALREADY]


def test_a_saved_plan_puts_back_roles_that_it_was_asked_for(client: RestApiV2Client) -> None:
    converge(client, WORLD)
    give_role(client, "bo", "manager")
    kept = saved(plan_for(client, WORLD, in_full=True))
    planned = compare_saved_plan(client, desired_of(WORLD), kept)
    assert [it.verdict for it in planned.staleness] == [Verdict.VALID]
    assert carry_out_plan(client, ApplyRequest(planned.plan, planned.staleness)).exit_code == 0
    assert roles(client) == ROLES


def test_a_role_edited_since_it_was_saved_is_a_conflict_where_it_was_read(client: RestApiV2Client) -> None:
    converge(client, WORLD)
    wanted = [*PEOPLE, red(description="Ours"), BLUE]
    kept = saved(plan_for(client, wanted, in_full=True))
    give_role(client, "bo", "manager")
    (it,) = compare_saved_plan(client, desired_of(wanted), kept).staleness
    assert it.verdict is Verdict.CONFLICT
    assert [each.path for each in it.differences] == ["members"]


@pytest.mark.parametrize("prune", [True, False], ids=["pruned", "tombstone"])
def test_a_delete_counts_the_roles_too(client: RestApiV2Client, prune: bool) -> None:
    converge(client, WORLD)
    wanted = [*PEOPLE, BLUE] if prune else [*PEOPLE, BLUE, resource("Team", "red", {}, absent=True)]
    plan = plan_for(client, wanted, prune="owned" if prune else "report")
    assert all("role" in item for item in change_of(plan).before["members"])
    give_role(client, "bo", "manager")
    (outcome,) = carry_out_plan(client, ApplyRequest(plan)).outcomes
    assert outcome.status.value == "conflict"


@pytest.mark.parametrize(("mode", "lists_read"), [("exclusive", 0), ("additive", 1)])
def test_a_record_without_items_vouches_for_a_list_that_is_the_whole_of_it(
    client: RestApiV2Client, sandbox: SandboxServer, mode: str, lists_read: int
) -> None:
    """Where there is no room for items, an additive list is on record by its keys alone."""
    people = [user(f"p{at}") for at in range(20)]
    members = [{"user": f"p{at}", "role": "observer"} for at in range(20)]
    wanted = [*people, team("red", members=members, members_mode=mode, description="x" * 741)]
    converge(client, wanted)
    forget(sandbox)
    assert not plan_for(client, wanted).changes
    assert lists_asked_for(sandbox) == lists_read


def test_what_the_users_do_not_show_is_never_written_on_their_word(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    """A token may see fewer people in the listing than in the team: the team's own list is believed."""
    converge(client, WORLD)
    account = fetch_account(client, Extent(WORLD))
    teams = tuple(replace(it, children={"members": ()}) if it.partial else it for it in account.objects["team"])
    account = replace(account, objects={**account.objects, "team": teams})
    forget(sandbox)
    planned = judge_plan(client, desired_of(WORLD), account)
    assert lists_asked_for(sandbox) == 2
    assert not planned.plan.changes
    assert not planned.plan.unread
