"""What an apply changed or deleted is put back by an ordinary plan, from what its journal kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from pdsync.account import Extent, fetch_account
from pdsync.apply import Watch, bulk, page_reader
from pdsync.client import RestApiV2Client
from pdsync.engine import ApplyRequest, PlanError, RefusedError, RequestError, Workspace, carry_out_plan
from pdsync.engine.restore import Restoration, RestoreRequest, plan_restore
from pdsync.kinds import BY_SLUG
from pdsync.model import Account, LiveObject, Ref, Resource
from pdsync.model.address import render_address
from pdsync.plan import Operation, Result, Status
from pdsync.plan.before import EVENT, Before, collect_before, read_before
from pdsync.sandbox import SandboxServer
from tests.support.examples import examples
from tests.support.hosted import hosted_client
from tests.support.random_world import worlds
from tests.support.recorded import forget, writes
from tests.support.setting import MANAGED
from tests.support.world import (
    TAKEN,
    converge,
    find_moves,
    layer,
    make_planned,
    plan_for,
    policy,
    resource,
    schedule,
    service,
    team,
    user,
)

EXAMPLES = examples(2)
WORKSPACE = Workspace(name="test", managed_kinds=MANAGED, max_deletes=1000, max_delete_percent=100)
EVENTS = {"name": "Events", "type": "events_api_v2_inbound_integration"}
PEOPLE = [user("ana", role="limited_user"), user("bo", role="limited_user")]
SHOP = policy("shop", {"user": "ana"})


def apply_with_journal(client: RestApiV2Client, resources: Sequence[Resource], **more: Any) -> RestoreRequest:
    """Applies the manifests; gives what a restore of that run needs."""
    events: list[Mapping[str, Any]] = []
    planned = make_planned(client, resources, **more)
    result = carry_out_plan(
        client, ApplyRequest(planned.plan, takes_secrets=True), Watch(journal=events.append, hand_out=TAKEN.append)
    )
    assert result.exit_code == 0, [outcome.message for outcome in result.outcomes]
    found = collect_before(read_before(event) for event in events if event["event"] == EVENT)
    created = [
        outcome.address
        for outcome in result.outcomes
        if outcome.operation is Operation.CREATE and outcome.status is Status.APPLIED
    ]
    return RestoreRequest("run.jsonl", found, created)


def find(client: RestApiV2Client, collection: str, name: str) -> dict[str, Any]:
    found = client.find(collection, name)
    assert found is not None
    return found


def restore(client: RestApiV2Client, request: RestoreRequest) -> tuple[Restoration, Result]:
    restoration = plan_restore(client, WORKSPACE, request)
    taking = ApplyRequest(restoration.planned.plan, takes_secrets=True)
    result = carry_out_plan(client, taking, Watch(hand_out=TAKEN.append))
    assert result.exit_code == 0, [outcome.message for outcome in result.outcomes]
    return restoration, result


def state_of(client: RestApiV2Client) -> dict[str, Any]:
    """Every managed object by its address: what can be compared of it, with references by key."""
    account = fetch_account(client, Extent(also=lambda raw: True, everything=True))
    keys = dict(_keys(account))

    def name(ref: Ref) -> Ref:
        return Ref.of_address(keys[ref.kind, ref.value]) if (ref.kind, ref.value) in keys else ref

    state = {}
    for group in account.objects.values():
        for live in group:
            if (live.kind, live.id) not in keys:
                continue
            kind = BY_SLUG[live.kind]
            shown = {**live.fields, **_mirrored(live)}
            fields = kind.passing.stabilise(kind.passing.settle(kind.map_fields(shown, name), account.fetched_at))
            lists = {
                child.name: sorted(
                    str(child.item.map_refs(item.value, name)) for item in live.children.get(child.name, ())
                )
                for child in kind.children
            }
            state[keys[live.kind, live.id]] = {"fields": fields, "lists": lists}
    return state


def _mirror_names(slug: str) -> set[str]:
    return {declared.name for declared in BY_SLUG[slug].fields if declared.mirrored}


def _mirrored(live: LiveObject) -> dict[str, Any]:
    """What an object shows of the setting that it is in, whether pdsync manages that setting or PagerDuty made it."""
    kind, names = BY_SLUG[live.kind], _mirror_names(live.kind)
    return {name: value for name, value in kind.read_live(live.raw).fields.items() if name in names} if names else {}


def _values(state: dict[str, Any], *, besides: Collection[str]) -> dict[str, Any]:
    """The fields of an object. Values of no custom field are read only where the account has such a field."""
    return {
        it: value for it, value in state["fields"].items() if it not in besides and (it, value) != ("custom_fields", {})
    }


def _compare(after: dict[str, Any], expected: dict[str, Any], address: str, mirrors: Mapping[str, Any] | None) -> None:
    """`mirrors` is what the object showed of its setting before the run; None where the run created a setting, which stays.

    PagerDuty itself adds members to the teams of policies and schedules that come back, so a team may have more.
    """
    mirrored = _mirror_names(address.partition("/")[0])
    sides = BY_SLUG[address.partition("/")[0]].open_fields
    held, were = _values(after, besides=mirrored), _values(expected, besides=mirrored)
    for name in sides.keys() & held.keys() & were.keys():
        # A rotation that comes back counts from another shift, and gives everybody the same ones.
        if sides[name].agrees(were[name], held[name]) and sides[name].agrees(held[name], were[name]):
            held[name] = were[name]
    assert held == were, address
    if mirrors is not None:
        assert {name: after["fields"][name] for name in mirrored} == {name: mirrors[name] for name in mirrored}, address
    for name, items in expected["lists"].items():
        there = after["lists"][name]
        assert there == items or (name == "members" and set(there) >= set(items)), (address, name)


def _keys(account: Account) -> Any:
    for group in account.objects.values():
        for live in group:
            email = str(live.fields.get("email") or "")
            if live.marker is not None and live.marker.workspace == "test":
                yield (live.kind, live.id), render_address(live.kind, live.marker.key)
            elif email.endswith("@example.com"):
                yield (live.kind, live.id), render_address(live.kind, email.partition("@")[0])


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(first=worlds(), second=worlds())
def test_what_any_apply_changed_or_deleted_is_as_it_was(first: list[Resource], second: list[Resource]) -> None:
    with (
        SandboxServer() as sandbox,
        hosted_client(sandbox.url) as client,
    ):
        converge(client, first)
        # A new object with the name of one that goes is refused until a line says which it is: here is nothing to put back.
        assume(not find_moves(plan_for(client, second, prune="owned")))
        before = state_of(client)
        request = apply_with_journal(client, second, prune="owned")
        between = state_of(client)
        refused, unkept = False, set[str]()
        try:
            unkept = {said.partition(" is not restored,")[0] for said in restore(client, request)[0].notes}
        except (PlanError, RefusedError):
            refused = True  # another object has the name by now, or a person is in use
        after = state_of(client)
        if refused:
            assert after == between
            return
        touched = {it.address for it in request.found}
        has_new_setting = any(it.startswith("alert_grouping_setting/") for it in request.created)
        for address in before:
            expected = (before if address in touched else between)[address]
            lost = {name for name in expected["fields"] if f"{address}: its {name}" in unkept}
            for state in (after[address], expected):
                state["fields"] = {it: value for it, value in state["fields"].items() if it not in lost}
            _compare(after[address], expected, address, None if has_new_setting else before[address]["fields"])
        assert set(after) == set(before) | set(between)
        assert not plan_restore(client, WORKSPACE, request).planned.plan.changes


def test_an_edit_by_hand_of_something_else_stays(client: RestApiV2Client) -> None:
    """Only what the run changed is put back: a field and an item that other people changed since are theirs."""
    before = service("api", "shop", auto_resolve_timeout="4h", integrations=[EVENTS])
    converge(client, [*PEOPLE, SHOP, before])
    after = service("api", "shop", auto_resolve_timeout="1h", integrations=[EVENTS, {**EVENTS, "name": "More"}])
    request = apply_with_journal(client, [*PEOPLE, SHOP, after])
    live = find(client, "services", "api")
    client.rput(live, json={"type": "service", "acknowledgement_timeout": 1200, "name": "api by hand"})
    client.rpost(f"services/{live['id']}/integrations", json={**EVENTS, "name": "By hand"})
    restore(client, request)
    now = client.rget(f"services/{live['id']}", params={"include[]": ["integrations"]})
    assert (now["auto_resolve_timeout"], now["acknowledgement_timeout"]) == (14400, 1200)
    assert now["name"] == "api by hand"
    assert {it["name"] for it in now["integrations"]} == {"Events", "By hand"}


@pytest.mark.parametrize("then", [["bo"], ["bo", "ana"], ["bo", None]])
def test_a_shift_that_runs_stops_no_restore(client: RestApiV2Client, then: list[str | None]) -> None:
    """It began at the second of the apply that made it, and no manifest may name a second."""

    def nights(members: Sequence[str | None]) -> Resource:
        days = {"name": "days", "every": "day", "from": "09:00", "members": [it or "unassigned" for it in members]}
        return resource(
            "Schedule", "nights", {"name": "Nights", "time_zone": "Etc/UTC", "version": 3, "rotations": [days]}
        )

    converge(client, [*PEOPLE, nights(["ana", "bo"])])
    before = state_of(client)
    request = apply_with_journal(client, [*PEOPLE, nights(then)])
    restore(client, request)
    _compare(state_of(client)["schedule_v3/nights"], before["schedule_v3/nights"], "schedule_v3/nights", {})
    assert not any(it.deltas for it in plan_for(client, [*PEOPLE, nights(["ana", "bo"])]).changes)


def test_a_field_that_goes_back_to_nothing_and_to_its_default(client: RestApiV2Client) -> None:
    bare = service("api", "shop", auto_resolve_timeout=None, status="active", description="")
    converge(client, [*PEOPLE, SHOP, bare])
    request = apply_with_journal(
        client,
        [*PEOPLE, SHOP, service("api", "shop", auto_resolve_timeout="1h", status="disabled", description="Ours")],
    )
    restore(client, request)
    live = find(client, "services", "api")
    assert (live["auto_resolve_timeout"], live["status"]) == (None, "active")
    assert "Ours" not in live["description"]
    assert "Managed by pdsync: test/service/api" in live["description"]


@pytest.mark.parametrize("by_pages", [False, True], ids=["read alone", "read by pages"])
def test_what_was_deleted_comes_back_with_all_that_it_held(
    client: RestApiV2Client, monkeypatch: pytest.MonkeyPatch, by_pages: bool
) -> None:
    """Everything that refers to one another comes back at once, under new ids; the keys of integrations are new."""
    if by_pages:
        monkeypatch.setattr(bulk, "BULK", 1)
        monkeypatch.setattr(page_reader, "_LEAST", 1)
        monkeypatch.setattr(page_reader, "_PAY_OFF", 0)
    state = [
        *PEOPLE,
        team("red", members=[{"user": "ana", "role": "manager"}]),
        schedule("days", layer("all", "ana", "bo"), teams=["red"]),
        policy("shop", {"schedule": "days"}, {"user": "bo"}),
        service("api", "shop", integrations=[EVENTS], auto_resolve_timeout="2h"),
    ]
    converge(client, state)
    before = state_of(client)
    request = apply_with_journal(client, PEOPLE, prune="owned")
    assert {it.address for it in request.found} == {it for it in before if not it.startswith("user/")}
    restoration, _ = restore(client, request)
    assert state_of(client) == before
    assert "service/api: each of its integrations gets a new routing key; the old one is not restored" in (
        restoration.notes
    )
    assert "the next plan shows these differences again" in restoration.notes[-1]


def test_an_item_that_names_what_came_back_is_there_once_when_it_is_put_back_again(client: RestApiV2Client) -> None:
    first = [*PEOPLE, SHOP, service("mail", "shop"), service("api", "shop", depends_on=[{"service": "mail"}])]
    converge(client, first)
    request = apply_with_journal(client, [*PEOPLE, SHOP, service("api", "shop")], prune="owned")
    restore(client, request)
    restoration = plan_restore(client, WORKSPACE, request)
    assert not restoration.planned.plan.changes
    assert not any(change.deltas or change.children for change in plan_for(client, first).changes)


def test_what_people_had_set_is_still_theirs_after_it_is_put_back(client: RestApiV2Client) -> None:
    """The manifests never named it, so the next plan from them does not reset it: neither a field nor an item."""
    state = [*PEOPLE, SHOP, service("api", "shop", auto_resolve_timeout="2h")]
    converge(client, state)
    live = find(client, "services", "api")
    client.rput(live, json={"type": "service", "acknowledgement_timeout": 1800})
    by_hand = {"type": "events_api_v2_inbound_integration", "name": "By hand"}
    client.rpost(f"/services/{live['id']}/integrations", json=by_hand)
    restore(client, apply_with_journal(client, [*PEOPLE, SHOP], prune="owned"))
    converge(client, state)
    live = find(client, "services", "api")
    assert (live["auto_resolve_timeout"], live["acknowledgement_timeout"]) == (7200, 1800)
    assert [it["summary"] for it in live["integrations"]] == ["By hand"]
    without = [*PEOPLE, SHOP, service("api", "shop")]
    converge(client, without)
    assert (
        find(client, "services", "api")["auto_resolve_timeout"] is None
    )  # pdsync had set it, so a revert takes it back


def test_a_value_by_hand_that_a_run_overwrote_stays_once_it_is_back(client: RestApiV2Client) -> None:
    state = [*PEOPLE, SHOP, service("api", "shop")]
    converge(client, state)
    client.rput(find(client, "services", "api"), json={"type": "service", "auto_resolve_timeout": 900})
    restore(client, apply_with_journal(client, [*PEOPLE, SHOP, service("api", "shop", auto_resolve_timeout="20m")]))
    assert find(client, "services", "api")["auto_resolve_timeout"] == 900
    converge(client, state)  # the commit is reverted
    assert find(client, "services", "api")["auto_resolve_timeout"] == 900


def test_an_edit_by_hand_of_the_same_field_is_undone_and_said(client: RestApiV2Client) -> None:
    converge(client, [*PEOPLE, SHOP, service("api", "shop", auto_resolve_timeout="10m", acknowledgement_timeout="10m")])
    changed = service("api", "shop", auto_resolve_timeout="20m", acknowledgement_timeout="20m")
    request = apply_with_journal(client, [*PEOPLE, SHOP, changed])
    client.rput(find(client, "services", "api"), json={"type": "service", "auto_resolve_timeout": 1800})
    restoration, _ = restore(client, request)
    live = find(client, "services", "api")
    assert (live["auto_resolve_timeout"], live["acknowledgement_timeout"]) == (600, 600)
    said = "service/api: auto_resolve_timeout was edited after that run, and that edit is undone too"
    assert restoration.notes[:-1] == (said,)


def test_a_member_that_no_manifest_named_is_not_said_to_be_managed_once_its_item_was_put_back(
    client: RestApiV2Client,
) -> None:
    mail = {
        "name": "Mail",
        "type": "generic_email_inbound_integration",
        "integration_email": "in@pdsync-sandbox.pagerduty.com",
    }
    state = [*PEOPLE, SHOP, service("api", "shop", integrations=[mail])]
    converge(client, state)
    changed = [*PEOPLE, SHOP, service("api", "shop", integrations=[mail], auto_resolve_timeout="20m")]
    restore(client, apply_with_journal(client, changed))
    plan = make_planned(client, state).plan  # the commit is reverted
    assert [(left.path, left.why) for change in plan.changes for left in change.unmanaged] == []


def test_a_part_of_a_run_is_put_back_and_what_it_needs_is_named(client: RestApiV2Client) -> None:
    converge(client, [*PEOPLE, SHOP, service("api", "shop")])
    request = apply_with_journal(client, PEOPLE, prune="owned")
    lone = RestoreRequest(request.source, request.found, request.created, ("service/api",))
    with pytest.raises(PlanError) as refused:
        plan_restore(client, WORKSPACE, lone)
    (problem,) = refused.value.problems
    assert "refers to escalation_policy/shop" in problem.message
    assert "which the run deleted" in problem.message
    policy_alone = RestoreRequest(request.source, request.found, request.created, ("escalation_policy/shop",))
    restore(client, policy_alone)
    restore(client, lone)  # the policy is there again, under another id
    policy_id = find(client, "escalation_policies", "shop")["id"]
    assert find(client, "services", "api")["escalation_policy"]["id"] == policy_id
    with pytest.raises(RequestError, match="the run did not change team/red"):
        plan_restore(client, WORKSPACE, RestoreRequest("run.jsonl", request.found, (), ("team/red",)))


def test_what_is_not_ours_any_more_is_not_touched(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    """Released, taken over by another workspace, or made again by hand under the same name."""
    converge(client, [*PEOPLE, SHOP, service("api", "shop", auto_resolve_timeout="4h")])
    request = apply_with_journal(client, [*PEOPLE, SHOP, service("api", "shop", auto_resolve_timeout="1h")])
    live = find(client, "services", "api")
    for line in ("", "Managed by pdsync: other/service/api"):
        client.rput(live, json={"type": "service", "description": line})
        forget(sandbox)
        with pytest.raises(PlanError) as refused:
            plan_restore(client, WORKSPACE, request)
        assert "is no longer managed by this workspace" in refused.value.problems[0].message
        assert not writes(sandbox)
    client.rdelete(live)
    by_hand = {"name": "api", "type": "service", "escalation_policy": live["escalation_policy"]}
    client.rpost("services", json=by_hand)
    forget(sandbox)
    with pytest.raises((PlanError, RefusedError)):
        restore(client, request)
    assert not writes(sandbox)


def test_people_are_put_back_by_their_address(client: RestApiV2Client) -> None:
    phone = {"type": "phone_contact_method", "address": "5550100", "country_code": 1}
    first = user("ana", role="limited_user", job_title="Engineer", contact_methods=[phone])
    converge(client, [first])
    before = state_of(client)
    changed = user(
        "ana",
        role="user",
        job_title=None,
        contact_methods=[{**phone, "address": "5550199"}],
        contact_methods_mode="exclusive",
    )
    request = apply_with_journal(client, [changed])
    restore(client, request)
    assert state_of(client) == before
    gone = apply_with_journal(client, [resource("User", "ana", {"email": "ana@example.com"}, absent=True, adopt=True)])
    restore(client, gone)
    assert state_of(client) == before


def test_what_the_run_created_stays(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    request = apply_with_journal(client, [*PEOPLE, SHOP])
    forget(sandbox)
    restoration, _ = restore(client, request)
    assert restoration.left["escalation_policy/shop"] == "was created by that run, so it stays"
    assert not writes(sandbox)


def test_a_body_that_was_not_kept_or_cannot_be_read_is_a_problem(client: RestApiV2Client) -> None:
    for body in (None, {"id": "PX"}, {"id": "PX", "name": "x", "description": 1}):
        before = Before("service/api", "service", "PX", "delete", body)
        with pytest.raises(PlanError, match="problems") as refused:
            plan_restore(client, WORKSPACE, RestoreRequest("run.jsonl", [before]))
        assert "pdsync journal show --before" in refused.value.problems[0].hint


def test_an_object_that_moved_to_another_key_since_is_still_the_same(client: RestApiV2Client) -> None:
    converge(client, [*PEOPLE, SHOP, service("api", "shop", auto_resolve_timeout="4h")])
    request = apply_with_journal(client, [*PEOPLE, SHOP, service("api", "shop", auto_resolve_timeout="1h")])
    moved = {"name": "api", "escalation_policy": "shop", "auto_resolve_timeout": "1h"}
    converge(client, [*PEOPLE, SHOP, resource("Service", "web", moved, moved_from=("api",))])
    restore(client, request)
    live = find(client, "services", "api")
    assert live["auto_resolve_timeout"] == 4 * 3600
    assert "Managed by pdsync: test/service/web" in live["description"]


def test_names_that_were_swapped_are_swapped_back(client: RestApiV2Client) -> None:
    """Such a swap goes through a name for a moment, which is no state to go back to."""
    converge(client, [*PEOPLE, SHOP, service("a", "shop", name="One"), service("b", "shop", name="Two")])
    before = state_of(client)
    swapped = [service("a", "shop", name="Two"), service("b", "shop", name="One")]
    request = apply_with_journal(client, [*PEOPLE, SHOP, *swapped])
    restore(client, request)
    assert state_of(client) == before


def test_a_text_names_again_what_was_deleted_with_it(client: RestApiV2Client) -> None:
    """A text holds ids, and what is made again has another one."""
    policy_of = "Ask ${id:escalation_policy/shop}."
    state = [*PEOPLE, SHOP, resource("Template", "major", {"name": "major", "message": policy_of})]
    converge(client, state)
    restore(client, apply_with_journal(client, PEOPLE, prune="owned"))
    live = find(client, "templates", "major")
    assert live["templated_fields"]["message"] == f"Ask {find(client, 'escalation_policies', 'shop')['id']}."
    converge(client, state)


def test_values_of_custom_fields_that_went_in_the_same_run_are_back(client: RestApiV2Client) -> None:
    """A field takes its values along, and the journal would not have them: it goes after the service."""
    tier = resource("ServiceCustomField", "tier", {"display_name": "Tier", "type": "string"})
    converge(client, [*PEOPLE, SHOP, tier, service("api", "shop", custom_fields={"tier": "gold"})])
    before = state_of(client)
    plan = plan_for(client, [*PEOPLE, SHOP], prune="owned")
    assert next(it for it in plan.changes if it.address == tier.address).waits_for == ("service/api",)
    restore(client, apply_with_journal(client, [*PEOPLE, SHOP], prune="owned"))
    assert state_of(client)["service/api"]["fields"] == before["service/api"]["fields"]
