"""Child lists come in bulk where one listing tells the items of all, and from their parents where that cannot be known."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from pdsync.account import Extent, fetch_account
from pdsync.account.child_list import fetch_lists
from pdsync.account.extent import names_unshown
from pdsync.client import Error, RestApiV2Client
from pdsync.model import Account, ListPlace, LiveObject, UnreadableError
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import converge, resource, team, user

PEOPLE = [user("ana"), user("bo"), user("cy")]
PLAIN = team("plain", members=[{"user": "ana"}, {"user": "bo"}])
LED = team("led", members=[{"user": "ana", "role": "manager"}, {"user": "cy", "role": "observer"}])
IDLE = team("idle", members=[])
UNSAID = team("unsaid")
WORLD = [*PEOPLE, PLAIN, LED, IDLE, UNSAID]


def lists_asked_for(sandbox: SandboxServer) -> int:
    return sum(path.endswith("/members") for _, path in asked(sandbox))


def found(account: Account, name: str) -> LiveObject:
    return account.index.named("team", name)[0]


def members(live: LiveObject) -> dict[str, object]:
    return {child.id: child.value.get("role") for child in live.children["members"]}


def ids(account: Account, *names: str) -> set[str]:
    return {account.index.named("user", name)[0].id for name in names}


def test_the_users_tell_who_is_in_each_team_that_a_manifest_lists(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    converge(client, WORLD)
    forget(sandbox)
    account = fetch_account(client, Extent(WORLD))
    assert lists_asked_for(sandbox) == 0
    assert members(found(account, "plain")) == dict.fromkeys(ids(account, "ana", "bo"))
    assert members(found(account, "led")) == dict.fromkeys(ids(account, "ana", "cy"))
    assert members(found(account, "idle")) == {}
    assert found(account, "plain").partial == {"members"}
    assert "members" not in found(account, "unsaid").children
    assert not found(account, "unsaid").partial


WAYS_IN_FULL: dict[str, tuple[Extent, set[str]]] = {
    "a manifest says more": (Extent(WORLD, in_full=names_unshown), {"led"}),
    "all of a kind": (Extent(WORLD, in_full=lambda resource, child: True), {"plain", "led", "idle"}),
    "it may be deleted": (
        Extent(PEOPLE, needs_children=lambda slug, identity, marker: marker is not None and marker.key == "led"),
        {"led"},
    ),
    "a tombstone": (Extent([*PEOPLE, PLAIN, resource("Team", "led", {}, absent=True)]), {"led"}),
    "a command asks": (Extent(PEOPLE, also=lambda raw: raw.get("name") == "led"), {"led"}),
}


@pytest.mark.parametrize("way", WAYS_IN_FULL)
def test_what_must_be_known_in_full_is_read_from_the_team(
    client: RestApiV2Client, sandbox: SandboxServer, way: str
) -> None:
    converge(client, WORLD)
    forget(sandbox)
    extent, in_full = WAYS_IN_FULL[way]
    account = fetch_account(client, extent)
    assert lists_asked_for(sandbox) == len(in_full)
    for name in in_full:
        assert not found(account, name).partial
    assert None not in members(found(account, "led")).values()


def _without_teams(sandbox: SandboxServer) -> None:
    sandbox.control.set_account({"account": 1, "readings": {"user_teams": "nothing"}})


def _refused(sandbox: SandboxServer) -> None:
    sandbox.control.set_faults([{"match": {"path": "/users"}, "action": {"type": "error", "status": 403}}])


@pytest.mark.parametrize("spoil", [_without_teams, _refused], ids=["rows without teams", "users refused"])
def test_where_the_users_do_not_tell_each_team_is_asked(
    client: RestApiV2Client, sandbox: SandboxServer, spoil: Callable[[SandboxServer], None]
) -> None:
    converge(client, WORLD)
    before = fetch_account(client, Extent(WORLD))
    spoil(sandbox)
    forget(sandbox)
    account = fetch_account(client, Extent(WORLD))
    assert lists_asked_for(sandbox) == 3
    for name in ("plain", "led", "idle"):
        assert not found(account, name).partial
        assert members(found(account, name)).keys() == members(found(before, name)).keys()


def test_single_lists_are_read_in_full_later(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    converge(client, WORLD)
    account = fetch_account(client, Extent(WORLD))
    forget(sandbox)
    place = ListPlace("team", found(account, "led").id, "members")
    fuller = fetch_lists(client, account, [place, place])
    assert lists_asked_for(sandbox) == len(asked(sandbox)) == 1
    assert sorted(map(str, members(found(fuller, "led")).values())) == ["manager", "observer"]
    assert not found(fuller, "led").partial
    assert found(fuller, "plain") is found(account, "plain")


@pytest.mark.parametrize("item", ['{"user": {}}', '"Ana"'])
def test_a_list_that_cannot_be_read_later_is_an_error(
    client: RestApiV2Client, sandbox: SandboxServer, item: str
) -> None:
    converge(client, WORLD)
    account = fetch_account(client, Extent(WORLD))
    body = f'{{"members": [{item}], "more": false}}'
    answer = {"type": "content_type", "content_type": "application/json", "body": body}
    sandbox.control.set_faults([{"match": {"path": "/teams/*/members"}, "action": answer}])
    with pytest.raises((UnreadableError, Error)):
        fetch_lists(client, account, [ListPlace("team", found(account, "led").id, "members")])


def test_a_row_of_a_listing_for_all_parents_that_is_no_object_cannot_be_read(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    workflow = resource("IncidentWorkflow", "major", {"steps": [], "triggers": [{"manual": True, "services": "all"}]})
    converge(client, [workflow])
    body = json.dumps({"triggers": [7], "limit": 100, "next_cursor": None})
    action = {"type": "content_type", "content_type": "application/json", "body": body}
    sandbox.control.set_faults({"rules": [{"match": {"path": "/incident_workflows/triggers"}, "action": action}]})
    with pytest.raises((UnreadableError, Error)):
        fetch_account(client, Extent([workflow]))
