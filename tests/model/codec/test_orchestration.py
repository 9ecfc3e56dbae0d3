"""Documents of event orchestrations: one canonical form of what a manifest writes and of what PagerDuty answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.condition.tree import quote
from pdsync.export.written import write_value
from pdsync.kinds.event_orchestration import GLOBAL, ROUTER, SERVICE_RULES
from pdsync.model import Ref, Scope
from pdsync.model.codec.orchestration import UNROUTED_RULES, RuleSets, sets_of
from pdsync.model.codec.orchestration_action import EVENT
from pdsync.model.validator import read_value

EMPTY_ACTIONS = {
    "drop_event": False,
    "route_to": "",
    "dynamic_route_to": None,
    "suppress": False,
    "suspend": None,
    "priority": "",
    "annotate": "",
    "pagerduty_automation_actions": None,
    "automation_actions": [],
    "incident_custom_field_updates": None,
    "severity": "",
    "event_action": "",
    "variables": [],
    "extractions": None,
    "escalation_policy": None,
}
"""What a client of PagerDuty sends of actions that a rule does not have, and PagerDuty may answer."""


def read(codec: RuleSets, written: Any) -> Any:
    scope = Scope()
    value = read_value(codec, written, scope)
    assert not scope.problems
    return value


def to_request(ref: Ref) -> Mapping[str, str]:
    return {"id": ref.value}


def by_id(ref: Ref) -> Ref:
    return Ref(ref.kind, "id", ref.value)


def answer(*sets: tuple[str, list[dict[str, Any]]], **catch_all: Any) -> dict[str, Any]:
    return {"sets": [{"id": name, "rules": rules} for name, rules in sets], "catch_all": {"actions": catch_all}}


def test_a_router_may_be_a_bare_list_and_reads_as_the_answer() -> None:
    written = [{"label": "db", "if": "event.source matches part 'db'", "route_to": {"id": "PDB"}}]
    rule = {
        "id": "r1",
        "label": "db",
        "conditions": [{"expression": "event.source matches part 'db'"}],
        "disabled": False,
        "actions": {**EMPTY_ACTIONS, "route_to": "PDB"},
    }
    live = ROUTER.live(answer(("start", [rule]), **{**EMPTY_ACTIONS, "route_to": "unrouted"}), Scope())
    assert read(ROUTER, written) == read(ROUTER, {"start": written}) == live
    assert live["catch_all"] == {"route_to": "unrouted"}


@pytest.mark.parametrize("conditions", [None, [], "missing"])
@pytest.mark.parametrize("actions", [None, {}, EMPTY_ACTIONS, "missing"])
def test_what_holds_nothing_is_the_same_as_what_is_not_there(conditions: Any, actions: Any) -> None:
    rule = {"id": "r1", "label": "all", "conditions": conditions, "disabled": None, "actions": actions}
    rule = {name: held for name, held in rule.items() if held != "missing"}
    want = read(GLOBAL, {"start": [{"label": "all"}]})
    assert GLOBAL.live(answer(("start", [rule]), **EMPTY_ACTIONS), Scope()) == want
    assert want["start"] == [{"label": "all", "if": [], "disabled": False}]


@pytest.mark.parametrize("codec", [GLOBAL, UNROUTED_RULES, SERVICE_RULES])
@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"sets": None, "catch_all": None},
        answer(),
        answer(("start", [])),
        {"sets": [{"id": "start", "rules": None}], "catch_all": {"actions": None}},
    ],
)
def test_an_empty_document_has_its_first_set(codec: RuleSets, raw: Any) -> None:
    assert codec.live(raw, Scope()) == {"start": [], "catch_all": {}} == read(codec, {})


def test_a_request_has_the_first_set_first_and_the_ids_of_what_rules_name() -> None:
    written = {
        "later": [{"label": "b", "suppress": True}],
        "start": [
            {"label": "a", "priority": "P1", "escalation_policy": "payments", "suspend": "5m", "route_to": "later"}
        ],
        "catch_all": {"severity": "info"},
    }
    body = SERVICE_RULES.to_api(read(SERVICE_RULES, written), to_request)
    assert [it["id"] for it in body["sets"]] == ["start", "later"]
    actions = {"route_to": "later", "suspend": 300, "priority": "P1", "escalation_policy": "payments"}
    assert body["sets"][0]["rules"] == [{"label": "a", "conditions": [], "disabled": False, "actions": actions}]
    assert body["catch_all"] == {"actions": {"severity": "info"}}


def test_references_are_read_where_they_are() -> None:
    scope = Scope()
    read_value(ROUTER, {"start": [{"label": "a", "route_to": "shop"}], "catch_all": {"name": "Rest"}}, scope)
    assert scope.refs == [
        (("start", 0, "route_to"), Ref("service", "key", "shop")),
        (("catch_all",), Ref("service", "name", "Rest")),
    ]
    value = read(GLOBAL, {"start": [{"label": "a", "incident_custom_field_updates": [{"field": "f", "value": "v"}]}]})
    assert GLOBAL.refs_in(value) == [Ref("incident_field", "name", "f")]
    assert GLOBAL.to_api(value, to_request)["sets"][0]["rules"][0]["actions"] == {
        "incident_custom_field_updates": [{"id": "f", "value": "v"}]
    }


def test_rules_without_labels_of_their_own_are_told_apart() -> None:
    rules: list[dict[str, Any]] = [
        {"label": "db", "conditions": []},
        {"label": "db", "conditions": []},
        {"conditions": [{"expression": "event.source exists"}, {"expression": "event.summary  exists"}]},
        {"label": None, "conditions": None},
        {"label": "", "conditions": []},
        {"label": "always", "conditions": []},
        {"label": "DB #2", "conditions": []},
    ]
    labels = [it["label"] for it in GLOBAL.live(answer(("start", rules)), Scope())["start"]]
    assert labels == [
        "db",
        "db #3",
        "event.source exists or event.summary exists",
        "always #2",
        "always #3",
        "always",
        "DB #2",
    ]


LABELS = st.lists(st.sampled_from(["", "a", "A", "a #2", "b", "always"]), max_size=6)
TEXTS = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=8)
CONDITIONS = st.builds(lambda text: {"expression": f"event.source matches  {quote(text)}"}, TEXTS)
ACTIONS: dict[str, st.SearchStrategy[Any]] = {
    "suppress": st.booleans(),
    "suspend": st.none() | st.integers(1, 5000),
    "priority": st.sampled_from(["", "PRIO1", "PRIO2"]),
    "annotate": st.just("") | TEXTS,
    "severity": st.sampled_from(["", "info", "critical"]),
    "event_action": st.sampled_from(["", "trigger", "resolve"]),
    "variables": st.lists(st.builds(lambda name: {"name": name, "path": "event.source", "value": " (.*) "}, TEXTS)),
    "extractions": st.lists(
        st.builds(lambda text: {"target": "event.summary", "template": text, "regex": None, "source": ""}, TEXTS)
    ),
    "automation_actions": st.lists(
        st.builds(
            lambda url, key: {
                "name": "hook",
                "url": url,
                "headers": [{"key": "Content-Type", "value": key}],
                "parameters": [],
            },
            TEXTS,
            TEXTS,
        ),
        max_size=1,
    ),
    "incident_custom_field_updates": st.lists(st.builds(lambda text: {"id": "PFIELD", "value": text}, TEXTS)),
}


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    sets: list[tuple[str, list[dict[str, Any]]]] = []
    for name in ["start", *draw(st.lists(st.sampled_from(["night", "two.three", "x-1"]), unique=True))]:
        rules: list[dict[str, Any]] = [
            {
                "id": f"{name}-{at}",
                "label": label,
                "conditions": draw(st.none() | st.lists(CONDITIONS, max_size=4)),
                "disabled": draw(st.booleans()),
                "actions": draw(st.fixed_dictionaries({}, optional=ACTIONS)),
            }
            for at, label in enumerate(draw(LABELS))
        ]
        sets.append((name, rules))
    # Sets that nothing leads to cannot be written in a manifest.
    if len(sets) > 1:
        led = [{"id": f"to-{name}", "label": f"to {name}", "actions": {"route_to": name}} for name, _ in sets[1:]]
        sets[0] = ("start", [*sets[0][1], *led])
    return answer(*sets, **draw(st.fixed_dictionaries({}, optional=ACTIONS)))


@settings(max_examples=40, deadline=None)
@given(documents())
def test_whatever_pagerduty_holds_a_manifest_and_a_request_say_the_same(raw: dict[str, Any]) -> None:
    live = GLOBAL.live(raw, Scope())
    again = read(GLOBAL, write_value(GLOBAL, live))
    assert GLOBAL.map_refs(again, by_id) == live
    assert GLOBAL.live(GLOBAL.to_api(live, to_request), Scope()) == live
    for _, rules in sets_of(live):
        folded = [rule["label"].casefold() for rule in rules]
        assert len(set(folded)) == len(folded)


def test_a_pattern_that_finds_nothing_is_a_warning_at_its_place() -> None:
    rule = {
        "label": "a",
        "variables": [{"name": "host", "path": "event.source", "value": "(.*"}],
        "extractions": [
            {"target": "event.severity", "source": "event.summary", "regex": "(?=x)"},
            {"target": "event.group", "source": "event.summary", "regex": "on (\\S+)"},
        ],
    }
    scope = Scope()
    read_value(GLOBAL, {"start": [rule]}, scope)
    assert not scope.problems
    assert [(*each.path,) for each in scope.warnings] == [
        ("start", 0, "variables", 0, "value"),
        ("start", 0, "extractions", 0, "regex"),
    ]
    assert all("is not a pattern of RE2" in each.message for each in scope.warnings)


def test_each_document_takes_only_its_own_actions() -> None:
    takes = {
        "router": {"route_to", "dynamic_route_to"},
        "global": {"route_to", "drop_event", "suppress", "suspend", "priority", "escalation_policy", "annotate"}
        | {"severity", "event_action", "variables", "extractions", "automation_actions"}
        | {"incident_custom_field_updates"},
        "unrouted": {"route_to", *EVENT},
    }
    takes["service"] = takes["global"] - {"drop_event"} | {"pagerduty_automation_actions"}
    codecs: dict[str, RuleSets] = {
        "router": ROUTER,
        "global": GLOBAL,
        "unrouted": UNROUTED_RULES,
        "service": SERVICE_RULES,
    }
    for name, codec in codecs.items():
        parts = {part.name for part in codec.rule.parts}
        assert parts - {"label", "if", "disabled"} == takes[name]
        caught = {part.name for part in codec.catch_all.parts}
        assert caught == ({"route_to"} if name == "router" else takes[name] - {"route_to"})
