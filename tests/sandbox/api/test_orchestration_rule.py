from __future__ import annotations

from typing import Any

import pytest

from pdsync.sandbox.api.orchestration_rule import check_sets
from pdsync.sandbox.http.form import Form
from pdsync.sandbox.store.store import Store
from tests.sandbox.calling import call_of

EMPTY: dict[str, Any] = {
    "drop_event": False,
    "route_to": "",
    "dynamic_route_to": None,
    "suppress": False,
    "suspend": None,
    "priority": "",
    "variables": [],
    "extractions": None,
    "escalation_policy": None,
    "pagerduty_automation_actions": [],
}
"""What the Terraform provider sends for actions that are not set."""


def check(type: str, sets: Any, catch_all: Any = None) -> tuple[dict[str, Any], list[str]]:
    """The draft, and what is wrong."""
    draft: dict[str, Any] = {"catch_all": {"actions": {}}}
    given = {"sets": sets} if catch_all is None else {"sets": sets, "catch_all": catch_all}
    form = Form(given, draft, creating=True)
    check_sets(call_of(Store()), form, type)
    return draft, form.errors


def actions(type: str, given: Any) -> tuple[Any, list[str]]:
    """What is kept of the actions of a rule, and what is wrong."""
    draft, errors = check(type, [{"id": "start", "rules": [{"actions": {**EMPTY, **given}}]}, *_more(type)])
    return draft["sets"][0]["rules"][0]["actions"], errors


def _more(type: str) -> list[dict[str, str]]:
    return [] if type == "router" else [{"id": "two"}]


@pytest.mark.parametrize("type", ["router", "global", "unrouted", "service"])
def test_empty_actions_are_left_out(type: str) -> None:
    assert actions(type, {}) == ({}, [])


@pytest.mark.parametrize(
    ("type", "given"),
    [
        ("router", {"dynamic_route_to": {"source": "event.source", "regex": ".*", "lookup_by": "service_name"}}),
        ("global", {"drop_event": True, "route_to": "two", "suspend": 300, "priority": "P1", "annotate": "Seen"}),
        ("unrouted", {"severity": "error", "event_action": "trigger", "suppress": True}),
        ("unrouted", {"variables": [{"name": "host", "path": "event.source", "type": "regex", "value": "(.*)"}]}),
        ("service", {"extractions": [{"target": "event.summary", "template": "{{variables.host}}"}]}),
        ("service", {"pagerduty_automation_actions": [{"action_id": "01A", "trigger_types": ["alert_triggered"]}]}),
        (
            "service",
            {
                "automation_actions": [
                    {
                        "name": "Hook",
                        "url": "https://x.example.com",
                        "auto_send": True,
                        "headers": [{"key": "X", "value": "y"}],
                        "trigger_types": ["alert_triggered"],
                    }
                ]
            },
        ),
        ("global", {"incident_custom_field_updates": [{"id": "PF", "value": "x"}]}),
    ],
)
def test_actions_are_kept_as_they_were_sent(type: str, given: dict[str, Any]) -> None:
    assert actions(type, given) == (given, [])


def test_members_that_an_action_does_not_have_are_left_out() -> None:
    sent = {"variables": [{"name": "x", "id": "P1", "type": "regex", "more": {}}], "unknown": 1}
    assert actions("service", sent) == ({"variables": [{"name": "x", "type": "regex"}]}, [])


@pytest.mark.parametrize(
    ("type", "given", "problem"),
    [
        ("router", {"severity": "error"}, "severity is not an action of router rules"),
        ("unrouted", {"drop_event": True}, "drop_event is not an action of unrouted rules"),
        ("global", {"pagerduty_automation_actions": [{"action_id": "x"}]}, "is not an action of global rules"),
        ("global", {"route_to": "three"}, "route_to must be the id of a set"),
        ("service", {"suspend": "long"}, "suspend must be seconds"),
        ("service", {"suppress": "yes"}, "suppress must be true or false"),
        ("service", {"variables": {"name": "x"}}, "variables must be an array"),
        ("service", {"variables": [7]}, "variables must be an object"),
        ("service", {"severity": "bad"}, "severity must be one of: critical, error, warning, info"),
        ("service", {"variables": [{"type": "user_reference", "id": "P1"}]}, "variables.type must be one of: regex"),
        (
            "service",
            {"pagerduty_automation_actions": [{"trigger_types": ["never"]}]},
            "trigger_types must be an array of: alert_suppressed, alert_suspended, alert_triggered",
        ),
        ("router", {"dynamic_route_to": {"source": 7}}, "dynamic_route_to.source must be text"),
    ],
)
def test_wrong_actions_are_named(type: str, given: dict[str, Any], problem: str) -> None:
    errors = actions(type, given)[1]
    assert len(errors) == 1
    assert errors[0].startswith("Set start: rule 1: actions: ")
    assert problem in errors[0]


@pytest.mark.parametrize(
    ("sets", "problem"),
    [
        (None, "Sets can't be blank"),
        ("x", "Sets must be an array of objects"),
        ([], "Sets must have one with the id start"),
        ([{"id": "start"}, {"id": "start"}], "Set 2: Id must be a text that no other set has"),
        ([{"id": 7}], "Set 1: Id must be a text that no other set has"),
        ([{"id": "start", "rules": [7]}], "Set start: Rules must be an array of objects"),
        (
            [{"id": "start", "rules": [{"conditions": [{}]}]}],
            "Set start: rule 1: conditions: Expression can't be blank",
        ),
        ([{"id": "start", "rules": [{"disabled": 1}]}], "Set start: rule 1: Disabled must be true or false"),
    ],
)
def test_wrong_sets_are_named(sets: Any, problem: str) -> None:
    assert problem in check("global", sets)[1]


def test_the_catch_all_of_a_service_leads_nowhere() -> None:
    sets = [{"id": "start"}, {"id": "two"}]
    draft, errors = check("global", sets, {"actions": {"route_to": "two"}})
    assert (draft["catch_all"], errors) == ({"actions": {"route_to": "two"}}, [])
    assert check("service", sets, {"actions": {"route_to": "two"}})[1] == ["Catch all: Route to cannot be there"]


def test_no_two_rules_have_one_id() -> None:
    rules = [{"id": "abc"}, {"id": "abc"}, {}]
    draft, _ = check("global", [{"id": "start", "rules": rules}])
    ids = [it["id"] for it in draft["sets"][0]["rules"]]
    assert ids[0] == "abc"
    assert len(set(ids)) == 3


def test_a_condition_that_cannot_be_read_is_refused() -> None:
    rules = [{"conditions": [{"expression": it}]} for it in ("event.summary contains 'disk'", "event.summary exists")]
    _, errors = check("global", [{"id": "start", "rules": rules}])
    assert [it.replace("\n", " ") for it in errors] == [
        "Set start: rule 1: conditions: Expression is invalid: something is left over, at character 15"
    ]
