"""The record in the ownership line tells someone's edit from a change that was not applied yet."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.model import Resource
from pdsync.plan.diff.last_applied import Origin
from tests.support.world import converge, layer, plan_for, policy, schedule, service, team, user

PEOPLE = [user("ana"), user("bo"), user("cy")]
START = "2031-01-06T09:00"


def members(*keys: str) -> list[dict[str, str]]:
    return [{"user": key, "role": "responder"} for key in keys]


CASES: list[tuple[Resource, Resource, str, dict[str, Any], str]] = [
    (
        service("shop", "first", auto_resolve_timeout="1h"),
        service("shop", "first", auto_resolve_timeout="2h"),
        "services",
        {"auto_resolve_timeout": 600},
        "auto_resolve_timeout",
    ),
    (team("red", description="One"), team("red", description="Two"), "teams", {"description": "Three"}, "description"),
    (
        schedule("days", layer("All", "ana", start=START)),
        schedule("days", layer("All", "bo", start=START)),
        "schedules",
        {},
        "schedule_layers",
    ),
]


@pytest.mark.parametrize(("applied", "edited", "collection", "edit", "field"), CASES, ids=lambda case: str(case)[:20])
def test_a_plan_says_where_each_difference_comes_from(
    client: RestApiV2Client, applied: Resource, edited: Resource, collection: str, edit: dict[str, Any], field: str
) -> None:
    rest = [*PEOPLE, policy("first", {"user": "ana"})]
    converge(client, [*rest, applied])

    def origins(wanted: Resource) -> set[Origin | None]:
        plan = plan_for(client, [*rest, wanted])
        return {delta.origin for change in plan.changes for delta in change.deltas if delta.path.startswith(field)}

    assert origins(applied) == set()
    assert origins(edited) == {Origin.OURS}
    found = client.find(collection, applied.name)
    assert found is not None
    live = client.rget(found)
    body = {
        name: live[name]
        for name in ("type", "name", "time_zone", "schedule_layers", "escalation_policy")
        if name in live
    }
    if collection == "schedules":
        body["schedule_layers"] = [{**body["schedule_layers"][0], "rotation_turn_length_seconds": 86400}]
    line = live["description"].rpartition("\n")[2]
    if "description" in edit:
        edit = {"description": f"{edit['description']}\n{line}"}
    client.rput(live, json={**body, **edit})
    assert origins(applied) == {Origin.THEIRS}
    assert origins(edited) == {Origin.BOTH}
    converge(client, [*rest, edited])
    assert origins(edited) == set()


def test_members_have_an_origin_too(client: RestApiV2Client) -> None:
    converge(client, [*PEOPLE, team("red", members=members("ana", "bo"))])

    def origins(*keys: str) -> set[Origin | None]:
        plan = plan_for(client, [*PEOPLE, team("red", members=members(*keys))])
        return {child.origin for change in plan.changes for child in change.children}

    assert origins("ana", "bo", "cy") == {Origin.OURS}
    red = client.find("teams", "red")
    ana = client.find("users", "ana@example.com", attribute="email")
    assert red is not None
    assert ana is not None
    client.delete(f"teams/{red['id']}/users/{ana['id']}")
    assert origins("ana", "bo") == {Origin.THEIRS}
    assert origins("ana", "bo", "cy") == {Origin.BOTH}
    converge(client, [*PEOPLE, team("red", members=members("ana", "bo", "cy"))])
    assert origins("ana", "bo") == {Origin.OURS}


def test_the_start_of_a_layer_that_has_passed_is_no_edit(client: RestApiV2Client) -> None:
    wanted = [*PEOPLE, schedule("days", layer("All", "ana", start="2020-01-06T09:00"))]
    converge(client, wanted)
    changed = [*PEOPLE, schedule("days", layer("All", "cy", start="2020-01-06T09:00"))]
    (change,) = plan_for(client, changed).changes
    assert {delta.origin for delta in change.deltas} == {Origin.OURS}
