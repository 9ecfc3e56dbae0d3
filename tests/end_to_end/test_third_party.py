"""Someone edits the account between plan and apply: nothing of theirs is overwritten unseen, for any kind and operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pdsync.account import Extent, fetch_account
from pdsync.apply import Watch, apply_plan
from pdsync.client import RestApiV2Client
from pdsync.kinds import BY_SLUG
from pdsync.model import Resource
from pdsync.plan import Operation, Plan, Status, Verdict, build_release, compute_staleness
from pdsync.sandbox import SandboxServer
from tests.support.recorded import forget, writes
from tests.support.world import converge, layer, plan_for, policy, resource, schedule, service, team, user

BASE = [user("ana"), user("bo"), policy("first", {"user": "ana"})]
V2 = "events_api_v2_inbound_integration"
Make = Callable[..., Resource]


def _user(key: str, **more: Any) -> Resource:
    return user(key, **more)


def _schedule(key: str, **more: Any) -> Resource:
    return schedule(key, layer("All", "ana"), **more)


def _policy(key: str, **more: Any) -> Resource:
    return policy(key, {"user": "ana"}, **more)


def _service(key: str, **more: Any) -> Resource:
    return service(key, "first", **more)


MAKERS: dict[str, Make] = {
    "user": _user,
    "team": team,
    "schedule": _schedule,
    "escalation_policy": _policy,
    "service": _service,
}
SLUGS = pytest.mark.parametrize("slug", MAKERS)


_LAYER = ("id", "name", "start", "users", "rotation_virtual_start", "rotation_turn_length_seconds")


def live(client: RestApiV2Client, slug: str, name: str = "x") -> dict[str, Any]:
    found = [held for held in client.iter_all(BY_SLUG[slug].collection) if held["name"] == name]
    assert len(found) == 1
    return dict(client.rget(found[0]))


def edit(client: RestApiV2Client, held: dict[str, Any], text: str = "Theirs.") -> dict[str, Any]:
    """What someone does in the web application: another description, the ownership line left where it is."""
    line = (held.get("description") or "").rpartition("\n")[2]
    kept = ("type", "name", "email", "escalation_policy", "escalation_rules", "time_zone", "schedule_layers")
    body = {name: held[name] for name in kept if name in held}
    if "schedule_layers" in body:
        body["schedule_layers"] = [{k: v for k, v in item.items() if k in _LAYER} for item in body["schedule_layers"]]
    body["description"] = f"{text}\n{line}" if line.startswith("Managed by pdsync") else text
    client.rput(held, json=body)
    return dict(client.rget(held))


def apply_after(client: RestApiV2Client, sandbox: SandboxServer, plan: Plan, theirs: dict[str, Any], slug: str) -> None:
    """Applies, and demands that the one change is a conflict, nothing is written, and theirs is as they left it."""
    account = fetch_account(client, Extent(needs_children=lambda *_: True))
    assert [it.verdict for it in compute_staleness(plan, account)] == [Verdict.CONFLICT]
    forget(sandbox)
    result = apply_plan(plan, client, Watch(sleep=lambda seconds: None))
    assert [outcome.status for outcome in result.outcomes] == [Status.CONFLICT], result.outcomes
    assert result.exit_code == 4
    assert writes(sandbox) == []
    assert client.rget(theirs) == theirs


@SLUGS
def test_update(client: RestApiV2Client, sandbox: SandboxServer, slug: str) -> None:
    make = MAKERS[slug]
    converge(client, [*BASE, make("x")])
    plan = plan_for(client, [*BASE, make("x", name="y")])
    assert [change.operation for change in plan.changes] == [Operation.UPDATE]
    apply_after(client, sandbox, plan, edit(client, live(client, slug)), slug)


@SLUGS
def test_update_of_the_very_field_that_they_edit(client: RestApiV2Client, sandbox: SandboxServer, slug: str) -> None:
    make = MAKERS[slug]
    converge(client, [*BASE, make("x", description="Old.")])
    plan = plan_for(client, [*BASE, make("x", description="Ours.")])
    apply_after(client, sandbox, plan, edit(client, live(client, slug)), slug)


@SLUGS
def test_create(client: RestApiV2Client, sandbox: SandboxServer, slug: str) -> None:
    make = MAKERS[slug]
    converge(client, BASE)
    plan = plan_for(client, [*BASE, make("x", description="Ours.")])
    assert [change.operation for change in plan.changes] == [Operation.CREATE]
    assert apply_plan(plan, client).exit_code == 0
    held = live(client, slug)
    theirs = edit(client, {**held, "description": "", "self": held["self"]})  # made by hand: it has no line of ours
    apply_after(client, sandbox, plan, theirs, slug)
    assert len([held for held in client.iter_all(BY_SLUG[slug].collection) if held["name"] == "x"]) == 1


@pytest.mark.parametrize("slug", [slug for slug in MAKERS if slug != "user"])
def test_adopt_and_release(client: RestApiV2Client, sandbox: SandboxServer, slug: str) -> None:
    make = MAKERS[slug]
    converge(client, [*BASE, make("x")])
    release = build_release([f"{slug}/x"], fetch_account(client, Extent()), "test")
    assert [change.operation for change in release.changes] == [Operation.RELEASE]
    apply_after(client, sandbox, release, edit(client, live(client, slug)), slug)
    release = build_release([f"{slug}/x"], fetch_account(client, Extent()), "test")
    assert apply_plan(release, client).exit_code == 0
    assert "Managed by" not in live(client, slug)["description"]
    again = apply_plan(release, client)
    assert [outcome.status for outcome in again.outcomes] == [Status.ALREADY]
    adopt = plan_for(client, [*BASE, make("x")], adopt=True)
    assert [change.operation for change in adopt.changes] == [Operation.ADOPT]
    apply_after(client, sandbox, adopt, edit(client, live(client, slug), "Theirs again."), slug)


@SLUGS
def test_delete(client: RestApiV2Client, sandbox: SandboxServer, slug: str) -> None:
    make = MAKERS[slug]
    converge(client, [*BASE, make("x")])
    fields = {name: value for name, value in make("x").fields.items() if name in ("name", "email")}
    kind = BY_SLUG[slug]
    tombstone = resource(kind.name, "x", make_spec(slug, fields), absent=True, adopt=slug == "user")
    plan = plan_for(client, [*BASE, tombstone])
    assert [change.operation for change in plan.changes] == [Operation.DELETE]
    apply_after(client, sandbox, plan, edit(client, live(client, slug)), slug)
    assert apply_plan(plan_for(client, [*BASE, tombstone]), client).exit_code == 0
    assert not [held for held in client.iter_all(kind.collection) if held["name"] == "x"]


def make_spec(slug: str, fields: dict[str, Any]) -> dict[str, Any]:
    """A whole spec, for a tombstone that was a manifest before."""
    required: dict[str, dict[str, Any]] = {
        "schedule": {"time_zone": "Europe/Berlin", "schedule_layers": [layer("All", "ana")]},
        "escalation_policy": {"escalation_rules": [{"escalation_delay_in_minutes": 10, "targets": [{"user": "ana"}]}]},
        "service": {"escalation_policy": "first"},
    }
    return {**required.get(slug, {}), **fields}


def test_swapped_names(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    converge(client, [team("a", name="A"), team("b", name="B")])
    plan = plan_for(client, [team("a", name="B"), team("b", name="A")])
    theirs = edit(client, live(client, "team", "B"))
    result = apply_plan(plan, client, Watch(sleep=lambda seconds: None))
    assert result.count()[Status.CONFLICT] == 1
    assert client.rget(theirs) == theirs


MEMBER = [{"user": "ana", "role": "responder"}]


@pytest.mark.parametrize("deleted", [False, True], ids=["update", "delete"])
def test_what_they_add_to_a_list_counts(client: RestApiV2Client, sandbox: SandboxServer, deleted: bool) -> None:
    items = [{"name": "One", "type": V2}]
    converge(client, [*BASE, team("x", members=MEMBER), service("shop", "first", integrations=items)])
    wanted = BASE if deleted else [
        *BASE,
        team("x", members=[{"user": "ana", "role": "manager"}]),
        service("shop", "first", integrations=[{"name": "Two", "type": V2}]),
    ]  # fmt: skip
    plan = plan_for(client, wanted, prune="owned")
    bo = client.find("users", "bo@example.com", attribute="email")
    red, shop = live(client, "team"), live(client, "service", "shop")
    assert bo is not None
    client.put(f"teams/{red['id']}/users/{bo['id']}", json={"role": "observer"})
    client.rpost(f"services/{shop['id']}/integrations", json={"type": V2, "name": "Theirs"})
    forget(sandbox)
    result = apply_plan(plan, client, Watch(sleep=lambda seconds: None))
    assert result.count()[Status.CONFLICT] == 2, result.outcomes
    assert writes(sandbox) == []
