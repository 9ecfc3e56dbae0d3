"""Rules of orchestrations and services, as a state holds them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.terraform.given import comments_of, imported, manifests, spec_of
from tests.terraform.provider import SECRET, TfResource

ID = "1b49abe7-26db-4439-a715-c6d883acfb3e"
ALL = TfResource("pagerduty_event_orchestration", "all", {"id": ID, "name": "All"})
WEB = TfResource("pagerduty_service", "web", {"id": "PSERV01", "name": "Web", "escalation_policy": "PEPOL01"})
EMPTY = {
    "route_to": "",
    "suppress": False,
    "suspend": 0,
    "priority": "",
    "variable": [],
    "automation_action": None,
    "dynamic_route_to": [],
}
"""What a state holds of actions that the configuration leaves out."""


def rules(*given: dict[str, Any], catch_all: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    made = [{"id": f"r{at}", "label": f"R{at}", "actions": [], **rule} for at, rule in enumerate(given)]
    return {
        "set": [{"id": "start", "rule": made}],
        "catch_all": [{"actions": [catch_all] if catch_all is not None else []}],
        **more,
    }


def document(kind: str, *given: dict[str, Any], **more: Any) -> TfResource:
    values = {"id": ID, "event_orchestration": ID, **rules(*given, **more)}
    return TfResource(f"pagerduty_event_orchestration_{kind}", "rules", values)


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        ([], {}),
        ([None], {}),
        ([EMPTY], {}),
        ([{**EMPTY, "drop_event": True}], {"drop_event": True}),
        ([{**EMPTY, "suspend": 300}], {"suspend": "5m"}),
        ([{**EMPTY, "priority": "PPRIO01", "annotate": "x"}], {"priority": {"id": "PPRIO01"}, "annotate": "x"}),
        ([{**EMPTY, "escalation_policy": "PEPOL09"}], {"escalation_policy": {"id": "PEPOL09"}}),
        (
            [{"incident_custom_field_update": [{"id": "PFIEL01", "value": "1"}]}],
            {"incident_custom_field_updates": [{"field": {"id": "PFIEL01"}, "value": "1"}]},
        ),
    ],
)
def test_a_rule_says_only_what_it_does(actions: list[Any], said: dict[str, Any]) -> None:
    given = {"condition": [{"expression": "event.source exists"}], "actions": actions, "disabled": False}
    spec = spec_of(ALL, document("global", given))
    assert spec["global"] == {"start": [{"label": "R0", "if": "event.source exists", **said}]}


def test_rules_without_a_label_go_by_what_they_ask_for() -> None:
    condition = [{"expression": "event.class exists"}]
    spec = spec_of(ALL, document("unrouted", {"label": "", "condition": condition, "actions": [{"severity": "info"}]}))
    assert spec["unrouted"]["start"] == [
        {"label": "event.class exists", "if": "event.class exists", "severity": "info"}
    ]


def test_services_that_rules_lead_to_are_keys_where_they_have_a_manifest() -> None:
    dynamic = [{"lookup_by": "service_id", "source": "event.class", "regex": "(.*)"}]
    given = ({"actions": [{"dynamic_route_to": dynamic}]}, {"actions": [{"route_to": "PSERV01"}]})
    made = imported([ALL, WEB, document("router", *given, catch_all={"route_to": "PSERV09"})])
    assert manifests(made)["EventOrchestration/all"]["spec"]["router"] == {
        "start": [{"label": "R0", "dynamic_route_to": dynamic[0]}, {"label": "R1", "route_to": "web"}],
        "catch_all": {"id": "PSERV09"},
    }
    assert len(made.let_go["a.json"]) == 3


def test_headers_are_not_written_whether_terraform_calls_them_sensitive_or_not() -> None:
    headers = [{"key": "Authorization", "value": SECRET}, {"key": "X-Token", "value": SECRET}]
    webhook = {"name": "H", "url": "https://h.example.com", "header": headers, "parameter": []}
    resource = document("global", {"actions": [{"automation_action": [webhook]}]})
    place = ("set", 0, "rule", 0, "actions", 0, "automation_action", 0, "header", 1, "value")
    for marked in (resource, TfResource(resource.type, resource.name, resource.values, sensitive=(place,))):
        for form in ("state", "show"):
            made = imported([ALL, marked], form=form)
            assert SECRET not in repr(made)
            (rule,) = manifests(made)["EventOrchestration/all"]["spec"]["global"]["start"]
            assert [each["key"] for each in rule["automation_actions"][0]["headers"]] == ["Authorization", "X-Token"]
            assert all(each["value"].startswith("${env:") for each in rule["automation_actions"][0]["headers"])
            assert "Values of headers are not exported" in comments_of(made)[0]


def test_a_document_with_another_sensitive_value_stays_with_terraform() -> None:
    resource = document("global", {"actions": [{"annotate": SECRET}]})
    place = ("set", 0, "rule", 0, "actions", 0, "annotate")
    made = imported([ALL, TfResource(resource.type, resource.name, resource.values, sensitive=(place,))])
    assert made.left_out == (
        "pagerduty_event_orchestration_global.rules: Terraform keeps its set as a sensitive value",
    )
    assert made.let_go == {"a.json": ("pagerduty_event_orchestration.all",)}


def test_rules_of_an_orchestration_that_is_in_no_state_are_counted() -> None:
    made = imported([WEB, document("router")])
    assert made.left_out == (
        f"1 pagerduty_event_orchestration_router of the event orchestration {ID}: "
        "that event orchestration is in no state that was given",
    )


@pytest.mark.parametrize(("is_on", "is_named"), [(True, True), (None, True), (False, False)])
def test_rules_of_a_service_that_are_not_in_effect_are_not_named(is_on: bool | None, *, is_named: bool) -> None:
    given = {"id": "PSERV01", "service": "PSERV01", "enable_event_orchestration_for_service": is_on}
    resource = TfResource(
        "pagerduty_event_orchestration_service", "web", {**given, **rules({"actions": [{"suppress": True}]})}
    )
    made = imported([WEB, resource])
    spec = manifests(made)["Service/web"]["spec"]
    assert ("event_orchestration" in spec) is is_named
    assert ("pagerduty_event_orchestration_service.web" in made.let_go["a.json"]) is is_named
    assert [line for line in made.left_out if "would put them in effect" in line] == (
        [] if is_named else [*made.left_out]
    )
