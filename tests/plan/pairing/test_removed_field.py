"""A field that pdsync wrote and no manifest names any more returns to the default; all else stays and is named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from pdsync.client import RestApiV2Client
from pdsync.kinds import BY_NAME, KINDS
from pdsync.model import Lifecycle, Resource, split_marker
from pdsync.model.last_applied_v1 import render_v1
from pdsync.plan import Change, Plan
from pdsync.plan.diff.last_applied import Origin
from pdsync.plan.pairing.removed_field import EDITED, IGNORED, KEEP, OLDER
from pdsync.report.plan.plan_text import render_plan_text
from tests.support.samples import samples
from tests.support.world import converge, layer, plan_for, policy, resource, schedule, service, team, user

HOURS = {
    "incident_urgency_rule": {
        "type": "use_support_hours",
        "during_support_hours": {"urgency": "high"},
        "outside_support_hours": {"urgency": "low"},
    },
    "support_hours": {
        "time_zone": "Europe/Berlin",
        "days_of_week": [1, 2],
        "start_time": "09:00:00",
        "end_time": "17:00:00",
    },
}
ACTION = {"at": {"name": "support_hours_start"}}
GROUPING = {"type": "time", "config": {"timeout": 5}}

SPECS: dict[tuple[str, str], dict[str, Any]] = {
    ("Service", "description"): {"description": "Shop"},
    ("Service", "status"): {"status": "disabled"},
    ("Service", "auto_resolve_timeout"): {"auto_resolve_timeout": "10m"},
    ("Service", "acknowledgement_timeout"): {"acknowledgement_timeout": "20m"},
    ("Service", "incident_urgency_rule"): {"incident_urgency_rule": {"type": "constant", "urgency": "low"}},
    ("Service", "support_hours"): HOURS,
    ("Service", "scheduled_actions"): {**HOURS, "scheduled_actions": [ACTION]},
    ("Service", "alert_creation"): {"alert_creation": "create_incidents"},
    ("Service", "alert_grouping_parameters"): {"alert_grouping_parameters": GROUPING},
    ("Service", "auto_pause_notifications_parameters"): {
        "auto_pause_notifications_parameters": {"enabled": True, "timeout": 300}
    },
    ("EscalationPolicy", "description"): {"description": "First"},
    ("EscalationPolicy", "num_loops"): {"num_loops": 3},
    ("EscalationPolicy", "on_call_handoff_notifications"): {"on_call_handoff_notifications": "always"},
    ("EscalationPolicy", "teams"): {"teams": ["blue"]},
    ("Schedule", "description"): {"description": "Days"},
    ("Schedule", "teams"): {"teams": ["blue"]},
    ("Team", "description"): {"description": "Red"},
    ("Team", "default_role"): {"default_role": "none"},
    ("Team", "parent"): {"parent": "blue"},
    ("EventOrchestration", "description"): {"description": "Events"},
    ("EventOrchestration", "team"): {"team": "blue"},
    ("ServiceCustomField", "description"): {"description": "How much it matters"},
    ("ServiceCustomField", "enabled"): {"enabled": False},
    ("IncidentType", "display_name"): {"display_name": "Outage"},
    ("IncidentType", "enabled"): {"enabled": False},
    ("IncidentType", "description"): {"description": "For the worst"},
    ("AlertGroupingSetting", "description"): {"description": "All of a shop"},
    ("BusinessService", "description"): {"description": "What people buy"},
    ("BusinessService", "point_of_contact"): {"point_of_contact": "Bo"},
    ("BusinessService", "team"): {"team": "blue"},
    ("Template", "description"): {"description": "For the worst"},
    ("Template", "message"): {"message": "Looking"},
    ("Template", "email_subject"): {"email_subject": "Looking"},
    ("Template", "email_body"): {"email_body": "Looking"},
    ("IncidentWorkflow", "description"): {"description": "For the worst"},
    ("IncidentWorkflow", "team"): {"team": "blue"},
    ("IncidentWorkflow", "is_enabled"): {"is_enabled": False},
    ("IncidentWorkflow", "steps"): {
        "steps": [{"name": "Tell", "action": "send-status-update:4", "inputs": {"Message": "Looking"}}]
    },
    ("AutomationRunner", "description"): {"description": "In our network"},
    ("AutomationAction", "description"): {"description": "Looks at the disks"},
    ("AutomationAction", "runner"): {"runner": "here"},
    ("AutomationAction", "invocation_command"): {"invocation_command": "/bin/sh"},
    ("AutomationAction", "action_classification"): {"action_classification": "diagnostic"},
    ("AutomationAction", "only_invocable_on_unresolved_incidents"): {"only_invocable_on_unresolved_incidents": True},
    ("AutomationAction", "allow_invocation_manually"): {"allow_invocation_manually": False},
    ("AutomationAction", "allow_invocation_from_event_orchestration"): {
        "allow_invocation_from_event_orchestration": False
    },
    ("AutomationAction", "map_to_all_services"): {"map_to_all_services": True},
    ("WebhookSubscription", "description"): {"description": "For audits"},
    ("WebhookSubscription", "active"): {"active": False},
    ("WebhookSubscription", "oauth_client"): {"oauth_client": "Siem"},
}
"""A value other than the default for every field that can be reset, with what it takes."""

REQUIRED: dict[str, dict[str, Any]] = {
    "ServiceCustomField": {"display_name": "Tier", "type": "string"},
    "AlertGroupingSetting": {"type": "time", "config": {"timeout": "10m"}, "services": ["shop"]},
    "AutomationRunner": {"runner_type": "sidecar"},
    "AutomationAction": {"action_type": "script", "script": "echo one"},
    "WebhookSubscription": {
        "url": "https://hooks.example.com/pd",
        "filter": {"service": "shop"},
        "events": ["incident.triggered"],
    },
}
"""What a manifest of the kind cannot be without."""
NEVER_ALONE = {
    ("ServiceCustomField", "options"),
    ("AutomationRunner", "runbook_base_uri"),
    ("AutomationRunner", "runbook_api_key"),
    ("AutomationAction", "script"),
    ("AutomationAction", "process_automation"),
}
"""A type that takes these cannot be without them."""

REST = [user("ana"), team("blue")]
RUNNER = resource("AutomationRunner", "here", {"runner_type": "sidecar"})
ALWAYS_ON = layer("All", "ana", start="2020-01-06T09:00")


def make(kind: str, spec: dict[str, Any], **lifecycle: Any) -> list[Resource]:
    """A small company with one object of the kind, which has this spec."""
    first = policy("first", {"user": "ana"}, **(spec if kind == "EscalationPolicy" else {}))
    made = {
        "EscalationPolicy": first,
        "Service": service("shop", "first", **(spec if kind == "Service" else {})),
        "Schedule": schedule("days", ALWAYS_ON, **(spec if kind == "Schedule" else {})),
        "Team": team("red", **(spec if kind == "Team" else {})),
    }
    if kind not in made:
        made[kind] = resource(kind, "other", {**REQUIRED.get(kind, {}), **spec})
    made[kind] = replace(made[kind], lifecycle=Lifecycle(**lifecycle))
    around = [RUNNER] if kind == "AutomationAction" else []
    return [*REST, *around, *made.values()]


def add_oauth_client(client: RestApiV2Client) -> None:
    """What manifests cannot make, and webhooks refer to."""
    body = {"name": "Siem", "client_id": "siem", "client_secret": "x", "grant_type": "client_credentials"}
    body["token_url"] = "https://auth.example.com/token"
    client.rpost("webhook_subscriptions/oauth_clients", json={"oauth_client": body})


def read(client: RestApiV2Client, kind: str, key: str = "") -> dict[str, Any]:
    """The live object as canonical fields."""
    declared = BY_NAME[kind]
    listing = declared.source
    found: Any
    names = {"EscalationPolicy": "first", "Service": "shop", "Schedule": "days", "Team": "red"}
    name = key or names.get(kind, "other")
    if kind == "WebhookSubscription":  # it has no name
        rows = [it for it in client.list_all(listing.path) if f"/{name} #" in (it["description"] or "")]
        found = rows[0] if len(rows) == 1 else None
    else:
        found = client.find(listing.path, name, params=dict(listing.params))
    assert found is not None
    params = {"include[]": list(listing.includes)} if listing.includes and not listing.one_has_all else None
    raw = client.rget(listing.path + "/" + found["id"], params=params)
    return dict(declared.read_live(raw).fields)


def change_of(plan: Plan, address: str) -> Change:
    return next(change for change in plan.changes if change.address == address)


def plan_of(plan: Plan, change: Change) -> Plan:
    """The plan with this change alone."""
    return msgspec.structs.replace(plan, changes=(change,))


def edit(client: RestApiV2Client, collection: str, name: str, **values: Any) -> None:
    """An edit by hand."""
    found = client.find(collection, name)
    assert found is not None
    live = client.rget(f"{collection}/{found['id']}")
    carried = {name: live[name] for name in ("type", "name", "escalation_policy", "escalation_rules") if name in live}
    client.rput(f"{collection}/{found['id']}", json={**carried, **values})


def edit_record(client: RestApiV2Client, record: str | None) -> None:
    """Puts another record into the ownership line of the service."""
    found = client.find("services", "shop")
    assert found is not None
    text, marker = split_marker(found["description"])
    assert marker is not None
    applied = marker.applied[:-1] if record is None else record
    edit(client, "services", "shop", description=f"{text}\n{marker.with_record(applied)}".lstrip())


def test_the_table_has_every_field_with_a_default() -> None:
    declared = {
        (kind.name, field.name)
        for kind in KINDS
        if kind.marker_line is not None
        for field in kind.fields
        if field.has_default and field.document is None and not field.fixed and len(samples(field.codec)) > 1
    }
    assert SPECS.keys() == declared - NEVER_ALONE


def fields_of(kind: str) -> dict[str, str]:
    """The fields of a kind that can be reset, by the key of the object in which a test of the kind sets it."""
    return {f"with{field.replace('_', '')}": field for name, field in SPECS if name == kind}


def make_each(kind: str, *, named: bool) -> list[Resource]:
    """The company, with an object for each field of the kind, which names it or does not."""
    made = make(kind, {})
    for key, field in fields_of(kind).items():
        spec = SPECS[kind, field] if named else {}
        if kind == "EscalationPolicy":
            made.append(policy(key, {"user": "ana"}, **spec))
        elif kind == "Service":
            made.append(service(key, "first", **spec))
        elif kind == "Schedule":
            made.append(schedule(key, ALWAYS_ON, **spec))
        else:
            own: dict[str, Any] = {}
            if kind == "AlertGroupingSetting":  # a service is in one setting
                own = {"services": [f"of-{key}"]}
                made.append(service(f"of-{key}", "first"))
            if kind == "ServiceCustomField":
                own = {"display_name": key}
            made.append(resource(kind, key, {**REQUIRED.get(kind, {}), **own, **spec}))
    return made


def read_each(client: RestApiV2Client, kind: str) -> dict[str, dict[str, Any]]:
    return {key: read(client, kind, key) for key in fields_of(kind)}


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in SPECS}))
def test_what_a_revert_takes_out_is_taken_back(client: RestApiV2Client, kind: str) -> None:
    add_oauth_client(client)
    converge(client, make_each(kind, named=False))
    before = read_each(client, kind)
    converge(client, make_each(kind, named=True))
    named = read_each(client, kind)
    plan = plan_for(client, make_each(kind, named=False))
    slug, fields = BY_NAME[kind].slug, fields_of(kind)
    assert sorted(change.address for change in plan.changes) == sorted(f"{slug}/{key}" for key in fields)
    for key, field in fields.items():
        assert named[key][field] != before[key][field], field
        change = change_of(plan, f"{slug}/{key}")
        assert [delta for delta in change.deltas if delta.field == field], field
        assert all(delta.is_reset and delta.origin is Origin.OURS for delta in change.deltas), field
        assert "(default; no longer in the manifest)" in render_plan_text(plan_of(plan, change)), field
        assert not change.unmanaged, field
    converge(client, make_each(kind, named=False))
    assert read_each(client, kind) == before


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in SPECS}))
def test_what_a_create_wrote_is_taken_back_too(client: RestApiV2Client, kind: str) -> None:
    add_oauth_client(client)
    converge(client, make_each(kind, named=True))
    converge(client, make_each(kind, named=False))
    for key, field in fields_of(kind).items():
        declared = BY_NAME[kind].field(field)
        assert declared is not None
        assert declared.is_default(read(client, kind, key)[field]), field


def test_a_reference_is_taken_back_although_the_manifest_of_its_target_goes_too(client: RestApiV2Client) -> None:
    spec = SPECS["EscalationPolicy", "teams"]
    converge(client, make("EscalationPolicy", spec))
    converge(client, [it for it in make("EscalationPolicy", {}) if it.key != "blue"])
    assert read(client, "EscalationPolicy")["teams"] == []


EDITS = {
    "auto_resolve_timeout": ({"auto_resolve_timeout": "10m"}, {"auto_resolve_timeout": 1200}),
    "status": ({"status": "disabled"}, None),
}


def stays(client: RestApiV2Client, wanted: list[Resource], field: str, why: str, **options: Any) -> None:
    """The field stays and is named, once; after the apply it is any unmanaged value."""
    before = read(client, "Service")
    plan = plan_for(client, wanted, **options)
    change = change_of(plan, "service/shop")
    assert [(left.path, left.why) for left in change.unmanaged if left.path == field] == [(field, why)]
    assert not [delta for delta in change.deltas if delta.field == field]
    assert f"{field} is no longer managed and stays" in render_plan_text(plan)
    assert "No changes" not in render_plan_text(plan)
    converge(client, wanted, **options)
    assert read(client, "Service")[field] == before[field]


TIMEOUT = "auto_resolve_timeout"
WITH = make("Service", {TIMEOUT: "10m"})
WITHOUT = make("Service", {})
FOUND = "it was there before pdsync managed it"


def test_what_was_edited_since_stays(client: RestApiV2Client) -> None:
    converge(client, WITH)
    edit(client, "services", "shop", auto_resolve_timeout=1200)
    stays(client, WITHOUT, TIMEOUT, EDITED)


def test_what_was_found_when_it_was_first_named_stays(client: RestApiV2Client) -> None:
    converge(client, WITHOUT)
    edit(client, "services", "shop", auto_resolve_timeout=600)
    converge(client, WITH)
    stays(client, WITHOUT, TIMEOUT, FOUND)


def test_what_was_found_at_adoption_stays_and_what_adoption_changed_does_not(client: RestApiV2Client) -> None:
    converge(client, REST)
    first = client.rpost("escalation_policies", json=_policy(client))
    body = {"type": "service", "name": "shop", "auto_resolve_timeout": 600, "acknowledgement_timeout": 600}
    client.rpost(
        "services", json={**body, "escalation_policy": {"id": first["id"], "type": "escalation_policy_reference"}}
    )
    converge(client, make("Service", {TIMEOUT: "10m", "acknowledgement_timeout": "20m"}), adopt=True)
    stays(client, WITHOUT, TIMEOUT, FOUND)
    assert read(client, "Service")["acknowledgement_timeout"] is None


def _policy(client: RestApiV2Client) -> dict[str, Any]:
    ana = client.find("users", "ana")
    assert ana is not None
    rule = {"escalation_delay_in_minutes": 10, "targets": [{"id": ana["id"], "type": "user_reference"}]}
    return {"type": "escalation_policy", "name": "first", "escalation_rules": [rule]}


def test_an_accepted_edit_was_found(client: RestApiV2Client) -> None:
    converge(client, WITH)
    edit(client, "services", "shop", auto_resolve_timeout=1200)
    converge(client, make("Service", {TIMEOUT: "20m"}))
    stays(client, WITHOUT, TIMEOUT, FOUND)


def test_what_we_wrote_stays_ours_while_other_fields_change(client: RestApiV2Client) -> None:
    converge(client, WITH)
    converge(client, make("Service", {TIMEOUT: "10m", "description": "Shop"}))
    converge(client, WITHOUT)
    assert read(client, "Service")[TIMEOUT] is None


def test_keep_leaves_it_and_names_it(client: RestApiV2Client) -> None:
    converge(client, WITH)
    stays(client, WITHOUT, TIMEOUT, KEEP, removed_fields="keep")


@pytest.mark.parametrize("spec", [{}, {TIMEOUT: "10m"}])
def test_what_moves_under_ignore_stays(client: RestApiV2Client, spec: dict[str, Any]) -> None:
    converge(client, WITH)
    stays(client, make("Service", spec, ignore=(TIMEOUT,)), TIMEOUT, IGNORED)


def test_an_older_record_takes_nothing_back_and_is_left_while_it_is_right(client: RestApiV2Client) -> None:
    converge(client, WITH)
    record = render_v1({"name": "shop", "escalation_policy": WITH[3].fields["escalation_policy"], TIMEOUT: 600}, {})
    edit_record(client, record)
    assert not plan_for(client, WITH).changes
    stays(client, WITHOUT, TIMEOUT, OLDER)


@pytest.mark.parametrize(
    "record", ["", None, "2.-Ch7mQ", "3.of-a-later-version"], ids=["none", "cut", "damaged", "later"]
)
def test_no_record_takes_nothing_back(client: RestApiV2Client, record: str | None) -> None:
    converge(client, WITH)
    edit_record(client, record)
    plan = plan_for(client, WITHOUT)
    assert not [delta for change in plan.changes for delta in change.deltas]
    converge(client, WITHOUT)
    assert read(client, "Service")[TIMEOUT] == 600


def test_fields_that_pagerduty_takes_together_go_together_or_stay(client: RestApiV2Client) -> None:
    converge(client, make("Service", HOURS))
    low = {"type": "constant", "urgency": "low"}
    edit(client, "services", "shop", incident_urgency_rule=low, support_hours=None, scheduled_actions=[])
    edit(client, "services", "shop", **_hours_by_hand())
    plan = plan_for(client, WITHOUT)
    left = {it.path: it.why for it in change_of(plan, "service/shop").unmanaged}
    assert left == {
        "incident_urgency_rule": EDITED,
        "support_hours": "incident_urgency_rule stays, and PagerDuty accepts the two only together",
    }
    converge(client, WITHOUT)


def _hours_by_hand() -> dict[str, Any]:
    rule = {
        "type": "use_support_hours",
        "during_support_hours": {"type": "constant", "urgency": "high"},
        "outside_support_hours": {"type": "constant", "urgency": "high"},
    }
    hours = {"type": "fixed_time_per_day", **HOURS["support_hours"]}
    return {"incident_urgency_rule": rule, "support_hours": hours, "scheduled_actions": []}


def test_a_target_takes_back_what_is_its_own(client: RestApiV2Client) -> None:
    both = make("Service", {TIMEOUT: "10m"})
    both = [policy("first", {"user": "ana"}, num_loops=3) if it.key == "first" else it for it in both]
    converge(client, both)
    plan = plan_for(client, WITHOUT, targets=frozenset({"service/shop"}))
    assert [change.address for change in plan.changes] == ["service/shop"]


def test_a_rename_takes_back_too(client: RestApiV2Client) -> None:
    converge(client, WITH)
    moved = [
        replace(it, key="store", lifecycle=Lifecycle(moved_from=("shop",))) if it.key == "shop" else it
        for it in WITHOUT
    ]
    converge(client, moved)
    assert read(client, "Service")[TIMEOUT] is None


@pytest.mark.parametrize("at_once", [True, False])
def test_a_reference_that_pdsync_wrote_is_taken_back_although_its_target_has_another_key(
    client: RestApiV2Client, at_once: bool
) -> None:
    def wanted(key: str, *, named: bool) -> list[Resource]:
        blue = replace(team(key, name="blue"), lifecycle=Lifecycle(moved_from=("blue",) if key != "blue" else ()))
        teams = {"teams": [key]} if named else {}
        return [user("ana"), blue, policy("first", {"user": "ana"}, **teams)]

    converge(client, wanted("blue", named=True))
    if not at_once:
        converge(client, wanted("azure", named=True))
    converge(client, wanted("azure", named=False))
    assert read(client, "EscalationPolicy").get("teams") in ([], None)
