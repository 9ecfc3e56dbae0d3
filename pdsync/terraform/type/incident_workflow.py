"""``pagerduty_incident_workflow`` and its triggers.

A state holds inputs that PagerDuty filled in by itself (``generated``): those are not named. It also holds inputs that PagerDuty never shows
again. Those are named, because a write without them would lose them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.terraform.mapping import Attribute, ItemType, ObjectType, Parent
from pdsync.terraform.value import block, boolean, reference, references


def _steps(value: Any) -> Any:
    return [_step(step) for step in value]


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    """Steps inside of a step are in its inputs."""
    inner = [
        {"name": each.get("name"), "value": {"steps": _steps(each.get("step") or ())}}
        for each in step.get("inline_steps_input") or ()
    ]
    action = str(step.get("action") or "")
    return {
        "name": step.get("name"),
        "action_configuration": {
            "action_id": action,
            "inputs": [_input(each) for each in step.get("input") or () if _is_told(each)],
            **({"inline_steps_inputs": inner} if inner else {}),
        },
    }


def _input(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": given["name"], "value": given["value"]}


def _is_told(given: Mapping[str, Any]) -> bool:
    """Whether a manifest names the input. An input without a value had a sensitive value."""
    return given.get("value") is not None and not given.get("generated")


INCIDENT_WORKFLOW = ObjectType(
    "incident_workflow",
    {
        "name": Attribute("name"),
        "description": Attribute("description"),
        "team": Attribute("team", reference("team")),
        "is_enabled": Attribute("is_enabled", boolean),
        "step": Attribute("steps", _steps),
    },
)


def _workflow(values: Mapping[str, Any]) -> Parent:
    return "incident_workflow", str(values.get("workflow"))


def _trigger(values: Mapping[str, Any]) -> dict[str, Any]:
    permissions = block(values.get("permissions"))
    return {
        "id": values.get("id"),
        "trigger_type": values.get("type"),
        "workflow": reference("incident_workflow")(values.get("workflow") or ""),
        "condition": values.get("condition") or "",
        "is_subscribed_to_all_services": bool(values.get("subscribed_to_all_services")),
        "services": references("service")(values.get("services") or ()),
        "permissions": {"team_id": permissions.get("team_id") or None},
    }


TRIGGER = ItemType(
    "triggers",
    _workflow,
    _trigger,
    frozenset({"type", "workflow", "condition", "subscribed_to_all_services", "services", "permissions"}),
)
