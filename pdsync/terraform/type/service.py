"""``pagerduty_service``.

Its status is not among the attributes: Terraform only shows it, and incidents move it. Alert grouping is the account's own only where the
state has the whole of it, and no ``pagerduty_alert_grouping_setting`` has the service.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.terraform.mapping import Attribute, ObjectType, UnsureError
from pdsync.terraform.value import block, number, reference, without_empty

_GROUPING = "alert_grouping_parameters"


def _urgency_rule(value: Any) -> Any:
    rule = block(value)
    if not rule.get("type"):
        return None
    hours = {
        name: without_empty(block(rule.get(name)), "type", "urgency")
        for name in ("during_support_hours", "outside_support_hours")
        if block(rule.get(name))
    }
    return {**without_empty(rule, "type", "urgency"), **hours}


def _support_hours(value: Any) -> Any:
    return without_empty(block(value), "type", "time_zone", "start_time", "end_time", "days_of_week") or None


def _scheduled_actions(value: Any) -> Any:
    return [
        {**without_empty(action, "type", "to_urgency"), "at": without_empty(block(action.get("at")), "type", "name")}
        for action in value
        if action
    ]


def _auto_pause(value: Any) -> Any:
    """While it is disabled, the timeout in a state is an invention of the provider."""
    pause = block(value)
    if not pause.get("enabled"):
        return None
    return {"enabled": True, "timeout": pause.get("timeout")}


def _grouping(value: Any) -> Any:
    held = block(value)
    config = block(held.get("config"))
    match held.get("type"):
        case None | "":
            return None
        case "time":
            return {"type": "time", "config": {"timeout": config.get("timeout") or 0}}
        case "content_based":
            _require(config, "fields", "aggregate", "time_window")
            return {"type": "content_based", "config": without_empty(config, "fields", "aggregate", "time_window")}
        case "intelligent":
            _require(config, "fields", "time_window")
            fields = {"iag_fields": config["fields"], "time_window": config["time_window"]}
            return {"type": "intelligent", "config": fields}
    raise UnsureError(f"pdsync does not know the type {held['type']!r}")


def _require(config: Mapping[str, Any], *names: str) -> None:
    """A state of an older provider lacks some, and holds 0 or nothing for them."""
    missing = [name for name in names if not config.get(name)]
    if missing:
        raise UnsureError(f"the state does not contain its {' and '.join(missing)}")


SERVICE = ObjectType(
    "service",
    {
        "name": Attribute("name"),
        "description": Attribute("description"),
        "escalation_policy": Attribute("escalation_policy", reference("escalation_policy")),
        "auto_resolve_timeout": Attribute("auto_resolve_timeout", number),
        "acknowledgement_timeout": Attribute("acknowledgement_timeout", number),
        "incident_urgency_rule": Attribute("incident_urgency_rule", _urgency_rule),
        "support_hours": Attribute("support_hours", _support_hours),
        "scheduled_actions": Attribute("scheduled_actions", _scheduled_actions),
        "alert_creation": Attribute("alert_creation"),
        _GROUPING: Attribute(_GROUPING, _grouping),
        "auto_pause_notifications_parameters": Attribute("auto_pause_notifications_parameters", _auto_pause),
    },
)
