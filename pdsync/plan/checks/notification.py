"""Notification rules that go although no list names them, and people whom nothing notifies any more. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pdsync.kinds.user import EMAIL, method_name
from pdsync.model import Canonical
from pdsync.plan.change import ChildChange, ChildOperation
from pdsync.plan.pairing.paired_account import Pair

_URGENCIES = ("high", "low")


def removes_methods(changes: Iterable[ChildChange]) -> bool:
    """True where a contact method goes; which rules the person has matters then."""
    return any(
        change.list_name == "contact_methods" and change.operation is ChildOperation.REMOVE for change in changes
    )


def compute_lost_rules(pair: Pair, changes: Sequence[ChildChange]) -> tuple[ChildChange, ...]:
    """Removals of the rules by contact methods that go: PagerDuty removes them with the method, the plan says so."""
    declared = pair.kind.child("notification_rules")
    if declared is None or not removes_methods(changes):
        return ()
    removed = {change.id for change in changes if change.operation is ChildOperation.REMOVE}
    gone = {
        method_name(child.value) for child in pair.children_before.get("contact_methods", ()) if child.id in removed
    }
    return tuple(
        ChildChange(
            declared.name,
            ChildOperation.REMOVE,
            declared.label_of(rule.value),
            declared.key_of(rule.value),
            rule.value,
            rule.id,
        )
        for rule in pair.children_before.get("notification_rules", ())
        if rule.id not in removed and rule.value["contact_method"].value in gone
    )


def urgency_notes(pair: Pair, changes: Sequence[ChildChange]) -> list[str]:
    """Says of which urgencies nobody notifies this person any more."""
    rules = [change for change in changes if change.list_name == "notification_rules"]
    added = {change.values.get("urgency") for change in rules if change.operation is not ChildOperation.REMOVE}
    if pair.live is None:
        before: set[Canonical] = set(_URGENCIES)
        kept: set[Canonical] = set() if _drops_defaults(pair) else set(_URGENCIES)
    else:
        removed = {change.id for change in rules if change.operation is ChildOperation.REMOVE}
        held = pair.children_before.get("notification_rules", ())
        before = {child.value.get("urgency") for child in held}
        kept = {child.value.get("urgency") for child in held if child.id not in removed}
    return [
        f"nothing notifies this person of {urgency}-urgency incidents any more: the last notification rule for them goes"
        for urgency in _URGENCIES
        if urgency in before - kept - added
    ]


def _drops_defaults(pair: Pair) -> bool:
    """True where the lists of a new person leave no place for the rules by email that PagerDuty makes."""
    modes = pair.resource.modes
    if "notification_rules" in pair.children and modes.get("notification_rules") == "exclusive":
        return True
    methods = pair.children.get("contact_methods")
    return methods is not None and modes.get("contact_methods") == "exclusive" and not _has_login(pair, methods)


def _has_login(pair: Pair, methods: Sequence[Mapping[str, Canonical]]) -> bool:
    return any(method.get("type") == EMAIL and method.get("address") == pair.after.get("email") for method in methods)
