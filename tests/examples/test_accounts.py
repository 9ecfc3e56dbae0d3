"""The examples against an empty account, and against the seeded one, which someone built by hand before."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

import pytest

from pdsync.apply import PlanRefusedError, apply_plan
from pdsync.client import RestApiV2Client
from pdsync.kinds import KINDS
from pdsync.manifest import load_manifests
from pdsync.model import Resource
from pdsync.plan import Plan
from pdsync.sandbox import SandboxServer
from tests.examples.tree import MANIFESTS, names, specs
from tests.support.world import TOKEN, plan_for

CARE = {"wendy.castle@example.com", "ivo.brandt@example.com"}
OUTSIDE = {
    "Team": {"Customer Care"},
    "Schedule": {"Customer Care Rota"},
    "EscalationPolicy": {"Customer Care Desk"},
    "Service": {"Contact Centre Telephony", "Chat Assistant", "Complaints Inbox"},
}
BUILT_IN = {"IncidentType": {"incident_default"}}
CONSENTED = {"team/platform", "service/scan-ingest"}


@pytest.fixture(scope="module")
def wanted() -> tuple[Resource, ...]:
    loaded = load_manifests([MANIFESTS])
    assert not loaded.problems
    return loaded.resources


def make_plan(client: RestApiV2Client, wanted: tuple[Resource, ...], *, adopt: bool = False) -> Plan:
    return plan_for(client, wanted, workspace="larkway", adopt=adopt)


Snapshot = dict[str, dict[str, Any]]
HELD = [kind for kind in KINDS if not kind.source.on_demand]
"""The kinds that an account is read for in any case: the example has objects of no others."""


def snapshot(client: RestApiV2Client) -> Snapshot:
    """Everything in the account by kind and name (email address for users), children included."""
    found: Snapshot = {}
    for kind in HELD:
        objects = client.list_all(kind.collection, params={"include[]": list(kind.source.includes)})
        name = kind.identity[0] if kind.identity else "name"
        # A setting that PagerDuty made of the parameters of a service has no name.
        found[kind.name] = {it[name] or it["id"]: it for it in objects}
    for team in found["Team"].values():
        team["members"] = client.list_all(f"teams/{team['id']}/members")
    return found


@dataclass(frozen=True)
class Adoption:
    """One adoption from beginning to end; the account is looked at before and after."""

    blocked: Plan
    refusal: str
    untouched: Snapshot
    plan: Plan
    before: Snapshot
    exit_code: int
    after: Snapshot
    again: Plan


@pytest.fixture(scope="module")
def adoption(wanted: tuple[Resource, ...]) -> Iterator[Adoption]:
    with (
        SandboxServer(seed="example") as server,
        RestApiV2Client(TOKEN, base_url=server.url, retry_ambiguous_posts=False) as client,
    ):
        before = snapshot(client)
        blocked = make_plan(client, wanted)
        with pytest.raises(PlanRefusedError) as refused:
            apply_plan(blocked, client)
        untouched = snapshot(client)
        plan = make_plan(client, wanted, adopt=True)
        result = apply_plan(plan, client)
        again = make_plan(client, wanted)
        yield Adoption(blocked, str(refused.value), untouched, plan, before, result.exit_code, snapshot(client), again)


def test_an_empty_account_becomes_the_company_and_then_nothing_is_left_to_do(wanted: tuple[Resource, ...]) -> None:
    with (
        SandboxServer() as server,
        RestApiV2Client(TOKEN, base_url=server.url, retry_ambiguous_posts=False) as client,
    ):
        plan = make_plan(client, wanted)
        assert plan.problems == ()
        assert {change.operation for change in plan.changes} == {"create"}
        assert len(plan.changes) == len(wanted)
        assert apply_plan(plan, client).exit_code == 0
        assert make_plan(client, wanted).changes == ()
        live = snapshot(client)
        for kind in KINDS:
            if "name" in kind.identity and kind in HELD:
                assert set(live[kind.name]) - BUILT_IN.get(kind.name, set()) == names(kind.name)
        assert set(live["User"]) == {spec["email"] for spec in specs("User").values()} | {"owner@example.com"}


def test_the_seed_carries_no_ones_mark() -> None:
    text = resources.files("pdsync.sandbox").joinpath("seeds", "example.json").read_text(encoding="utf-8")
    assert "Managed by" not in text
    assert json.loads(text)["requests"]


def test_the_seeded_account_is_the_company_and_one_department_more(adoption: Adoption) -> None:
    for kind, outside in OUTSIDE.items():
        live = set(adoption.before[kind])
        assert live - names(kind) == outside, kind
        assert len(live & names(kind)) >= 0.8 * len(names(kind)), f"too few of {kind} to adopt"
    emails = {spec["email"] for spec in specs("User").values()}
    live = set(adoption.before["User"])
    assert live - emails == CARE | {"owner@example.com"}
    assert len(live & emails) >= 15


def test_without_consent_every_object_of_the_same_name_blocks_the_plan_and_nothing_is_written(
    adoption: Adoption,
) -> None:
    adopted = {change.address for change in adoption.plan.changes if change.operation == "adopt"}
    assert {change.address for change in adoption.blocked.changes if change.blockers} == adopted - CONSENTED
    assert adopted >= CONSENTED
    assert adoption.refusal
    assert adoption.untouched == adoption.before


def test_adoption_pairs_by_name_and_email_and_converges(adoption: Adoption) -> None:
    counts = Counter((change.kind, str(change.operation)) for change in adoption.plan.changes)
    for kind in HELD:
        if "name" in kind.identity:
            both = set(adoption.before[kind.name]) & names(kind.name)
            assert counts[kind.slug, "adopt"] == len(both)
            assert counts[kind.slug, "create"] == len(names(kind.name)) - len(both)
            for name in both:
                assert adoption.after[kind.name][name]["id"] == adoption.before[kind.name][name]["id"]
    assert counts["user", "create"] == 3
    assert not any(operation == "delete" for _, operation in counts)
    assert adoption.exit_code == 0
    assert (adoption.again.changes, adoption.again.problems) == ((), ())


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("user/graham-sutcliffe", "role"),
        ("user/katrin-vogel", "name"),
        ("team/platform", "parent"),
        ("team/engineering", "description"),
        ("schedule/platform-follow-the-sun", "schedule_layers[Asia-Pacific]"),
        ("schedule/duty-managers", "schedule_layers[Peak season]"),
        ("schedule/tracking-weekdays", "schedule_layers[Bank holidays]"),
        ("schedule/hub-floor", "schedule_layers (order)"),
        ("schedule/booking-weekly", "time_zone"),
        ("escalation_policy/platform-critical", "escalation_rules[0].escalation_delay_in_minutes"),
        ("escalation_policy/booking", "escalation_rules[1]"),
        ("escalation_policy/engineering-duty", "num_loops"),
        ("service/databases", "auto_resolve_timeout"),
        ("service/databases", "incident_urgency_rule.urgency"),
        ("service/build-machines", "escalation_policy"),
        ("service/delivery-messages", "support_hours.start_time"),
        ("service/scan-ingest", "alert_grouping_parameters"),
        ("service/tracking-api", "auto_pause_notifications_parameters.timeout"),
        ("service/tracking-soap", "status"),
    ],
)
def test_what_was_different_by_hand_shows_in_the_plan(adoption: Adoption, address: str, path: str) -> None:
    [change] = [change for change in adoption.plan.changes if change.address == address]
    assert path in [delta.path for delta in change.deltas]


def test_some_objects_need_nothing_but_the_mark(adoption: Adoption) -> None:
    bare = {it.address for it in adoption.plan.changes if it.operation == "adopt" and not it.deltas and not it.children}
    assert "service/label-printing" in bare
    planned = {change.address for change in adoption.plan.changes}
    assert {"user/hugh-pemberton", "user/carole-whitaker", "user/shona-mcleod"} & planned == set()


def test_another_department_is_left_exactly_as_it_was(adoption: Adoption) -> None:
    for kind, outside in OUTSIDE.items():
        for name in outside:
            assert adoption.after[kind][name] == adoption.before[kind][name]
    untouched = ("name", "role", "job_title", "time_zone", "contact_methods", "notification_rules")
    for email in CARE:
        before, after = adoption.before["User"][email], adoption.after["User"][email]
        assert [after[name] for name in untouched] == [before[name] for name in untouched]


def _held(objects: list[dict[str, Any]]) -> set[str]:
    return {it["id"] for it in objects}


def test_what_people_added_themselves_is_still_there(adoption: Adoption) -> None:
    own = {
        "ruth.adeyemi@example.com": "ruth.at.home@example.com",
        "graham.sutcliffe@example.com": "7700900052",
        "denise.carter@example.com": "3125550161",
        "frank.oldroyd@example.com": "1134960142",
    }
    for email, address in own.items():
        before, after = adoption.before["User"][email], adoption.after["User"][email]
        assert address in {method["address"] for method in after["contact_methods"]}
        for name in ("contact_methods", "notification_rules"):
            assert _held(before[name]) <= _held(after[name])


def test_no_routing_key_is_lost(adoption: Adoption) -> None:
    before = {
        (name, it["name"]): it["integration_key"]
        for name, service in adoption.before["Service"].items()
        for it in service["integrations"]
    }
    after = {
        (name, it["name"]): it["integration_key"]
        for name, service in adoption.after["Service"].items()
        for it in service["integrations"]
    }
    assert {where: after.get(where) for where in before} == before
    own = {("Kubernetes Clusters", "Grafana, on trial"), ("Databases", "Nagios, until it is gone")}
    assert own <= set(before)


def test_ignored_fields_and_additive_lists_keep_what_someone_chose(adoption: Adoption) -> None:
    rates = adoption.after["Service"]["Rates Engine"]
    assert rates["acknowledgement_timeout"] == adoption.before["Service"]["Rates Engine"]["acknowledgement_timeout"]
    assert rates["acknowledgement_timeout"] != 2 * 3600
    members = {
        name: {it["user"]["summary"]: it["role"] for it in team["members"]}
        for name, team in adoption.after["Team"].items()
    }
    assert members["Hub Operations"]["Ivo Brandt"] == "observer"
    assert "Hugh Pemberton" not in members["Platform"]
    assert members["Platform"]["Tomas Novak"] == "responder"


def test_the_layer_that_no_manifest_knows_is_ended(adoption: Adoption) -> None:
    def layers(found: Snapshot) -> dict[str, Any]:
        return {it["name"]: it["end"] for it in found["Schedule"]["Tracking Weekdays"]["schedule_layers"]}

    assert layers(adoption.before)["Bank holidays"] is None
    assert layers(adoption.after)["Bank holidays"] is not None
    assert layers(adoption.after)["Days"] is None
