"""``pagerduty_schedule``, with layers.

A state keeps the layers base first, as the configuration does, and PagerDuty answers them the other way round. It does not keep those
that have ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.terraform.mapping import Attribute, ObjectType
from pdsync.terraform.value import instant, reference, references, without_empty


def _layers(value: Any) -> Any:
    return [_layer(layer) for layer in reversed(value)]


def _layer(layer: Mapping[str, Any]) -> dict[str, Any]:
    user = reference("user")
    return {
        **without_empty(layer, "id", "name", "rotation_turn_length_seconds"),
        **{name: instant(layer.get(name)) for name in ("start", "end", "rotation_virtual_start")},
        "users": [{"user": user(identity)} for identity in layer.get("users") or () if identity],
        "restrictions": [_restriction(each) for each in layer.get("restriction") or ()],
    }


def _restriction(restriction: Mapping[str, Any]) -> dict[str, Any]:
    """The day of a daily restriction is 0 in a state: it has none."""
    kept = without_empty(restriction, "type", "start_time_of_day", "duration_seconds")
    day = restriction.get("start_day_of_week")
    return {**kept, "start_day_of_week": day} if day else kept


SCHEDULE = ObjectType(
    "schedule",
    {
        "name": Attribute("name"),
        "description": Attribute("description"),
        "time_zone": Attribute("time_zone"),
        "layer": Attribute("schedule_layers", _layers),
        "teams": Attribute("teams", references("team")),
    },
)
