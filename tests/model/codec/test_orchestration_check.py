"""Mistakes in the rules of an event orchestration: each is reported once, at its place, with what to do."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.kinds.event_orchestration import GLOBAL, ROUTER, SERVICE_RULES
from pdsync.model import Scope
from pdsync.model.codec.orchestration import UNROUTED_RULES, RuleSets
from pdsync.model.scope import render_path
from pdsync.model.validator import read_value


def to(label: str, target: str) -> dict[str, Any]:
    return {"label": label, "route_to": target}


def hook(**members: Any) -> dict[str, Any]:
    webhook = {"name": "w", "url": "https://hooks.example.com", **members}
    return {"start": [{"label": "a", "automation_actions": [webhook]}]}


DYNAMIC = {"source": "event.source", "regex": "(.*)", "lookup_by": "service_name"}


@pytest.mark.parametrize(
    ("codec", "written", "place", "says"),
    [
        (ROUTER, [{"label": "a"}], "[0]", "the rule leads to no service"),
        (ROUTER, [to("a", "unrouted")], "[0].route_to", "'unrouted' is allowed only in catch_all"),
        (ROUTER, [to("a", "x"), to("a", "y")], "[1]", "a second rule with the label 'a'"),
        (ROUTER, [to("a", "x"), to("A", "y")], "[1]", "a second rule with the label 'A'"),
        (ROUTER, [{"route_to": "x"}], "[0]", "'label' is missing"),
        (ROUTER, [{**to("a", "x"), "suppress": True}], "[0].suppress", "unknown field 'suppress'"),
        (
            ROUTER,
            [to("a", "x"), {"label": "b", "dynamic_route_to": DYNAMIC}],
            "[1].dynamic_route_to",
            "'dynamic_route_to' is allowed only in the first rule",
        ),
        (
            ROUTER,
            [{"label": "b", "if": "x", "dynamic_route_to": DYNAMIC}],
            "[0].if",
            "'if' is not allowed together with dynamic_route_to",
        ),
        (
            ROUTER,
            [{**to("b", "x"), "dynamic_route_to": DYNAMIC}],
            "[0].route_to",
            "'route_to' is not allowed together with dynamic_route_to",
        ),
        (GLOBAL, {"start": [to("a", "nigth")], "night": []}, "start[0].route_to", "there is no set 'nigth'"),
        (GLOBAL, {"night": []}, "", "there is no set 'start': no event reaches the other sets"),
        (GLOBAL, {"start": [], "night": []}, "night", "no event reaches the set 'night'"),
        (GLOBAL, {"start": [to("a", "start")]}, "start[0].route_to", "the sets lead in a circle: start -> start"),
        (
            GLOBAL,
            {"start": [to("a", "b")], "b": [to("x", "c")], "c": [to("y", "b")]},
            "c[0].route_to",
            "the sets lead in a circle: b -> c -> b",
        ),
        (GLOBAL, {"catch_all": {"route_to": "start"}}, "catch_all.route_to", "unknown field 'route_to'"),
        (SERVICE_RULES, {"catch_all": {"drop_event": True}}, "catch_all.drop_event", "unknown field 'drop_event'"),
        (
            UNROUTED_RULES,
            {"start": [{"label": "a", "priority": "P1"}]},
            "start[0].priority",
            "unknown field 'priority'",
        ),
        (
            GLOBAL,
            {"start": [{"label": "a", "if": ["event.source exists"] * 25}]},
            "start[0].if",
            "25 conditions are more than PagerDuty accepts (24)",
        ),
        (
            GLOBAL,
            hook(trigger_types=["alert_suppressed"]),
            "start[0].automation_actions[0].trigger_types",
            "'alert_suppressed' needs auto_send",
        ),
        (
            GLOBAL,
            {"start": [{"label": "a", "extractions": [{"target": "event.summary"}]}]},
            "start[0].extractions[0]",
            "the extraction has neither a template nor a regex",
        ),
        (
            GLOBAL,
            {"start": [{"label": "a", "extractions": [{"target": "t", "template": "x", "regex": "y"}]}]},
            "start[0].extractions[0]",
            "the extraction has both a template and a regex",
        ),
        (
            GLOBAL,
            {"start": [{"label": "a", "extractions": [{"target": "t", "regex": "y"}]}]},
            "start[0].extractions[0]",
            "the extraction has no source",
        ),
    ],
)
def test_a_mistake_is_reported_once_at_its_place(codec: RuleSets, written: Any, place: str, says: str) -> None:
    scope = Scope()
    read_value(codec, written, scope)
    assert [(render_path(it.path), it.message) for it in scope.problems] == [(place, says)]
    assert scope.problems[0].hint


def test_a_set_that_only_disabled_rules_lead_to() -> None:
    scope = Scope()
    off = {**to("a", "b"), "disabled": True}
    read_value(GLOBAL, {"start": [off], "b": [to("x", "c")], "c": []}, scope)
    assert scope.problems == []
    said = "no event reaches the set {!r}: the rules that lead there are disabled"
    assert [(render_path(it.path), it.message) for it in scope.warnings] == [
        (name, said.format(name)) for name in ("b", "c")
    ]
    scope = Scope()
    read_value(GLOBAL, {"start": [off, to("y", "b")], "b": []}, scope)
    assert scope.warnings == []


def test_one_webhook_a_rule() -> None:
    twice = hook()
    twice["start"][0]["automation_actions"] *= 2
    scope = Scope()
    read_value(GLOBAL, twice, scope)
    assert [render_path(it.path) for it in scope.problems] == ["start[0].automation_actions"]


@pytest.mark.parametrize(
    "written",
    [
        {"start": [to("a", "b"), to("b", "c")], "b": [to("x", "c")], "c": [{"label": "end"}]},
        {"start": [{"label": "a", "if": ["event.source exists"] * 24}]},
        hook(auto_send=True, trigger_types=["alert_suspended"]),
        {"catch_all": {"severity": "info"}},
    ],
)
def test_what_is_right_is_not_reported(written: Any) -> None:
    scope = Scope()
    read_value(GLOBAL, written, scope)
    assert not scope.problems
