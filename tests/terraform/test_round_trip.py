"""A company that Terraform manages is adopted as it is: no field differs, and nothing is left to do afterwards."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from pdsync.account import Extent, fetch_account
from pdsync.client import RestApiV2Client
from pdsync.model import Resource
from pdsync.model.codec.secret import is_hidden
from pdsync.model.marker import split_marker
from pdsync.plan import Delta, Operation, build_plan
from pdsync.sandbox import SandboxServer
from pdsync.terraform.catalog import OBJECTS
from tests.export.test_round_trip import open_sandbox
from tests.export.world import assert_only_adopts, export_of, fetch_whole, load, plan_of
from tests.support.examples import examples
from tests.support.hosted import hosted_client
from tests.support.random_world import worlds
from tests.support.world import converge, options, resource
from tests.terraform.given import imported
from tests.terraform.provider import SECRET, read_resources
from tests.terraform.provider_hook import read_hosted

EXAMPLES = examples(4)


def now_of(client: RestApiV2Client) -> str:
    return fetch_account(client, Extent(everything=True)).fetched_at


def test_the_example_company_is_adopted_as_it_is_and_nothing_is_left() -> None:
    with ExitStack() as stack:
        client = open_sandbox(stack, "example")
        given, now = read_resources(client), now_of(client)
        made = imported(given, now=now)
        assert made == imported(given, form="show", now=now)
        assert SECRET in repr(given)
        assert SECRET not in repr(made)
        assert not made.left_out
        # The owner's role cannot be written, and a state does not hold all of an intelligent grouping.
        assert set(made.export.incomplete) == {"user/owner", "service/sorting_line_control"}
        resources = load(made.export)
        assert all(resource.id for resource in resources)
        plan = plan_of(client, resources)
        assert_only_adopts(plan)
        assert plan.count()[Operation.ADOPT] == len([each for each in resources if each.kind != "user"]) == 34
        converge(client, resources, adopt=True)
        again = build_plan(resources, fetch_account(client, Extent(resources)), options())
        assert not again.problems
        assert not again.changes


def everything() -> list[Resource]:
    """An object of each kind of this test's, with the lists that Terraform has resources for."""
    method = {"type": "sms_contact_method", "country_code": 49, "address": "5550101"}
    hand_off = {
        "contact_methods": [{**method, "label": "Mobile"}],
        "oncall_handoff_notification_rules": [{"notify_advance_in_minutes": 60, "contact_method": method}],
    }
    needs = {"depends_on": [{"service": "web"}], "subscribers": [{"team": "ops"}, {"user": "ann"}]}
    person = {"email": "ann@example.com", "name": "Ann", "role": "user"}
    target = {"targets": [{"user": "ann"}], "escalation_delay_in_minutes": 5}
    steps = [
        {"name": "Tell", "action": "send-status-update:1", "inputs": {"Message": "Looking into it"}},
        {"name": "Wait", "action": "delay:1", "inputs": {"Delay": "5"}},
    ]
    triggers = [
        {"conditional": "incident.priority matches 'P1'", "services": "all"},
        {"manual": True, "services": ["web"], "team": "ops"},
    ]
    return [
        resource("User", "ann", {**person, "tags": ["on-call"], **hand_off}),
        resource("Team", "ops", {"name": "Ops", "tags": ["emea", "tier-1"], "members": [{"user": "ann"}]}),
        resource("EscalationPolicy", "ops", {"name": "Ops", "escalation_rules": [target], "tags": ["tier-1"]}),
        resource(
            "ServiceCustomField",
            "tier",
            {"name": "tier", "display_name": "Tier", "type": "choice", "options": ["b", "a"]},
        ),
        resource(
            "ServiceCustomField", "zones", {"name": "zones", "display_name": "Zones", "type": "string", "multi": True}
        ),
        resource("Service", "web", {"name": "Web", "escalation_policy": "ops", **SERVICE_RULES}),
        resource("Service", "api", {"name": "API", "escalation_policy": "ops", "depends_on": [{"service": "web"}]}),
        resource("Service", "cron", {"name": "Cron", "escalation_policy": "ops"}),
        resource("BusinessService", "shop", {"name": "Shop", "team": "ops", "point_of_contact": "Ann", **needs}),
        resource("IncidentWorkflow", "major", {"name": "Major", "team": "ops", "steps": steps, "triggers": triggers}),
        resource("EventOrchestration", "all", {"name": "All", "team": "ops", **RULES}),
        resource(
            "AlertGroupingSetting", "host", {"type": "content_based", "config": CONTENT, "services": ["web", "api"]}
        ),
        resource("MaintenanceWindow", "once", {**TIMES, "services": ["web"]}),
        resource(
            "AutomationRunner", "inside", {"runner_type": "sidecar", "teams": ["ops"], "description": "In the hall"}
        ),
        resource("AutomationAction", "restart", {**SCRIPT, "services": ["cron"], "teams": ["ops"]}),
        resource(
            "AutomationAction", "job", {"action_type": "process_automation", "process_automation": {"job_id": "1"}}
        ),
        resource("Extension", "snow", {"schema": "ServiceNow (v7)", "services": ["web"], "config": SNOW}),
        resource("Extension", "jira", {"schema": "Jira Server", "services": ["api"], "config": JIRA}),
        resource(
            "AutomationRunner",
            "server",
            {"runner_type": "runbook", "runbook_base_uri": "acme", "runbook_api_key": "${env:SNOW}"},
        ),
        resource("WebhookSubscription", "web", {"filter": {"service": "web"}, **HOOK, "custom_headers": HEADERS}),
        resource("WebhookSubscription", "all", {"filter": "account", **HOOK, "active": False}),
        resource("Addon", "wiki", {"type": "full_page_addon", "src": "https://wiki.example.com"}),
        resource("IncidentType", "fraud", {"name": "fraud", "display_name": "Fraud", "custom_fields": [CHOICE]}),
        resource("IncidentType", "base", {"name": "incident_default", "custom_fields": [NUMBER]}),
    ]


