"""Who is in a team, and which policies belong to it."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.api.membership import membership_routes
from tests.sandbox.account import Account, layer, ref


def _members(account: Account, team: Any) -> dict[str, str]:
    return {it["user"]["id"]: it["role"] for it in account.get(f"/teams/{team['id']}/members")["members"]}


def test_members(account: Account) -> None:
    team, user, other = account.team(), account.user(), account.user()
    path = f"/teams/{team['id']}/users/{user['id']}"
    for body, role in (
        (None, "manager"),
        ({"role": "observer"}, "observer"),
        (None, "observer"),
        ({"role": "responder"}, "responder"),
    ):
        assert account.call("PUT", path, body).status_code == 204
        assert _members(account, team) == {user["id"]: role}
    assert account.refused("PUT", path, {"role": "boss"})["errors"] == [
        "Role must be one of: observer, responder, manager"
    ]
    [member] = account.get(f"/teams/{team['id']}/members?include[]=users")["members"]
    assert member["user"] == account.get(f"/users/{user['id']}")["user"]
    account.refused("DELETE", f"/teams/{team['id']}/users/{other['id']}", status=404)
    account.refused("PUT", f"/teams/{team['id']}/users/P123456", status=404)
    account.refused("GET", "/teams/P123456/members", status=404)
    account.delete(path)
    assert _members(account, team) == {}


@pytest.mark.parametrize("role", ["read_only_user", "read_only_limited_user"])
def test_stakeholders_join_no_team(account: Account, role: str) -> None:
    team, user = account.team(), account.user(role=role)
    account.refused("PUT", f"/teams/{team['id']}/users/{user['id']}")
    assert _members(account, team) == {}


def test_a_policy_or_schedule_brings_its_users_and_they_stay(account: Account) -> None:
    team, direct, rostered, later = account.team(), account.user(), account.user(), account.user()
    schedule = account.schedule(layer(rostered))
    policy = account.policy(direct, schedule)
    link = f"/teams/{team['id']}/escalation_policies/{policy['id']}"
    assert account.call("PUT", link).status_code == 204
    assert _members(account, team) == {direct["id"]: "manager", rostered["id"]: "manager"}
    assert account.get(f"/escalation_policies/{policy['id']}")["escalation_policy"]["teams"][0]["id"] == team["id"]
    assert account.refused("PUT", link)["errors"] == ["Escalation Policy has already been taken"]
    for user in (direct, rostered):
        error = account.refused("DELETE", f"/teams/{team['id']}/users/{user['id']}")
        assert (error["code"], error["errors"]) == (
            2001,
            ["User cannot be removed as they belong to an escalation policy on this team"],
        )
    account.put(f"/schedules/{schedule['id']}", "schedule", {"schedule_layers": [layer(later)]})
    assert later["id"] in _members(account, team)
    account.delete(link)
    assert account.call("DELETE", link).status_code == 204  # also when there is nothing to remove
    assert len(_members(account, team)) == 3
    account.delete(f"/teams/{team['id']}/users/{direct['id']}")
    other = account.team()
    account.put(f"/schedules/{schedule['id']}", "schedule", {"teams": [ref(other)]})
    assert set(_members(account, other)) == {rostered["id"], later["id"]}


def test_a_policy_moves_to_the_team_that_takes_it(account: Account) -> None:
    first, second = account.team(), account.team()
    policy = account.policy(teams=[ref(first)])
    assert account.call("PUT", f"/teams/{second['id']}/escalation_policies/{policy['id']}").status_code == 204
    [team] = account.get(f"/escalation_policies/{policy['id']}")["escalation_policy"]["teams"]
    assert team["id"] == second["id"]


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(membership_routes())
