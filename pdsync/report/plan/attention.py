"""What about a change deserves the reviewer's eye first: who is woken, what is lost, what stops working."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from pdsync.plan import Change, ChildChange, ChildOperation, Operation

_ON_CALL_FIELDS = {
    "user": ("role", "time_zone"),
    "schedule": ("schedule_layers", "time_zone"),
    "schedule_v3": ("rotations", "time_zone"),
    "escalation_policy": ("escalation_rules", "num_loops"),
    "service": (
        "status",
        "escalation_policy",
        "incident_urgency_rule",
        "support_hours",
        "scheduled_actions",
        "alert_creation",
        "auto_pause_notifications_parameters",
        "event_orchestration",
    ),
    "event_orchestration": ("global", "router", "unrouted"),
    "maintenance_window": ("start_time", "end_time", "services"),
}
"""Fields that decide who is notified, and whether; by slug of the kind. Event rules drop, suppress and route events."""
_ON_CALL_LISTS = ("contact_methods", "notification_rules")
TAKES_AWAY = ("schedule_override", "maintenance_window")
"""The kinds of which a new object changes who is notified: a person is relieved, or a service is silent."""
_KEY_FIELDS = ("type", "vendor")
"""What an integration cannot change without getting another routing key."""
REASONS = {
    "blocked": ("is blocked", "are blocked"),
    "deletes": ("deletes an object", "delete objects"),
    "replaces": ("replaces an object", "replace objects"),
    "takes over": ("adopts an object", "adopt objects"),
    "routing key": ("ends a routing key", "end routing keys"),
    "on call": ("affects who is notified", "affect who is notified"),
    "incidents": ("reassigns incidents", "reassign incidents"),
    "note": ("has a note", "have notes"),
}
"""Every reason, worst first, with what one change does and what several do."""
_FIRST_NAME = re.compile(r"[A-Za-z0-9_]+")


def find_reasons(change: Change) -> tuple[str, ...]:
    """Why the change deserves a look, in words; empty where it does not. The same change gives the same words in the same order."""
    reasons = []
    if change.blockers:
        reasons.append("blocked")
    if change.ends:
        reasons.append("deletes")
    if change.operation is Operation.REPLACE:
        reasons.append("replaces")
    if change.operation is Operation.ADOPT:
        reasons.append("takes over")
    if any(map(_changes_key, change.children)):
        reasons.append("routing key")
    if change.kind in TAKES_AWAY if change.makes else _changes_on_call(change):
        reasons.append("on call")
    if change.reassign is not None:
        reasons.append("incidents")
    if change.notes:
        reasons.append("note")
    return tuple(reasons)


def render_reasons(changes: Iterable[Change]) -> str:
    """``1 change affects who is notified; 2 have notes``; empty where no change deserves a look."""
    counts = Counter(reason for change in changes for reason in find_reasons(change))
    said = [
        f"{counts[reason]} {one if counts[reason] == 1 else more}"
        for reason, (one, more) in REASONS.items()
        if counts[reason]
    ]
    if not said:
        return ""
    number, _, rest = said[0].partition(" ")
    return "; ".join([f"{number} {'change' if number == '1' else 'changes'} {rest}", *said[1:]])


def field_of(path: str) -> str:
    """The field of the manifest that a path such as ``schedule_layers[Nights].users`` leads into."""
    name = _FIRST_NAME.match(path)
    return name[0] if name else path


def _changes_key(child: ChildChange) -> bool:
    if child.list_name != "integrations" or child.operation is ChildOperation.ADD:
        return False
    return child.operation is ChildOperation.REMOVE or any(field_of(d.path) in _KEY_FIELDS for d in child.deltas)


def _changes_on_call(change: Change) -> bool:
    fields = _ON_CALL_FIELDS.get(change.kind, ())
    if any(field_of(delta.path) in fields for delta in change.deltas):
        return True
    return any(map(_changes_reach, change.children))


def _changes_reach(child: ChildChange) -> bool:
    """True where a person is reached in another way than before, and not only in one more way."""
    if child.list_name not in _ON_CALL_LISTS or child.operation is ChildOperation.ADD:
        return False
    return child.operation is ChildOperation.REMOVE or any(delta.path != "label" for delta in child.deltas)