HOOK = {"url": "https://hooks.example.com/pd", "events": ["incident.triggered", "incident.resolved"]}
HEADERS = {"Authorization": "${env:SNOW}", "X-Team": "shop"}
SNOW = {
    "snow_user": "pd",
    "snow_password": "${env:SNOW}",
    "target": "https://acme.example.com",
    "task_type": "incident",
    "sync_options": "manual_sync",
}
JIRA = {"access_token": "${env:SNOW}", "project": {"key": "OPS", "types": ["10001", 5]}}
SCRIPT = {
    "action_type": "script",
    "script": "#!/bin/sh\necho restart\n",
    "invocation_command": "/bin/sh",
    "runner": "inside",
    "action_classification": "remediation",
}
CONTENT = {"aggregate": "any", "fields": ["source", "class"], "time_window": "15m"}
TIMES = {"start_time": "2031-12-06T02:00+01:00", "end_time": "2031-12-06T04:00+01:00"}
CHOICE = {"name": "kind", "display_name": "Kind", "type": "choice", "options": ["card", "bank"], "default": "bank"}
NUMBER = {"name": "lost", "display_name": "Lost", "type": "integer", "default": 5, "description": "In euros"}
WEBHOOK = {
    "name": "Hook",
    "url": "https://hooks.example.com/run",
    "auto_send": True,
    "headers": [{"key": "Content-Type", "value": "application/json"}],
    "parameters": [{"key": "host", "value": "{{event.source}}"}],
}
RULES = {
    "aiops": True,
    "integrations": [{"label": "Prometheus"}],
    "cache_variables": [
        {"name": "hosts", "type": "recent_value", "source": "event.source", "regex": ".*", "if": "event.source exists"},
        {"name": "count", "type": "trigger_event_count", "ttl": "10m"},
        {"name": "freeze", "type": "external_data", "data_type": "boolean", "ttl": "1h"},
    ],
    "global": {
        "start": [
            {"label": "tests", "if": "event.source matches part 'test-'", "drop_event": True},
            {
                "label": "go on",
                "if": ["event.severity matches 'info'", "event.severity matches 'warning'"],
                "route_to": "more",
            },
        ],
        "more": [{"label": "wait", "suspend": "5m", "priority": "P1", "annotate": "Held back", "disabled": True}],
        "catch_all": {"severity": "error", "automation_actions": [WEBHOOK], "escalation_policy": "ops"},
    },
    "router": {
        "start": [
            {
                "label": "named",
                "dynamic_route_to": {"source": "event.class", "regex": "ID:(.*)", "lookup_by": "service_id"},
            },
            {"label": "web", "if": "event.summary matches part 'www'", "route_to": "web"},
        ],
        "catch_all": "api",
    },
    "unrouted": {
        "start": [
            {
                "label": "mark",
                "event_action": "trigger",
                "variables": [{"name": "host", "path": "event.component", "value": "hostname: (.*)"}],
                "extractions": [
                    {"target": "event.summary", "template": "[Unrouted] {{event.summary}}"},
                    {"target": "event.source", "regex": "www (.*)", "source": "event.source"},
                ],
            }
        ]
    },
}
SERVICE_RULES = {
    "aiops": False,
    "custom_fields": {"tier": "a", "zones": ["eu", "us"]},
    "cache_variables": [{"name": "recent", "type": "recent_value", "source": "event.class", "regex": "(.*)"}],
    "event_orchestration": {
        "start": [
            {"label": "quiet", "if": "event.severity matches 'info'", "suppress": True},
            {"label": "repair", "pagerduty_automation_actions": [{"automation_action": "restart"}]},
        ]
    },
}


