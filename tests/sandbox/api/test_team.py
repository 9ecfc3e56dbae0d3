"""Teams, their members, and what belongs to them."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.api.team import TEAMS
from tests.sandbox.account import READ_ONLY_TOKEN, Account, ref


def test_defaults_and_updates(account: Account) -> None:
    parent = account.team()
    team = account.team(name=" Trimmed ")
    assert (team["name"], team["description"], team["default_role"], team["parent"]) == (
        "Trimmed",
        None,
        "manager",
        None,
    )
    path = f"/teams/{team['id']}"
    changed = account.put(path, "team", {"parent": ref(parent), "default_role": "none", "description": "Text \n"})
    assert (changed["parent"]["summary"], changed["default_role"], changed["description"]) == (
        parent["name"],
        "none",
        "Text",
    )
    assert account.put(path, "team", {"description": "x"})["parent"]["id"] == parent["id"]
    assert account.put(path, "team", {"parent": None})["parent"] is None


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": "TAKEN"}, "Name has already been taken"),
        ({"name": ""}, "Name can't be blank"),
        ({"name": "x" * 101}, "Name is too long (maximum is 100 characters)"),
        ({"description": "x" * 1025}, "Description is too long (maximum is 1024 characters)"),
        ({"default_role": "observer"}, "Default role must be one of: manager, none"),
        ({"parent": {"id": "P123456", "type": "team_reference"}}, "Team Not Found"),
        ({"parent": {"id": ["P1"], "type": "team_reference"}}, "Team Not Found"),
        ({"parent": {"id": "P1", "type": "user_reference"}}, "Team must have the type team_reference"),
        ({"parent": "P123456"}, "Parent must be an object"),
    ],
)
def test_teams_that_are_refused(account: Account, fields: dict[str, Any], error: str) -> None:
    account.team(name="Taken")
    team = account.team()
    assert account.refused("POST", "/teams", {"team": {"name": "Free", **fields}})["errors"] == [error]
    assert account.refused("PUT", f"/teams/{team['id']}", {"team": fields})["errors"] == [error]


def test_a_team_cannot_be_its_own_ancestor(account: Account) -> None:
    top = account.team()
    middle = account.team(parent=ref(top))
    low = account.team(parent=ref(middle))
    for parent in (top, middle, low):
        account.refused("PUT", f"/teams/{top['id']}", {"team": {"parent": ref(parent)}})
    account.put(f"/teams/{low['id']}", "team", {"parent": ref(top)})


def test_a_team_that_is_used_cannot_be_deleted(account: Account) -> None:
    team = account.team()
    path = f"/teams/{team['id']}"
    users = [
        ("schedules", account.schedule(teams=[ref(team)])),
        ("escalation_policies", account.policy(teams=[ref(team)])),
        ("teams", account.team(parent=ref(team))),
    ]
    for collection, thing in users:
        error = account.refused("DELETE", path)
        assert (error["code"], error["message"]) == (6006, "Team has existing associations")
        account.delete(f"/{collection}/{thing['id']}")
    account.delete(path)
    account.refused("GET", path, status=404)


def test_privileges_are_those_of_who_asks(account: Account) -> None:
    path = f"/teams/{account.team()['id']}"
    assert "privileges" not in account.get(path)["team"]
    asked = f"{path}?include[]=privileges"
    assert account.get(asked)["team"]["privileges"] == {"permissions": ["read", "update", "delete"]}
    shown = account.call("GET", asked, token=READ_ONLY_TOKEN).json()["team"]
    assert shown["privileges"] == {"permissions": ["read"]}


def test_open_incidents_of_a_deleted_team_go_to_another(account: Account) -> None:
    team, other = account.team(), account.team()
    policy = account.policy(teams=[ref(team)])
    service = account.service(escalation_policy=ref(policy))
    incident = account.post("/incidents", "incident", {"type": "incident", "title": "Fire", "service": ref(service)})
    assert [it["id"] for it in incident["teams"]] == [team["id"]]
    account.put(f"/escalation_policies/{policy['id']}", "escalation_policy", {"teams": []})
    account.refused("DELETE", f"/teams/{team['id']}?reassignment_team={team['id']}")
    account.refused("DELETE", f"/teams/{team['id']}?reassignment_team=PNOBODY", status=404)
    account.delete(f"/teams/{team['id']}?reassignment_team={other['id']}")
    shown = account.get(f"/incidents/{incident['id']}")["incident"]
    assert [it["id"] for it in shown["teams"]] == [other["id"]]


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(TEAMS.routes())
