"""Tags of users, teams and policies as transitions of an account."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.apply import Watch, apply_plan
from pdsync.client import RestApiV2Client, successful_response
from pdsync.engine import Desired, Workspace, find_drift
from pdsync.model import Resource
from pdsync.plan import Change, Operation
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget, writes
from tests.support.world import converge, options, plan_for, policy, team, user

COLLECTIONS = ("users", "teams", "escalation_policies")
NAMES = {"users": "ana", "teams": "red", "escalation_policies": "first"}


def company(tags: list[str] | None, **more: Any) -> list[Resource]:
    """One of each, with these tags."""
    spec = more if tags is None else {"tags": tags, **more}
    return [user("ana", **spec), team("red", **spec), policy("first", {"user": "ana"}, **spec)]


def path_of(client: RestApiV2Client, collection: str) -> str:
    found = client.find(collection, NAMES[collection])
    assert found is not None
    return f"{collection}/{found['id']}"


def labels(client: RestApiV2Client) -> list[set[str]]:
    """The labels of each of the three."""
    return [{tag["label"] for tag in client.list_all(f"{path_of(client, it)}/tags")} for it in COLLECTIONS]


def all_labels(client: RestApiV2Client) -> set[str]:
    """The labels of the account, but for those of others."""
    found = [str(it["label"]) for it in client.list_all("tags")]
    assert len(set(found)) == len(found)
    return set(found) - {"bystander"}


def tag(client: RestApiV2Client, path: str, *names: str) -> None:
    """A person tags something in the web application."""
    body = {"add": [{"type": "tag", "label": name} for name in names]}
    successful_response(client.post(f"{path}/change_tags", json=body))


def changed(sandbox: SandboxServer) -> list[tuple[str, str]]:
    return [request for request in writes(sandbox) if request[1].endswith("/change_tags")]


def items(change: Change) -> list[tuple[str, str, str]]:
    return [(it.list_name, it.operation.value, it.label) for it in change.children]


def test_each_object_gets_one_request_and_no_tag_is_made_or_deleted_alone(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    converge(client, company(["emea", "tier 1"]))
    assert labels(client) == [{"emea", "tier 1"}] * 3
    forget(sandbox)
    converge(client, company(["emea", "apac"], tags_mode="exclusive"))
    assert labels(client) == [{"emea", "apac"}] * 3
    assert len(changed(sandbox)) == 3
    assert not [request for request in asked(sandbox) if "/tags" in request[1] and request[0] != "GET"]
    assert all_labels(client) == {"apac", "emea", "tier 1"}


def test_tags_are_read_only_where_a_manifest_names_them_or_pdsync_wrote_them(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    converge(client, company(["emea"]))
    by_hand = client.rpost("teams", json={"type": "team", "name": "By hand"})
    tag(client, f"teams/{by_hand['id']}", "theirs")
    forget(sandbox)
    plan_for(client, [team("red", tags=["emea"]), *company(None)[::2]])
    read = {path for _, path in asked(sandbox) if path.endswith("/tags")}
    # A person carries no record: what pdsync wrote is not known there.
    assert read == {f"/{path_of(client, it)}/tags" for it in COLLECTIONS[1:]}


@pytest.mark.parametrize("prune", ["report", "owned"])
def test_what_is_no_longer_listed_follows_the_prune_rule_and_what_others_added_stays(
    client: RestApiV2Client, prune: str
) -> None:
    converge(client, company(["emea", "old"]))
    for collection in COLLECTIONS:
        tag(client, path_of(client, collection), "theirs")
    plan = plan_for(client, company(["emea"]), prune=prune)
    assert apply_plan(plan, client).exit_code == 0
    kept = {"emea", "theirs", "old"}
    # Nothing says who gave a person a tag, so it stays.
    assert labels(client) == [kept, *[kept - ({"old"} if prune == "owned" else set())] * 2]


def test_all_pages_are_read(client: RestApiV2Client) -> None:
    many = [f"label {number}" for number in range(230)]
    converge(client, [team("red", tags=many)])
    assert not plan_for(client, [team("red", tags=many[::-1])]).changes
    (change,) = plan_for(client, [team("red", tags=many[:-1], tags_mode="exclusive")]).changes
    assert items(change) == [("tags", "remove", many[-1])]


def test_a_persons_tags_need_that_the_person_is_managed(client: RestApiV2Client) -> None:
    client.rpost("users", json={"type": "user", "name": "Ana", "email": "ana@example.com"})
    (change,) = plan_for(client, [user("ana", name="Ana", tags=["emea"])], managed_kinds=frozenset()).changes
    assert change.operation is Operation.UPDATE
    assert any("people: managed" in blocker for blocker in change.blockers)


def test_a_team_that_is_not_known_everywhere_yet_is_waited_for(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    rule = {"match": {"path": "/teams/*/change_tags", "nth": [1, 2]}, "action": {"type": "error", "status": 404}}
    sandbox.control.set_faults([rule])
    waits: list[float] = []
    plan = plan_for(client, [team("red", tags=["emea"])])
    assert apply_plan(plan, client, Watch(sleep=waits.append)).exit_code == 0
    assert waits
    assert {it["label"] for it in client.list_all(f"{path_of(client, 'teams')}/tags")} == {"emea"}


def test_drift_says_what_was_tagged_by_hand_and_by_whom(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    wanted = company(["emea"], tags_mode="exclusive")
    converge(client, wanted)
    with RestApiV2Client("u+else-else-else-else", base_url=sandbox.url) as by_hand:
        for collection in COLLECTIONS:
            path = path_of(client, collection)
            (held,) = client.list_all(f"{path}/tags")
            gone = {"type": "tag_reference", "id": held["id"]}
            body = {"add": [{"type": "tag", "label": "theirs"}], "remove": [gone]}
            successful_response(by_hand.post(f"{path}/change_tags", json=body))
    how = options()
    found = find_drift(client, Desired(tuple(wanted), how, Workspace("test", managed_kinds=how.managed_kinds))).moved
    assert [moved.change.kind for moved in found] == ["escalation_policy", "team", "user"]
    for moved in found:
        assert {it.path for it in moved.fields} == {"tags[emea]", "tags[theirs]"}
        assert moved.editor is not None
        assert moved.editor.who == client.rget("users/me")["name"]


def test_a_tag_goes_with_a_deleted_team_and_stays_in_the_account(client: RestApiV2Client) -> None:
    converge(client, [team("red", tags=["emea"])])
    (change,) = plan_for(client, [], prune="owned").changes
    assert change.before["tags"] == [{"label": "emea"}]
    converge(client, [], prune="owned")
    assert all_labels(client) == {"emea"}
