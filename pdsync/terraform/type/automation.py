"""Actions and runners of Automation Actions, with their teams and services.

What an action runs is a list of one in a state, in which the parts of the other type are null or empty
(pagerdutyplugin/resource_pagerduty_automation_actions_action.go). PagerDuty never shows the key of a runner.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from pdsync.terraform.mapping import Attribute, ItemType, ObjectType, Parent
from pdsync.terraform.value import block, reference

_ACTION, _RUNNER = "automation_action", "automation_runner"


def _data(value: Any) -> Any:
    return {name: held for name, held in block(value).items() if held not in (None, "")} or None


def _key(values: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    """A runner of this type has a key, which no answer shows."""
    return {"runbook_api_key": None} if values.get("runner_type") == "runbook" else {}


AUTOMATION_ACTION = ObjectType(
    _ACTION,
    {
        "name": Attribute("name"),
        "description": Attribute("description"),
        "action_type": Attribute("action_type"),
        "action_data_reference": Attribute(
            "script", _data, "action_data_reference", ("invocation_command", "process_automation")
        ),
        "runner_id": Attribute("runner"),
        "action_classification": Attribute("action_classification"),
        "only_invocable_on_unresolved_incidents": Attribute("only_invocable_on_unresolved_incidents"),
        "allow_invocation_manually": Attribute("allow_invocation_manually"),
        "allow_invocation_from_event_orchestration": Attribute("allow_invocation_from_event_orchestration"),
        "map_to_all_services": Attribute("map_to_all_services"),
    },
)
AUTOMATION_RUNNER = ObjectType(
    _RUNNER,
    {
        "name": Attribute("name"),
        "description": Attribute("description"),
        "runner_type": Attribute("runner_type"),
        "runbook_base_uri": Attribute("runbook_base_uri"),
    },
    whole=_key,
)


def _association(owner: str, attribute: str, kind: str) -> ItemType:
    """An object that belongs to what the attribute has the id of."""

    def parent(values: Mapping[str, Any]) -> Parent:
        return owner, str(values.get(attribute))

    return ItemType(f"{kind}s", parent, _member(kind), frozenset({attribute, f"{kind}_id"}))


def _member(kind: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    def item(values: Mapping[str, Any]) -> dict[str, Any]:
        return dict(reference(kind)(values.get(f"{kind}_id") or ""))

    return item


ACTION_SERVICE = _association(_ACTION, "action_id", "service")
ACTION_TEAM = _association(_ACTION, "action_id", "team")
RUNNER_TEAM = _association(_RUNNER, "runner_id", "team")
