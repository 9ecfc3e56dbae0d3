"""Random companies: people who are reached in all ways and in none, schedules with holes, policies, and services of every urgency."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from pdsync.model import Resource
from tests.support.world import layer, resource

PEOPLE = ("ana", "bo", "cy")
SCHEDULES = ("days", "nights")
POLICIES = ("first", "second")
_HOURS = {"time_zone": "Etc/UTC", "days_of_week": [1, 2, 3, 4, 5], "start_time": "09:00", "end_time": "17:00"}
_BY_HOURS = {
    "type": "use_support_hours",
    "during_support_hours": {"type": "constant", "urgency": "high"},
    "outside_support_hours": {"type": "constant", "urgency": "low"},
}
_RISE = {"type": "urgency_change", "at": {"type": "named_time", "name": "support_hours_start"}, "to_urgency": "high"}
_URGENCIES: tuple[dict[str, Any], ...] = (
    {},
    *({"incident_urgency_rule": {"type": "constant", "urgency": each}} for each in ("high", "low", "severity_based")),
    {"incident_urgency_rule": _BY_HOURS, "support_hours": _HOURS},
    {"incident_urgency_rule": _BY_HOURS, "support_hours": _HOURS, "scheduled_actions": [_RISE]},
)
_MORNINGS = {"type": "daily_restriction", "start_time_of_day": "08:00", "duration_seconds": 4 * 3600}


def _method(key: str) -> dict[str, Any]:
    return {"type": "sms_contact_method", "address": f"55501{PEOPLE.index(key):02d}", "country_code": 1}


@st.composite
def _people(draw: st.DrawFn, key: str) -> Resource:
    spec: dict[str, Any] = {"name": key.title(), "email": f"{key}@example.com", "role": "limited_user"}
    methods = draw(st.sampled_from((None, [], [_method(key)])))
    rules = draw(st.sampled_from((None, [], ["high"], ["low"], ["high", "low"])))
    if methods is not None:
        spec |= {"contact_methods": methods, "contact_methods_mode": draw(st.sampled_from(("additive", "exclusive")))}
    if rules is not None and (methods or not rules):
        delay = draw(st.sampled_from((0, 5)))
        spec["notification_rules"] = [
            {"urgency": urgency, "start_delay_in_minutes": delay, "contact_method": _method(key)} for urgency in rules
        ]
        spec["notification_rules_mode"] = draw(st.sampled_from(("additive", "exclusive")))
    return resource("User", key, spec)


@st.composite
def companies(draw: st.DrawFn) -> list[Resource]:
    """Manifests that are valid together."""
    made = [draw(_people(key)) for key in PEOPLE]
    for key in SCHEDULES:
        users = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2, unique=True))
        held = {"restrictions": [_MORNINGS]} if draw(st.booleans()) else {}
        whole = layer(
            "all", *users, rotation_virtual_start="2026-01-05T09:00Z", rotation_turn_length_seconds="1d", **held
        )
        made.append(
            resource("Schedule", key, {"name": key.title(), "time_zone": "Etc/UTC", "schedule_layers": [whole]})
        )
    targets = st.sampled_from([*({"user": key} for key in PEOPLE), *({"schedule": key} for key in SCHEDULES)])
    for key in POLICIES:
        rules = [
            {"escalation_delay_in_minutes": draw(st.sampled_from((1, 10))), "targets": [target]}
            for target in draw(st.lists(targets, min_size=1, max_size=3))
        ]
        spec = {"name": key.title(), "escalation_rules": rules, "num_loops": draw(st.integers(0, 2))}
        made.append(resource("EscalationPolicy", key, spec))
    for key in ("shop", "mail", "web"):
        status = {"status": draw(st.sampled_from(("active", "disabled")))}
        followed = {"name": key.title(), "escalation_policy": draw(st.sampled_from(POLICIES))}
        made.append(resource("Service", key, {**followed, **status, **draw(st.sampled_from(_URGENCIES))}))
    return made
