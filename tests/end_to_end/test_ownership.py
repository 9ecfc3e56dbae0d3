"""What pdsync may touch: told as transitions of an account, each with what the plan says and what is left afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.apply import PlanRefusedError, apply_plan
from pdsync.client import RestApiV2Client
from pdsync.model import Resource
from pdsync.plan import Operation
from pdsync.sandbox import SandboxServer
from tests.support.recorded import forget, writes
from tests.support.world import converge, layer, plan_for, policy, resource, schedule, service, team, user

PEOPLE = [user("ana")]
POLICY = policy("first", {"user": "ana"})


def by_hand(client: RestApiV2Client, name: str = "Shop", **body: Any) -> dict[str, Any]:
    """A service that someone makes in the web application."""
    held = client.find("escalation_policies", "first")
    assert held is not None
    reference = {"id": held["id"], "type": "escalation_policy_reference"}
    made = client.rpost("services", json={"type": "service", "name": name, "escalation_policy": reference, **body})
    assert isinstance(made, dict)
    return made


def shop(**spec: Any) -> Resource:
    return service("shop", "first", **{"name": "Shop", **spec})


@pytest.fixture
def company(client: RestApiV2Client) -> list[Resource]:
    base = [*PEOPLE, POLICY]
    converge(client, base)
    return base


def test_an_object_of_the_same_name_is_never_taken_silently(
    client: RestApiV2Client, sandbox: SandboxServer, company: list[Resource]
) -> None:
    made = by_hand(client, description="Ours since 2019.", auto_resolve_timeout=600)
    plan = plan_for(client, [*company, shop()])
    (change,) = plan.changes
    assert change.operation is Operation.ADOPT
    assert "adopt" in change.blockers[0]
    forget(sandbox)
    with pytest.raises(PlanRefusedError):
        apply_plan(plan, client)
    assert not writes(sandbox)
    converge(client, [*company, shop()], adopt=True)
    after = client.rget(f"services/{made['id']}")
    text, _, line = after["description"].partition("\n")
    assert text == "Ours since 2019."
    assert line.partition(" #")[0] == "Managed by pdsync: test/service/shop"
    assert after["auto_resolve_timeout"] == 600, "what the manifest does not name keeps its value"


def test_adopt_may_be_allowed_in_the_manifest_alone(client: RestApiV2Client, company: list[Resource]) -> None:
    by_hand(client)
    spec = {"name": "Shop", "escalation_policy": "first"}
    converge(client, [*company, resource("Service", "shop", spec, adopt=True)])


def test_two_objects_of_one_name_are_an_error_that_lists_both(client: RestApiV2Client, company: list[Resource]) -> None:
    rule = {
        "escalation_delay_in_minutes": 5,
        "targets": [{"id": client.rget("users/me")["id"], "type": "user_reference"}],
    }
    body = {"type": "escalation_policy", "name": "Twice", "escalation_rules": [rule]}
    ids = [client.rpost("escalation_policies", json=body)["id"] for _ in range(2)]
    plan = plan_for(client, [*company, policy("twice", {"user": "ana"}, name="Twice")], adopt=True)
    (problem,) = plan.problems
    assert all(identity in problem.message for identity in ids)
    assert "metadata.id" in problem.hint


def test_another_workspaces_object_is_referable_and_never_written(
    client: RestApiV2Client, sandbox: SandboxServer, company: list[Resource]
) -> None:
    theirs = by_hand(client, "Theirs", description="Managed by pdsync: other/service/theirs")
    plan = plan_for(client, [*company, service("theirs", "first", name="Theirs")], adopt=True)
    assert "workspace 'other'" in plan.problems[0].message
    forget(sandbox)
    converge(client, [*company, shop()], workspace="test", prune="owned")
    assert theirs["id"] not in str(writes(sandbox))
    assert client.rget(f"services/{theirs['id']}")["description"] == theirs["description"]


def test_a_changed_name_is_an_update_on_either_side(client: RestApiV2Client, company: list[Resource]) -> None:
    converge(client, [*company, shop()])
    before = client.find("services", "Shop")
    assert before is not None
    converge(client, [*company, shop(name="Store")])
    assert client.rget(before)["name"] == "Store"
    client.rput(before, json={"type": "service", "name": "Renamed by hand"})
    (change,) = plan_for(client, [*company, shop(name="Store")]).changes
    assert [(delta.path, delta.before, delta.after) for delta in change.deltas] == [
        ("name", "Renamed by hand", "Store")
    ]


def test_an_orphan_is_kept_reported_or_deleted_as_the_mode_says(
    client: RestApiV2Client, company: list[Resource]
) -> None:
    converge(client, [*company, shop()])
    for mode, notes, deletes in (("off", 0, 0), ("report", 1, 0), ("owned", 0, 1)):
        plan = plan_for(client, company, prune=mode)
        assert (len(plan.notes), len(plan.changes)) == (notes, deletes), mode
    converge(client, company, prune="owned")
    assert client.find("services", "Shop") is None


def test_an_unmarked_object_and_a_user_are_never_pruned(client: RestApiV2Client, company: list[Resource]) -> None:
    by_hand(client)
    converge(client, [*company, user("bo")])
    assert not plan_for(client, company, prune="owned").changes
    assert client.find("users", "bo@example.com", attribute="email") is not None


def test_protection_outlives_the_manifest(client: RestApiV2Client, company: list[Resource]) -> None:
    guarded = resource("Service", "shop", {"name": "Shop", "escalation_policy": "first"}, protect=True)
    converge(client, [*company, guarded])
    plan = plan_for(client, company, prune="owned")
    assert not plan.changes
    assert "protected" in plan.notes[0]
    converge(client, [*company, shop()])
    assert len(plan_for(client, company, prune="owned").changes) == 1


@pytest.mark.parametrize(
    ("limits", "refused"),
    [
        ({"max_deletes": 3, "max_delete_percent": 100}, False),
        ({"max_deletes": 2, "max_delete_percent": 100}, True),
        ({"max_deletes": 100, "max_delete_percent": 75}, False),
        ({"max_deletes": 100, "max_delete_percent": 74}, True),
    ],
)
def test_limits_on_deletes_count_and_share(
    client: RestApiV2Client, sandbox: SandboxServer, company: list[Resource], limits: dict[str, int], refused: bool
) -> None:
    converge(client, [*company, *(team(key) for key in ("red", "blue", "green"))])
    plan = plan_for(client, company, prune="owned", **limits)
    assert bool(plan.refusals) is refused
    assert plan.is_blocked is refused
    forget(sandbox)
    if refused:
        with pytest.raises(PlanRefusedError):
            apply_plan(plan, client)
        assert not writes(sandbox)


def test_ignored_fields_are_written_once_and_then_left_to_others(
    client: RestApiV2Client, company: list[Resource]
) -> None:
    spec = {"name": "Shop", "escalation_policy": "first", "auto_resolve_timeout": 3600}
    loose = resource("Service", "shop", spec, ignore=("auto_resolve_timeout",))
    converge(client, [*company, loose])
    held = client.find("services", "Shop")
    assert held is not None
    assert held["auto_resolve_timeout"] == 3600
    client.rput(held, json={"type": "service", "name": "Shop", "auto_resolve_timeout": 60})
    assert not plan_for(client, [*company, loose]).changes


def test_a_target_brings_what_it_needs_and_nothing_else(client: RestApiV2Client) -> None:
    everything = [*PEOPLE, user("bo"), POLICY, policy("second", {"user": "bo"}), shop()]
    plan = plan_for(client, everything, targets=frozenset({"service/shop"}), prune="owned")
    assert [change.address for change in plan.changes] == ["user/ana", "escalation_policy/first", "service/shop"]


def test_a_hand_edit_elsewhere_in_the_object_is_left_alone(client: RestApiV2Client, company: list[Resource]) -> None:
    converge(client, [*company, shop(description="Sells.")])
    held = client.find("services", "Shop")
    assert held is not None
    text = "Sells.\n" + held["description"].rpartition("\n")[2]
    client.rput(held, json={"type": "service", "name": "Shop", "acknowledgement_timeout": 60, "description": text})
    assert not plan_for(client, [*company, shop(description="Sells.")]).changes
    client.rput(held, json={"type": "service", "name": "Shop", "description": f"By hand.\n{text}"})
    (change,) = plan_for(client, [*company, shop(description="Sells.")]).changes
    assert [delta.path for delta in change.deltas] == ["description"]


@pytest.mark.empty_account
@pytest.mark.parametrize("empty", [None, ""])
def test_an_emptied_description_leaves_the_ownership_line_alone(client: RestApiV2Client, empty: str | None) -> None:
    def everything(text: str | None) -> list[Resource]:
        turn = layer("only", "ana")
        return [
            *PEOPLE,
            team("red", description=text),
            schedule("days", turn, description=text),
            policy("first", {"user": "ana"}, description=text),
            shop(description=text),
        ]

    converge(client, everything("The purpose of the field."))
    converge(client, everything(empty))
    for collection in ("teams", "schedules", "escalation_policies", "services"):
        (made,) = client.list_all(collection)
        assert made["description"].startswith("Managed by pdsync: test/"), collection
    converge(client, everything(None if empty == "" else ""))
