"""What PagerDuty gives to a new object by itself: writing it down would be noise.

A test makes an object of every kind with nothing but what is required, and holds these against it.
"""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.model import Canonical

NEVER: Mapping[str, frozenset[str]] = {"user": frozenset({"color"})}
"""Fields that are not exported: PagerDuty picks a colour for each person, and no one chose it."""

_FIELDS: Mapping[str, Mapping[str, Canonical]] = {
    "user": {"job_title": None, "description": None},
    "team": {"description": None, "default_role": "manager", "parent": None},
    "schedule": {"description": None, "teams": []},
    "escalation_policy": {
        "description": None,
        "num_loops": 0,
        "on_call_handoff_notifications": "if_has_services",
        "teams": [],
    },
    "service": {
        "description": None,
        "status": "active",
        "auto_resolve_timeout": None,
        "acknowledgement_timeout": None,
        "support_hours": None,
        "scheduled_actions": [],
        "alert_creation": "create_alerts_and_incidents",
        "alert_grouping_parameters": None,
        "auto_pause_notifications_parameters": {"enabled": False},
    },
}
"""By kind and field. The urgency of a service is always written, though high is what a new one has: it decides who wakes up."""

_ITEMS: Mapping[str, Mapping[str, Canonical]] = {"contact_methods": {"send_short_email": False}}
"""By child list and member."""


def is_default(kind: str, field: str, value: Canonical) -> bool:
    """True where a new object of that kind has this value without being told."""
    known = _FIELDS.get(kind, {})
    return field in known and known[field] == value


def is_default_member(child_list: str, member: str, value: Canonical) -> bool:
    """True where a new item of that child list has this value without being told."""
    known = _ITEMS.get(child_list, {})
    return member in known and known[member] == value


def defaults_of(kind: str) -> Mapping[str, Canonical]:
    """The fields of a new object that are known, with their values."""
    return _FIELDS.get(kind, {})
