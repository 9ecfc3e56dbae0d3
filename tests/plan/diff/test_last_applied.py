"""The record in the ownership line tells someone's edit from a change that was not applied yet."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.client import RestApiV2Client
from pdsync.kinds import KINDS
from pdsync.model import Resource
from pdsync.model.marker import APPLIED_ROOM, Marker, split_marker
from pdsync.plan.diff.last_applied import Fingerprint, Origin, names_collide, render_fingerprint
from tests.support.world import converge, layer, plan_for, policy, schedule, service, team, user

VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(applied=VALUES, desired=VALUES, live=VALUES)
def test_the_origin_is_who_moved(applied: Any, desired: Any, live: Any) -> None:
    record = Fingerprint(render_fingerprint({"field": applied}, {"field": applied}))
    git_moved, live_moved = desired != applied, live != applied
    expected = Origin.THEIRS if not git_moved else Origin.BOTH if live_moved else Origin.OURS
    assert record.origin("field", desired, live) is expected
    assert record.origin("other", desired, live) is Origin.OURS
    assert Fingerprint("").origin("other", desired, live) is Origin.UNKNOWN


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_field_of_a_kind_has_its_own_characters_and_there_is_room(kind: Any) -> None:
    names = [*(field.name for field in kind.fields), *(child.name for child in kind.children)]
    assert not names_collide(names)
    fields = {name: [name] for name in names}
    stable = {name: [] for name in ("schedule_layers", "members") if name in names}
    record = render_fingerprint(fields, {**fields, **stable})
    assert len(record) <= APPLIED_ROOM
    line = str(Marker("w", kind.slug, "key", True, record))
    assert split_marker(line) == ("", Marker("w", kind.slug, "key", True, record))


@pytest.mark.parametrize("text", ["", "x", "abcd", "abcde", "abcdef" * 9, "-----"])
def test_no_record_is_ever_an_error(text: str) -> None:
    assert Fingerprint(text).origin("name", "a", "b") in Origin


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
    wanted = [
        *PEOPLE,
        schedule("days", layer("All", "ana", start="2020-01-06T09:00"), layer("Old", "bo", end="2020-02-03T09:00")),
    ]
    converge(client, wanted)
    changed = [*PEOPLE, schedule("days", layer("All", "cy", start="2020-01-06T09:00"))]
    (change,) = plan_for(client, changed).changes
    assert {delta.origin for delta in change.deltas} == {Origin.OURS}
