"""``pagerduty_event_orchestration_router``, ``_global``, ``_unrouted`` and ``_service``: rules, which are documents of their orchestration or
service.

A state has single blocks as lists of one, and names in the singular (pagerduty/event_orchestration_path_util.go). What an action leaves out is
empty there, false or 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pdsync.terraform.mapping import DocumentType, Parent, UnsureError
from pdsync.terraform.value import block

_PLAIN = (
    "route_to",
    "drop_event",
    "suppress",
    "suspend",
    "priority",
    "escalation_policy",
    "annotate",
    "severity",
    "event_action",
)
_LISTS = {
    "variable": "variables",
    "extraction": "extractions",
    "pagerduty_automation_action": "pagerduty_automation_actions",
    "incident_custom_field_update": "incident_custom_field_updates",
}
"""Blocks that may repeat, each with its name in the API."""
_EMPTY: tuple[Any, ...] = (None, "", [], 0)


def _said(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members that hold something."""
    return {name: value for name, value in members.items() if value not in _EMPTY}


def _document(values: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    sets = [
        {"id": each.get("id"), "rules": [_rule(rule) for rule in each.get("rule") or () if rule]}
        for each in values.get("set") or ()
    ]
    catch_all = block(block(values.get("catch_all")).get("actions"))
    return {"sets": sets, "catch_all": {"actions": _actions(catch_all)}}


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_said({name: rule.get(name) for name in ("id", "label", "disabled")}),
        "conditions": [{"expression": each.get("expression")} for each in rule.get("condition") or () if each],
        "actions": _actions(block(rule.get("actions"))),
    }


def _actions(actions: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        **{name: actions.get(name) for name in _PLAIN},
        **{there: [_said(each) for each in actions.get(here) or ()] for here, there in _LISTS.items()},
        "automation_actions": [_webhook(each) for each in actions.get("automation_action") or ()],
        "dynamic_route_to": _said(block(actions.get("dynamic_route_to"))),
    }
    return {name: value for name, value in found.items() if value not in _EMPTY and value != {}}


def _webhook(webhook: Mapping[str, Any]) -> dict[str, Any]:
    """The value of a header that is sensitive is only a text here: an export writes no values of headers."""
    return {
        **_said({name: webhook.get(name) for name in ("name", "url", "auto_send", "trigger_types")}),
        "headers": [_pair(each, at) for at, each in enumerate(webhook.get("header") or ())],
        "parameters": [_pair(each, at) for at, each in enumerate(webhook.get("parameter") or ())],
    }


def _pair(pair: Mapping[str, Any], at: int) -> dict[str, Any]:
    value = pair.get("value")
    return {"key": pair.get("key"), "value": f"sensitive {pair.get('key')} {at}" if value is None else value}


def _of_service(values: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Rules that are written take effect: pdsync turns them on. Rules that are off stay off, so no manifest names them."""
    if values.get("enable_event_orchestration_for_service") is False:
        raise UnsureError(
            "its rules are not in effect (enable_event_orchestration_for_service is false), and a manifest would put them in effect"
        )
    return _document(values, others)


def _orchestration(values: Mapping[str, Any]) -> Parent:
    return "event_orchestration", str(values.get("event_orchestration"))


def _service(values: Mapping[str, Any]) -> Parent:
    return "service", str(values.get("service"))


_RULES = frozenset({"set", "catch_all"})


def _type(
    field: str,
    parent: Callable[[Mapping[str, Any]], Parent] = _orchestration,
    answer: Callable[[Mapping[str, Any], Sequence[Mapping[str, Any]]], Any] = _document,
    *more: str,
) -> DocumentType:
    return DocumentType(field, parent, answer, _RULES | {*more})


ROUTER = _type("router")
GLOBAL_RULES = _type("global")
UNROUTED_RULES = _type("unrouted")
SERVICE_RULES = _type("event_orchestration", _service, _of_service, "service")
