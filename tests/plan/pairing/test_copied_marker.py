"""PagerDuty's web application clones an object with its description. The copy of the ownership line makes nothing ours."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.model import Lifecycle, Resource
from pdsync.plan import Operation
from pdsync.report.plan.plan_text import render_plan_text
from tests.support.world import converge, plan_for, policy, service, team, user

REST = [user("ana"), policy("first", {"user": "ana"})]
SHOP = [*REST, service("shop", "first")]
SHOP_CHANGED = [*REST, service("shop", "first", auto_resolve_timeout="10m")]


def get(client: RestApiV2Client, name: str) -> dict[str, Any]:
    made = client.find("services", name)
    assert made is not None
    return dict(client.rget(f"services/{made['id']}"))


def clone(client: RestApiV2Client, name: str = "Clone of shop") -> str:
    """A clone as the web application makes it. Gives its id."""
    shop = get(client, "shop")
    body = {member: shop[member] for member in ("type", "description", "escalation_policy", "auto_resolve_timeout")}
    return str(client.rpost("services", json={**body, "name": name})["id"])


def delete(client: RestApiV2Client, name: str) -> None:
    client.rdelete(f"services/{get(client, name)['id']}")


@pytest.fixture
def known(client: RestApiV2Client) -> None:
    """A service whose line holds the id of its object: it was changed after it was made."""
    converge(client, SHOP)
    converge(client, SHOP_CHANGED)


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("prune", ["off", "report", "owned"])
def test_a_copy_is_not_deleted_with_the_manifest(client: RestApiV2Client, prune: str) -> None:
    identity = clone(client)
    delete(client, "shop")
    plan = plan_for(client, REST, prune=prune)
    assert not plan.changes
    assert f"service/shop: 'Clone of shop' ({identity}) carries a copy of its ownership line" in "\n".join(plan.notes)
    assert "Remove the line from its description" in render_plan_text(plan)


@pytest.mark.usefixtures("known")
def test_beside_its_original_a_copy_is_named_and_left_alone(client: RestApiV2Client) -> None:
    clone(client)
    plan = plan_for(client, SHOP, prune="owned")
    assert [(change.operation, change.name) for change in plan.changes] == [(Operation.UPDATE, "shop")]
    assert "carries a copy of its ownership line" in "\n".join(plan.notes)
    plan = plan_for(client, REST, prune="owned")
    assert [(change.operation, change.name) for change in plan.changes] == [(Operation.DELETE, "shop")]
    assert plan.changes[0].id == get(client, "shop")["id"]


@pytest.mark.usefixtures("known")
def test_a_copy_that_is_left_is_not_taken_over_in_silence(client: RestApiV2Client) -> None:
    identity = clone(client)
    delete(client, "shop")
    (problem,) = plan_for(client, SHOP_CHANGED).problems
    assert problem.message.startswith(
        f"the object of this manifest is gone; the object with its marker is a copy that a person made: {identity}"
    )
    assert "lifecycle: {adopt: true}" in problem.hint
    copy = get(client, "Clone of shop")
    client.rput(copy, json={**copy, "description": "Mine."})
    (change,) = plan_for(client, SHOP_CHANGED).changes
    assert change.operation is Operation.CREATE


@pytest.mark.usefixtures("known")
def test_a_copy_is_taken_over_on_request_and_is_ours_then(client: RestApiV2Client) -> None:
    identity = clone(client)
    delete(client, "shop")
    adopting = [*REST, _with(SHOP_CHANGED[-1], adopt=True)]
    (change,) = plan_for(client, adopting).changes
    assert (change.operation, change.id) == (Operation.ADOPT, identity)
    converge(client, adopting)
    assert not plan_for(client, SHOP_CHANGED).changes
    assert [it.operation for it in plan_for(client, REST, prune="owned").changes] == [Operation.DELETE]


@pytest.mark.usefixtures("known")
def test_what_a_copy_says_of_values_is_not_believed(client: RestApiV2Client) -> None:
    clone(client)
    delete(client, "shop")
    converge(client, [*REST, _with(SHOP[-1], adopt=True)])
    assert get(client, "shop")["auto_resolve_timeout"] == 600


@pytest.mark.usefixtures("known")
def test_a_tombstone_does_not_reach_a_copy(client: RestApiV2Client) -> None:
    clone(client)
    delete(client, "shop")
    plan = plan_for(client, [*REST, _with(SHOP[-1], absent=True)])
    assert not plan.changes
    assert not plan.problems
    assert "carries a copy" in "\n".join(plan.notes)
    (change,) = plan_for(client, [*REST, _with(SHOP[-1], absent=True, adopt=True)]).changes
    assert (change.operation, change.name) == (Operation.DELETE, "Clone of shop")


@pytest.mark.usefixtures("known")
def test_an_id_in_the_manifest_means_the_copy_but_does_not_adopt_it(client: RestApiV2Client) -> None:
    identity = clone(client)
    delete(client, "shop")
    pinned = _with(SHOP_CHANGED[-1], identity=identity)
    (change,) = plan_for(client, [*REST, pinned]).changes
    assert change.operation is Operation.ADOPT
    assert change.blockers


def test_without_an_id_on_record_a_name_that_is_not_ours_is_not_deleted(client: RestApiV2Client) -> None:
    converge(client, SHOP)
    clone(client)
    delete(client, "shop")
    plan = plan_for(client, REST, prune="owned")
    assert not plan.changes
    assert "may be a copy that a person made, and stays" in "\n".join(plan.notes)


def test_without_an_id_on_record_two_of_one_line_are_refused(client: RestApiV2Client) -> None:
    converge(client, SHOP)
    clone(client)
    (problem,) = plan_for(client, SHOP).problems
    assert problem.message.startswith("2 objects carry the marker of this manifest")
    assert not plan_for(client, REST, prune="owned").changes


def test_the_line_of_an_object_that_was_renamed_is_still_its_own(client: RestApiV2Client) -> None:
    converge(client, SHOP)
    converge(client, SHOP_CHANGED)
    shop = get(client, "shop")
    client.rput(shop, json={**shop, "name": "Renamed by hand"})
    assert [it.operation for it in plan_for(client, REST, prune="owned").changes] == [Operation.DELETE]


def test_objects_of_other_kinds_too(client: RestApiV2Client) -> None:
    converge(client, [team("red")])
    converge(client, [team("red", description="Red")])
    made = client.find("teams", "red")
    assert made is not None
    client.rpost("teams", json={"type": "team", "name": "Copy of red", "description": made["description"]})
    client.rdelete(made)
    assert not plan_for(client, [], prune="owned").changes
    assert plan_for(client, [team("red")]).problems


def _with(resource: Resource, *, identity: str | None = None, **lifecycle: bool) -> Resource:
    return replace(resource, id=identity, lifecycle=Lifecycle(**lifecycle))
