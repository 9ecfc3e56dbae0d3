"""Event vectors: events, rules and outcomes from PagerDuty's public pages, in the form that the API answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.two_routings import Case
from tests.support.vectors import load, moment

_PAYLOAD = {"summary": "Disk is full", "source": "db1", "severity": "critical"}
_NAMES = {"PORDERS": "Orders", "PCHECKT": "Checkout"}
_TO_ORDERS = {"route_to": "PORDERS"}


@dataclass(frozen=True, slots=True)
class EventVector:
    name: str
    source: str
    case: Case
    outcome: Mapping[str, Any]

    def __str__(self) -> str:
        return self.name

    def check(self, found: Mapping[str, Any]) -> None:
        """Whether an outcome has what the page says."""
        for name, expected in self.outcome.items():
            if name == "event":
                assert {it: found["event"].get(it) for it in expected} == expected, self.source
            elif name == "steps":
                assert [list(it) for it in found["steps"]] == expected, self.source
            else:
                assert found[name] == expected, (name, self.source)


def event_vectors() -> list[EventVector]:
    return [EventVector(it["name"], it["source"], _case(it), it["outcome"]) for it in load("events.yaml")]


def _case(vector: Mapping[str, Any]) -> Case:
    services = {id: _document(vector.get("services", {}).get(id, {}), {}) for id in _NAMES}
    documents = {
        "global": _document(vector.get("global", {}), {}),
        "router": _document(vector.get("router", {}), _TO_ORDERS),
        "unrouted": _document(vector.get("unrouted", {}), {}),
        "services": services,
    }
    action = vector.get("event_action", "trigger")
    event = {"routing_key": 32 * "0", "event_action": action, "dedup_key": "k"}
    if action == "trigger":
        event["payload"] = {**_PAYLOAD, **vector.get("event", {})}
    return Case(documents, _NAMES, event, moment(vector), vector.get("cache_var", {}), vector.get("count", 1))


def _document(said: Mapping[str, Any], catch_all: Mapping[str, str]) -> dict[str, Any]:
    sets = {"start": (), **{name: rules for name, rules in said.items() if name != "catch_all"}}
    return {
        "sets": [
            {"id": id, "rules": [_rule(rule, f"r{number}") for number, rule in enumerate(rules, start=1)]}
            for id, rules in sets.items()
        ],
        "catch_all": {"actions": said.get("catch_all", catch_all)},
    }


def _rule(said: Mapping[str, Any], id: str) -> dict[str, Any]:
    conditions = [{"expression": it} for it in said.get("if", ())]
    return {
        "id": id,
        "label": id,
        "conditions": conditions,
        "disabled": said.get("disabled", False),
        "actions": said["then"],
    }