def test_every_list_is_adopted_and_let_go_of_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SNOW", "a-password-of-servicenow")
    with SandboxServer() as server, hosted_client(server.url) as client:
        converge(client, everything())
        forget_owner(server)
        given = read_resources(client)
        made = imported(given, now=now_of(client))
        assert not made.staying
        assert set(made.let_go["a.json"]) == {f"{it.type}.{it.name}" for it in given}
        resources = load(made.export)
        assert "a-password-of-servicenow" not in repr(made)
        assert SECRET not in repr(made)
        assert_only_adopts(plan_of(client, resources))
        assert missing(client, resources) == {"extension.endpoint_url"}  # Terraform keeps it as a sensitive value
        for text in made.export.files.values():
            for name in re.findall(r"\$\{env:(\w+)\}\"", text):
                assert re.search(rf"Set .*\b{name}\b.* before you apply", text)
                monkeypatch.setenv(name, os.environ["SNOW"])
        converge(client, resources, adopt=True)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(state=worlds())
def test_any_account_is_adopted_without_a_difference(state: list[Resource]) -> None:
    with SandboxServer() as server, hosted_client(server.url) as client:
        converge(client, state)
        forget_owner(server)
        workspaces = [item["workspace"] for each in state for item in each.children.get("slack", ())]
        made = imported([*read_resources(client), *read_hosted(client, workspaces)], now=now_of(client))
        assert not [reason for reason in made.left_out if "unknown form" in reason]
        resources = load(made.export)
        plan = plan_of(client, resources)
        assert not plan.problems
        differences = [(it.address, delta) for it in plan.changes for delta in it.deltas if not _is_first_secret(delta)]
        assert differences == []
        assert [(it.address, it.children) for it in plan.changes if it.children] == []
        assert missing(client, resources) <= UNSAID | {
            "extension.endpoint_url"
        }  # Terraform keeps it as a sensitive value
        unshown = {it.address for it in plan.changes if any("never shows this input" in why for why in it.blockers)}
        for address in unshown:  # only a person knows what it was
            file = next(each.source.file for each in resources if each.address == address)
            assert "PagerDuty never shows the input" in made.export.files[file]
        converge(client, [each for each in resources if each.address not in unshown], adopt=True)


UNSAID = {
    "service.status",  # Terraform only shows it
    "extension.endpoint_url",  # Terraform keeps it as a sensitive value
    "service.alert_grouping_parameters",  # a state does not hold all of an intelligent one
    "escalation_policy.on_call_handoff_notifications",  # the provider does not know it, nor the next two
    "user.status_update_notification_rules",
    "incident_workflow.triggers",  # by incident type
}


def _is_first_secret(delta: Delta) -> bool:
    """Whether it sends a secret that PagerDuty hides, as the export names it: no one can say that it is the same."""
    return is_hidden(delta.before) and bool(re.fullmatch(r"\$\{env:\w+\}", str(delta.after)))


def _is_of_other_zone(resource: Resource) -> bool:
    """Whether it is a shift-based schedule with hours in another zone than its own, which the provider cannot make."""
    events = (event for rotation in resource.fields.get("rotations", ()) for event in rotation["events"])
    return any(event["time_zone"] != resource.fields["time_zone"] for event in events)


def missing(client: RestApiV2Client, resources: Sequence[Resource]) -> set[str]:
    """What an export of the account says and these manifests do not."""
    exported = load(export_of(fetch_whole(client)))
    ids = plan_of(client, exported).bindings
    # By what the plan takes them for: a rule of Jira Cloud has an id that no manifest can name, and is found by what identifies it.
    bound = plan_of(client, resources).bindings
    ours = {(each.kind, bound.get(each.address, each.id)): each for each in resources}
    found = set()
    kinds = {declared.kind for declared in OBJECTS.values()}
    for theirs in [each for each in exported if each.kind in kinds]:
        same = ours.get((theirs.kind, ids[theirs.address]))
        if same is None:
            assert _is_of_other_zone(theirs)
            continue
        said = {**same.fields, **same.children}
        for name, value in {**theirs.fields, **theirs.children}.items():
            if value == {}:
                continue  # what is empty in a state is what PagerDuty has by itself
            is_list = name in theirs.children
            if (name not in said and value != {}) or (is_list and len(value) != len(said[name])):
                found.add(f"{theirs.kind}.{name}")
    return found


def forget_owner(server: SandboxServer) -> None:
    """Takes the ownership lines out of an account: Terraform made it, and not pdsync."""
    state = server.control.state()
    for rows in state.values():
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and isinstance(row.get("description"), str):
                row["description"] = split_marker(row["description"])[0]
    server.control.restore(state)
