"""The example manifests show what the README says they show, and hang together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.examples.tree import (
    EXAMPLES,
    FILES,
    MANIFESTS,
    ROOT,
    children,
    defaults,
    documents,
    leaves,
    shown_names,
    specs,
    written,
)

KINDS = {
    "User": 14,
    "Team": 4,
    "Schedule": 5,
    "EscalationPolicy": 6,
    "Service": 12,
    "BusinessService": 2,
    "Template": 1,
    "IncidentWorkflow": 1,
    "ServiceCustomField": 1,
    "IncidentType": 1,
    "AlertGroupingSetting": 1,
    "EventOrchestration": 1,
    "RoutingTest": 2,
}
NEEDS = {
    "escalation_policy": "EscalationPolicy",
    "schedule": "Schedule",
    "user": "User",
    "team": "Team",
    "service": "Service",
    "business_service": "BusinessService",
    "template": "Template",
    "orchestration": "EventOrchestration",
    "route_to": "Service",
}
# Numbers that regulators keep for fiction: Ofcom, NANPA (555-01XX), Bundesnetzagentur and ACMA.
FICTION = {44: r"7700900\d{3}", 1: r"\d{3}55501\d\d", 49: r"176040690\d\d", 61: r"491570(006|156|157|158|159|110)"}


def _id(path: Path) -> str:
    return path.relative_to(EXAMPLES).as_posix()


@pytest.mark.parametrize("path", FILES, ids=_id)
def test_every_file_begins_with_the_schema_that_editors_complete_from(path: Path) -> None:
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", path.read_text("utf-8").splitlines()[0])
    assert found, "the first line names no schema"
    assert (path.parent / found[1]).resolve() == ROOT / "schemas" / "pdsync.json"


@pytest.mark.parametrize("path", FILES, ids=_id)
def test_every_document_is_a_manifest_that_yaml_reads_as_it_was_meant(path: Path) -> None:
    for document in yaml.safe_load_all(path.read_text("utf-8")):
        if document["kind"] == "Defaults":
            continue
        assert set(document) <= {"apiVersion", "kind", "metadata", "lifecycle", "spec"}
        assert document["apiVersion"] == "pdsync/v1"
        assert document["kind"] in KINDS
        # A date or a time of day without quotes would be a datetime or a number in base 60.
        for leaf in leaves(document):
            assert leaf is None or type(leaf) in (str, int, bool), repr(leaf)


def test_the_company_is_large_enough_to_be_believed() -> None:
    counts = Counter(document["kind"] for _, document in documents())
    assert {kind: counts[kind] >= least for kind, least in KINDS.items()} == dict.fromkeys(KINDS, True), counts
    teams = specs("Team")
    assert sum(spec.get("parent") is not None for spec in teams.values()) >= 3
    assert any("parent" in spec and spec["parent"] is None for spec in teams.values())
    folders = {path.parent.name for path in FILES}
    assert folders == set(teams), "one folder for each team"


def test_two_teams_write_what_they_share_once() -> None:
    assert len(defaults()) >= 2
    for folder, given in defaults().items():
        for kind, fields in given.items():
            own = [it for path, it in written() if path.parent == folder and it["kind"] == kind]
            assert len(own) >= 2
            assert [name for name in fields if all(name in it["spec"] for it in own)] == []


def test_keys_and_names_are_unique_within_a_kind() -> None:
    keys = Counter((document["kind"], document["metadata"]["name"]) for _, document in documents())
    shown = Counter((kind, name.casefold()) for kind in KINDS for name in shown_names(kind))
    emails = Counter(spec["email"].casefold() for spec in specs("User").values())
    assert [it for it, count in [*keys.items(), *shown.items(), *emails.items()] if count > 1] == []


def _references(kind: str, spec: Any) -> list[tuple[str, Any]]:
    """Every reference in a spec with the kind that it must lead to."""
    found = [(NEEDS[name], spec[name]) for name in ("escalation_policy", "team") if name in spec]
    found += [("Team", it) for it in [spec.get("parent"), *spec.get("teams", ())] if it is not None]
    found += [("User", it["user"]) for it in spec.get("members", ())]
    found += [("User", it) for layer in spec.get("schedule_layers", ()) for it in layer["users"]]
    for rule in spec.get("escalation_rules", ()):
        found += [(NEEDS[name], it) for target in rule["targets"] for name, it in target.items()]
    for pair in [*spec.get("depends_on", ()), *spec.get("subscribers", ())]:
        found += [(NEEDS[name], it) for name, it in pair.items()]
    for trigger in spec.get("triggers", ()):
        found += [("Service", it) for it in trigger["services"] if trigger["services"] != "all"]
    found += [("Service", it) for it in spec.get("services", ())]
    found += _routing(spec)
    for leaf in leaves(spec):
        found += [(NEEDS[kind], key) for kind, key in re.findall(r"\$\{id:(\w+)/([\w-]+)\}", str(leaf))]
    return found


def _routing(spec: Any) -> list[tuple[str, Any]]:
    """The references of rules for events, and of tests of them."""
    rules = [
        *spec.get("routes", ()),
        *(rule for part in ("start", "last") for rule in spec.get("router", {}).get(part, ())),
    ]
    found = [(NEEDS[name], rule[name]) for rule in rules for name in ("orchestration", "route_to") if name in rule]
    found += [(NEEDS[name], spec[name]) for name in ("orchestration",) if name in spec]
    expected = spec.get("expect", {})
    return found + [(NEEDS[name], expected[name]) for name in ("service", "escalation_policy") if name in expected]


def test_every_reference_leads_to_a_manifest() -> None:
    emails = {spec["email"] for spec in specs("User").values()}
    by_email = 0
    for path, document in documents():
        for kind, reference in _references(document["kind"], document["spec"]):
            # Nothing outside of the manifests: they must also work in an empty account.
            assert isinstance(reference, str), f"{_id(path)}: {reference}"
            if kind == "User" and "@" in reference:
                by_email += 1
                assert reference in emails, f"{_id(path)}: {reference}"
            else:
                assert reference in specs(kind), f"{_id(path)}: no {kind} {reference}"
    assert by_email >= 3, "references by email address are shown, too"


def test_everything_is_used() -> None:
    used = {
        (kind, reference)
        for _, document in documents()
        for kind, reference in _references(document["kind"], document["spec"])
    }
    emails = {spec["email"]: key for key, spec in specs("User").items()}
    reached = {(kind, emails.get(reference, reference)) for kind, reference in used}
    for kind in ("User", "Schedule", "EscalationPolicy", "Template"):
        assert {key for key in specs(kind) if (kind, key) not in reached} == set()


def test_people_are_in_the_teams_whose_rotas_they_carry() -> None:
    """Else PagerDuty would add them by itself. Duty managers are the case that a comment explains."""
    emails = {spec["email"]: key for key, spec in specs("User").items()}
    members = {
        key: {emails.get(it["user"], it["user"]) for it in spec["members"]} for key, spec in specs("Team").items()
    }
    for key, spec in specs("Schedule").items():
        for team in spec["teams"]:
            on_it = {user for layer in spec["schedule_layers"] for user in layer["users"]}
            assert on_it <= members[team], key
    for key, spec in specs("EscalationPolicy").items():
        targets = [
            target["user"] for rule in spec["escalation_rules"] for target in rule["targets"] if "user" in target
        ]
        assert {emails.get(it, it) for it in targets} <= members[spec["teams"][0]], key


@pytest.mark.parametrize("key", sorted(specs("User")))
def test_everyone_can_be_reached_for_both_urgencies_and_is_made_up(key: str) -> None:
    user = specs("User")[key]
    assert user["email"].endswith("@example.com")
    methods = {(it["type"], it["address"]) for it in user["contact_methods"]}
    rules = user["notification_rules"]
    assert {rule["urgency"] for rule in rules} == {"high", "low"}
    for rule in rules:
        assert (rule["contact_method"]["type"], rule["contact_method"]["address"]) in methods
    for method in user["contact_methods"]:
        if method["type"] != "email_contact_method":
            assert re.fullmatch(FICTION[method["country_code"]], method["address"]), method["address"]
        else:
            assert method["address"].endswith("@example.com")


def _grouping(spec: Any) -> Any:
    return (spec.get("alert_grouping_parameters") or {}).get("type")


SHOWN: dict[str, Callable[[Any], object]] = {
    "constant high": lambda it: it["incident_urgency_rule"] == {"type": "constant", "urgency": "high"},
    "constant low": lambda it: it["incident_urgency_rule"] == {"type": "constant", "urgency": "low"},
    "severity based": lambda it: it["incident_urgency_rule"] == {"type": "constant", "urgency": "severity_based"},
    "support hours with an action": lambda it: it.get("support_hours") and it.get("scheduled_actions"),
    "support hours without one": lambda it: it.get("support_hours") and it.get("scheduled_actions") == [],
    "a timeout of null": lambda it: "auto_resolve_timeout" in it and it["auto_resolve_timeout"] is None,
    "a timeout of 4h": lambda it: it.get("auto_resolve_timeout") == "4h",
    "an acknowledgement timeout": lambda it: it.get("acknowledgement_timeout"),
    "auto pause on": lambda it: it.get("auto_pause_notifications_parameters", {}).get("enabled") is True,
    "auto pause off": lambda it: it.get("auto_pause_notifications_parameters", {}).get("enabled") is False,
    "time grouping": lambda it: _grouping(it) == "time",
    "intelligent grouping": lambda it: _grouping(it) == "intelligent",
    "content based grouping": lambda it: _grouping(it) == "content_based",
    "no grouping, on purpose": lambda it: it.get("alert_grouping_parameters", 0) is None,
    "a disabled service": lambda it: it.get("status") == "disabled",
}


@pytest.mark.parametrize("what", SHOWN)
def test_a_service_shows(what: str) -> None:
    assert any(SHOWN[what](spec) for spec in specs("Service").values())


def test_integrations_are_shown_by_vendor_by_type_and_by_email() -> None:
    integrations = list(children("Service", "integrations"))
    assert {"Datadog", "Amazon CloudWatch", "Prometheus"} <= {it.get("vendor") for it in integrations}
    assert "events_api_v2_inbound_integration" in {it.get("type") for it in integrations}
    [email] = [it for it in integrations if it.get("type") == "generic_email_inbound_integration"]
    assert len(email["email_filters"]) >= 2
    assert all(("type" in it) != ("vendor" in it) for it in integrations)


def test_people_and_teams_show_their_lists() -> None:
    methods = {it["type"] for it in children("User", "contact_methods")}
    assert {"email_contact_method", "phone_contact_method", "sms_contact_method"} <= methods
    assert {it.get("role") for it in children("Team", "members")} >= {"manager", "responder", None}
    assert any(spec.get("members_mode") == "additive" for spec in specs("Team").values())
    assert list(children("User", "oncall_handoff_notification_rules"))
    assert list(children("User", "status_update_notification_rules"))
    assert all(list(children(kind, "tags")) for kind in ("User", "Team", "EscalationPolicy"))
    assert any(spec.get("tags_mode") == "exclusive" for spec in specs("EscalationPolicy").values())


def test_what_the_business_sees_rests_on_services() -> None:
    edges = list(children("BusinessService", "depends_on"))
    assert {name for edge in edges for name in edge} == {"service", "business_service"}
    assert list(children("Service", "depends_on"))
    assert {name for it in children("BusinessService", "subscribers") for name in it} == {"user", "team"}


def test_a_workflow_shows_what_starts_it_and_what_its_steps_need() -> None:
    triggers = list(children("IncidentWorkflow", "triggers"))
    assert {name for it in triggers for name in it} >= {"conditional", "manual"}
    assert {isinstance(it["services"], list) for it in triggers} == {True, False}
    inputs = [text for step in children("IncidentWorkflow", "steps") for text in step["inputs"].values()]
    assert any(isinstance(it, str) and "${id:template/" in it for it in inputs)
    assert any(isinstance(it, list) for it in inputs), "an input that is sent as JSON"
    [template] = specs("Template").values()
    assert set(template["email_body"]) == {"file"}


def test_one_router_has_the_rules_of_several_teams() -> None:
    [spec] = specs("EventOrchestration").values()
    assert spec["router"]["shared"] is True
    assert all(spec["router"][part] for part in ("start", "last"))
    assert {"integrations", "global", "unrouted"} <= set(spec)
    folders = {path.parent.name for path, document in documents() if document["spec"].get("routes")}
    assert len(folders) >= 2, "services of different teams"
    assert list(children("Service", "event_orchestration"))


def test_routing_is_tested_with_an_event_in_the_manifest_and_one_in_a_file() -> None:
    events = [spec["event"] for spec in specs("RoutingTest").values()]
    assert {"file" in event for event in events} == {True, False}
    assert {
        name for spec in specs("RoutingTest").values() for name in ("orchestration", "routing_key_of") if name in spec
    } == {
        "orchestration",
        "routing_key_of",
    }


def test_services_and_incidents_show_custom_fields() -> None:
    fields = specs("ServiceCustomField")
    values = [value for spec in specs("Service").values() for value in spec.get("custom_fields", {}).items()]
    assert len(values) >= 2
    assert all(value in fields[name]["options"] for name, value in values)
    assert {it["type"] for it in children("IncidentType", "custom_fields")} == {"choice", "integer"}


def test_a_grouping_setting_is_for_services_that_have_no_grouping_of_their_own() -> None:
    [setting] = specs("AlertGroupingSetting").values()
    assert len(setting["services"]) >= 2
    assert all("alert_grouping_parameters" not in specs("Service")[key] for key in setting["services"])


def test_lifecycles_are_shown() -> None:
    shown = {name for _, document in documents() for name in document.get("lifecycle", ())}
    assert shown == {"adopt", "protect", "ignore"}


def test_rotations_begin_in_january_2026() -> None:
    starts = [layer["rotation_virtual_start"] for layer in children("Schedule", "schedule_layers")]
    assert starts
    assert all(re.fullmatch(r"2026-01-\d\dT\d\d:\d\d", start) for start in starts), "local time, without an offset"


def test_a_policy_that_is_not_managed_stands_in_a_comment_only() -> None:
    text = "\n".join(path.read_text("utf-8") for path in FILES)
    lines = [line.strip() for line in text.splitlines() if "escalation_policy: {name:" in line]
    assert lines
    assert all(line.startswith("#") for line in lines)
    assert all(isinstance(spec["escalation_policy"], str) for spec in specs("Service").values())


def test_the_configuration_names_the_manifests_and_keeps_the_limits_on() -> None:
    settings = yaml.safe_load((EXAMPLES / "pdsync.yaml").read_text("utf-8"))
    assert settings == {
        "workspace": "larkway",
        "paths": ["manifests"],
        "people": "managed",
        "removed_fields": "reset",
        "prune": {"mode": "report", "max_deletes": 10, "max_delete_percent": 25},
        "routing": {"sample_events": "alerts.jsonl"},
    }
    assert (EXAMPLES / settings["paths"][0]).samefile(MANIFESTS)


def test_the_readme_speaks_of_what_is_there() -> None:
    text = (EXAMPLES / "README.md").read_text("utf-8")
    named = re.findall(r"\]\((?!https?:)([^)#]+)\)", text) + re.findall(
        r"`((?:manifests/)?[\w-]+/[\w./-]+\.yaml)`", text
    )
    assert len(named) >= 10
    for name in named:
        assert (EXAMPLES / name).exists() or (MANIFESTS / name).exists(), name
