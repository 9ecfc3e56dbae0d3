"""A plan file that was rewritten and sealed again decides nothing: each member of it is changed here, one after the other."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pdsync.cli.files.plan_file import read_plan_file, render_plan_file
from pdsync.client import RestApiV2Client
from pdsync.engine import ApplyRequest, Desired, EngineError, RefusedError, Selection, StaleError, Workspace
from pdsync.engine import plan as engine_plan
from pdsync.engine import saved_plan as engine_saved
from pdsync.engine.apply import _without_done, check_apply
from pdsync.engine.saved_plan import SavedPlan, compare_saved_plan
from pdsync.model import Account, digest_of
from pdsync.plan import Change, Operation, Plan
from pdsync.plan.json_form import from_json
from pdsync.plan.plan import PlanDocument
from tests.support.world import (
    MANAGED,
    converge,
    layer,
    options,
    plan_for,
    policy,
    resource,
    schedule,
    service,
    team,
    user,
)

MAIL = {"name": "Mail", "type": "events_api_v2_inbound_integration"}
PHONE = {"type": "phone_contact_method", "address": "5550101", "country_code": 1}
BEFORE = [
    user("ana"),
    user("bo"),
    user("cy"),
    team("red", name="One", members=[{"user": "ana", "role": "responder"}]),
    team("blue", name="Two"),
    policy("first", {"user": "ana"}),
    policy("second", {"user": "bo"}),
    schedule("days", layer("week", "ana", "cy")),
    service("shop", "first", integrations=[MAIL]),
]
AFTER = [
    user("ana", job_title="SRE", contact_methods=[PHONE]),
    resource("User", "bo", {"email": "bo@example.com"}, absent=True, adopt=True),
    user("cy"),
    team("red", name="Two", members=[{"user": "ana", "role": "manager"}, {"user": "cy"}]),
    team("blue", name="One"),
    policy("first", {"user": "ana"}, teams=["red"]),
    policy("second", {"user": "cy"}),
    schedule("days", layer("week", "cy", "ana"), description="Days"),
    service("shop", "second", status="disabled"),
    service("new", "second", status="disabled", integrations=[MAIL]),
]
MORE = {"reassign_to": "escalation_policy/second", "prune": "owned"}


@dataclass
class World:
    """A saved plan, and how to compare it once more without reading the account again."""

    body: dict[str, Any]
    desired: Desired
    fresh: Plan
    folder: Path
    client: RestApiV2Client

    def compare(self, body: dict[str, Any]) -> Plan:
        """What would be carried out of a plan with this body. Raises what an apply raises."""
        file = self.folder / "plan.json"
        file.write_text(json.dumps(seal(body)))
        saved = read_plan_file(file)
        saved.check_for("test", self.fresh.manifest_digest)
        planned = compare_saved_plan(self.client, self.desired, saved)
        request = ApplyRequest(planned.plan, planned.staleness)
        check_apply(request)
        return _without_done(request)[0]


def seal(body: dict[str, Any]) -> dict[str, Any]:
    """The body with the digest and the seal that fit it, where they can be computed."""
    bare = {name: value for name, value in body.items() if name not in ("seal", "impact")}
    with suppress(ValueError, KeyError, TypeError, AttributeError):
        bare["digest"] = from_json(bare, PlanDocument).plan().digest
    return {**bare, "seal": digest_of(bare)}


@pytest.fixture
def world(client: RestApiV2Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    converge(client, BEFORE)
    bo = client.find("users", "bo@example.com", attribute="email")
    shop = client.find("services", "shop")
    assert bo is not None
    assert shop is not None
    body = {
        "type": "incident",
        "title": "Down",
        "service": {"id": shop["id"], "type": "service_reference"},
        "assignments": [{"assignee": {"id": bo["id"], "type": "user_reference"}}],
    }
    client.rpost("incidents", json=body, headers={"From": "ana@example.com"})
    fresh = plan_for(client, AFTER, **MORE)
    file = tmp_path / "plan.json"
    text = render_plan_file(fresh, selection=Selection(prune="owned", reassign_to="escalation_policy/second"))
    file.write_text(text)
    desired = Desired(
        tuple(AFTER),
        options(**MORE),
        Workspace(name="test", max_deletes=1000, max_delete_percent=100, managed_kinds=MANAGED),
    )
    account = engine_saved.read_account(client, Workspace(), engine_saved.Extent(AFTER, every_kind=True))
    details = engine_plan.fetch_details(client, account, abilities=True, licenses=True, incidents=True)
    monkeypatch.setattr(engine_saved, "read_account", lambda *_, **__: account)

    def fetch_details(client: RestApiV2Client, account: Account, **asked: bool) -> Account:
        return replace(account, **{name: getattr(details, name) for name, wanted in asked.items() if wanted})

    monkeypatch.setattr(engine_plan, "fetch_details", fetch_details)
    return World(json.loads(file.read_text()), desired, fresh, tmp_path, client)


def test_the_plan_has_something_of_everything(world: World) -> None:
    operations = {change.operation for change in world.fresh.changes}
    assert operations == {Operation.CREATE, Operation.UPDATE, Operation.DELETE, Operation.INTERIM}
    assert any(change.reassign for change in world.fresh.changes)
    assert_same(world.compare(world.body), world.fresh)


def written(change: Change) -> Any:
    """Everything of a change that a write can depend on."""
    return replace_words(change).to_json()


def replace_words(change: Change) -> Change:
    import msgspec.structs

    return msgspec.structs.replace(change, before={}, notes=(), source=None, url=None, waits_for=(), deltas=())


def assert_same(left: Plan, fresh: Plan) -> None:
    """Each write is one that the fresh plan makes, after everything that it waits for there."""
    wanted = {change.address: change for change in fresh.changes}
    there = [change.address for change in left.changes]
    assert len(set(there)) == len(there)
    for change in left.changes:
        assert written(change) == written(wanted[change.address])
        now = wanted[change.address]
        assert change.waits_for == now.waits_for
        assert set(change.waits_for) <= set(there)
    assert left.bindings == fresh.bindings
    assert left.includes == fresh.includes


def mutations(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every place in a JSON value with values to put there."""
    match value:
        case dict():
            for name in value:
                yield from mutations(value[name], (*path, name))
                yield (*path, name), MISSING
            yield (*path, "PFORGED"), "PFORGED"
        case list():
            for at, item in enumerate(value):
                yield from mutations(item, (*path, at))
                yield (*path, at), MISSING
            if value:
                yield (*path, len(value)), value[0]
            yield path, []
        case bool():
            yield path, not value
        case int() | float():
            yield path, value + 1
        case str():
            yield path, f"{value}x"
            if "before" not in path and "deltas" not in path:
                yield path, "PFORGED"
        case _:
            yield path, "PFORGED"


