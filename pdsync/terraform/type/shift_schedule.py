"""``pagerduty_schedulev2``, with rotations: a shift-based schedule, whatever its number says.

A state keeps blocks as lists of one, and no time zone of an event: it is that of the schedule. Its moments are as the API answers them
(pagerdutyplugin/resource_pagerduty_schedulev2.go).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.terraform.mapping import Attribute, ObjectType
from pdsync.terraform.value import block, instant, references, without_empty

_MEMBER = ("type", "user_id")


def _rotations(value: Any) -> Any:
    return [{"events": [_event(event) for event in rotation.get("event") or ()]} for rotation in value]


def _event(event: Mapping[str, Any]) -> dict[str, Any]:
    strategy = block(event.get("assignment_strategy"))
    return {
        **without_empty(event, "id", "name", "recurrence"),
        **{name: {"date_time": event.get(name)} for name in ("start_time", "end_time")},
        **{name: instant(event.get(name)) for name in ("effective_since", "effective_until")},
        "assignment_strategy": {
            **without_empty(strategy, "type", "shifts_per_member"),
            "members": [without_empty(member, *_MEMBER) for member in strategy.get("member") or ()],
        },
    }


SHIFT_SCHEDULE = ObjectType(
    "schedule_v3",
    {
        "name": Attribute("name"),
        "description": Attribute("description"),
        "time_zone": Attribute("time_zone"),
        "rotation": Attribute("rotations", _rotations),
        "teams": Attribute("teams", references("team")),
    },
)