MISSING = object()


def mutated(body: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(body)
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    if value is MISSING:
        del place[path[-1]]
    elif isinstance(place, list) and path[-1] == len(place):
        place.append(value)
    else:
        place[path[-1]] = value
    return changed


def test_some_members_cannot_be_changed_to_another_effect(world: World) -> None:
    refused, same = forge_all(world, every=12)
    assert refused > 25
    assert same > 7


@pytest.mark.campaign
def test_no_member_can_be_changed_to_another_effect(world: World) -> None:
    refused, same = forge_all(world)
    assert refused > 300
    assert same > 100


def forge_all(world: World, every: int = 1) -> tuple[int, int]:
    """Tries each change of a member, or every so many; gives how many are refused, and how many make no difference."""
    refused = same = 0
    for path, value in list(mutations(world.body))[::every]:
        if path[:1] in (("seal",), ("digest",), ("impact",)):
            continue
        try:
            left = world.compare(mutated(world.body, path, value))
        except (RefusedError, StaleError):
            refused += 1
            continue
        except EngineError as error:
            raise AssertionError(f"{path} = {value!r}: {type(error).__name__}: {error}") from error
        except Exception as error:
            raise AssertionError(f"{path} = {value!r}") from error
        same += 1
        try:
            assert_same(left, world.fresh)
        except AssertionError as error:
            raise AssertionError(f"{path} = {value!r}") from error
    return refused, same


def forged(world: World, address: str) -> tuple[dict[str, Any], dict[str, Any]]:
    body = copy.deepcopy(world.body)
    return body, next(change for change in body["changes"] if change["address"] == address)


def test_an_added_step_is_refused(world: World) -> None:
    body, change = forged(world, "team/red#interim")
    own = next(it for it in body["changes"] if it["address"] == "team/red")
    other = next(it for it in body["changes"] if it["address"] == "schedule/days")
    body["changes"].append(
        {**change, "address": "schedule/days#interim", "kind": "schedule", "id": other["id"], "digest": other["digest"]}
    )
    assert own["id"]
    with pytest.raises((RefusedError, StaleError)):
        world.compare(body)


def test_another_assignee_is_refused(world: World) -> None:
    body, change = forged(world, "user/bo")
    change["reassign"]["to"] = {"$ref": "user", "key": "cy"}
    with pytest.raises(StaleError, match="user/bo"):
        world.compare(body)


def test_other_objects_for_the_manifests_are_refused(world: World) -> None:
    body = copy.deepcopy(world.body)
    held = body["bindings"]
    held["user/cy"], held["user/ana"] = held["user/ana"], held["user/cy"]
    with pytest.raises(StaleError):
        world.compare(body)


def test_a_step_that_another_waits_for_cannot_be_left_out(world: World) -> None:
    body = copy.deepcopy(world.body)
    body["changes"] = [change for change in body["changes"] if change["address"] != "escalation_policy/second"]
    with pytest.raises(StaleError, match="user/bo"):
        world.compare(body)


def test_a_saved_plan_is_of_its_file(world: World) -> None:
    file = world.folder / "plan.json"
    file.write_text(json.dumps(seal(world.body)))
    assert isinstance(read_plan_file(file), SavedPlan)
