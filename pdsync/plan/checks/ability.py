"""Abilities: what an account must have been given before PagerDuty takes something. Pure.

Only what is known is said: an account that already uses a feature has what it takes, and a feature that has no ability here
passes in silence (the tree of teams, alert grouping, automatic pauses: no name of theirs is documented).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.kinds.user import STAKEHOLDERS
from pdsync.model import Account, Canonical, LiveObject
from pdsync.plan.change import Change, ChildOperation, Operation

_ADVANCED = ("observer", "restricted_access")


@dataclass(frozen=True, slots=True)
class Feature:
    """A use of a field or child list that needs one of some abilities."""

    abilities: tuple[str, ...]
    """Any of these is enough."""
    kind: str
    part: str
    """The field or child list; empty for objects of the kind as such."""
    says: str
    is_used: Callable[[Any], bool]
    """Whether a canonical value (of a child list: one item) uses it."""
    source: str


def _is_low(urgency: Any) -> bool:
    return urgency in ("low", "severity_based")


def _has_low(rule: Any) -> bool:
    """Whether an urgency rule asks for anything but the urgency that every account has."""
    if not isinstance(rule, Mapping):
        return False
    parts = (rule, rule.get("during_support_hours") or {}, rule.get("outside_support_hours") or {})
    return any(_is_low(part.get("urgency")) for part in parts)


def _has_round_robin(rules: Any) -> bool:
    return any(rule.get("escalation_rule_assignment_strategy") == "round_robin" for rule in rules or ())


_API = "PagerDuty API description"
_TEAMS = ("teams",)
FEATURES = (
    Feature(_TEAMS, "team", "", "teams", lambda _: True, f"{_API}, concepts: Teams"),
    Feature(_TEAMS, "escalation_policy", "teams", "policies in teams", bool, f"{_API}, EscalationPolicy.teams"),
    Feature(_TEAMS, "schedule", "teams", "schedules in teams", bool, f"{_API}, concepts: Teams"),
    Feature(
        _TEAMS,
        "escalation_policy",
        "escalation_rules",
        "round robin",
        _has_round_robin,
        "terraform-provider-pagerduty #972",
    ),
    Feature(
        ("read_only_users",), "user", "role", "stakeholders", lambda role: role in STAKEHOLDERS, f"{_API}, User.role"
    ),
    # "Advanced permissions abilities" there; both names are seen in answers of GET /abilities.
    Feature(
        ("advanced_permissions", "permissions_service"),
        "user",
        "role",
        "the roles observer and restricted_access",
        lambda role: role in _ADVANCED,
        f"{_API}, User.role",
    ),
    Feature(
        ("urgencies",),
        "user",
        "notification_rules",
        "notification rules for low urgency",
        lambda rule: rule.get("urgency") == "low",
        f"{_API}, NotificationRule.urgency",
    ),
    Feature(
        ("urgencies",),
        "service",
        "incident_urgency_rule",
        "urgencies other than high",
        _has_low,
        f"{_API}, incident_urgencies (read as: of services too)",
    ),
    Feature(
        ("service_support_hours",),
        "service",
        "support_hours",
        "support hours",
        bool,
        f"{_API}, example of GET /abilities (read as: what its name says)",
    ),
)
"""The table. A false line would stand in somebody's way: each has its source, and docs/sandbox.md lists what to verify."""


def needs_abilities(changes: Iterable[Change], account: Account) -> bool:
    """True where it matters what the account has."""
    return any(True for _ in _new_uses(changes, account))


def ability_blockers(changes: Iterable[Change], account: Account) -> Iterator[tuple[str, str]]:
    """What PagerDuty would refuse for want of an ability: by address of the change, the field first."""
    if account.abilities is None:
        return
    for change, feature in _new_uses(changes, account):
        if account.abilities.isdisjoint(feature.abilities):
            names = " or ".join(map(repr, feature.abilities))
            field = f"{feature.part}: " if feature.part else ""
            yield (
                change.address,
                f"{field}the account lacks the ability {names}, which {feature.says} need; "
                "ask whoever buys PagerDuty for it, or leave them out",
            )


def _new_uses(changes: Iterable[Change], account: Account) -> Iterator[tuple[Change, Feature]]:
    """Features that a change begins to use and that nothing in the account uses yet."""
    known: dict[tuple[str, ...], bool] = {}
    for change in changes:
        for feature in FEATURES:
            if feature.kind == change.kind and _uses(change, feature):
                if feature.abilities not in known:
                    known[feature.abilities] = _is_known(feature.abilities, account)
                if not known[feature.abilities]:
                    yield change, feature


def _uses(change: Change, feature: Feature) -> bool:
    if change.operation not in (Operation.CREATE, Operation.UPDATE, Operation.ADOPT):
        return False
    if not feature.part:
        return change.operation is Operation.CREATE
    items = [
        child.values
        for child in change.children
        if child.list_name == feature.part and child.operation is not ChildOperation.REMOVE
    ]
    if any(map(feature.is_used, items)):
        return True
    changed = {delta.field for delta in change.deltas}
    values: dict[str, Canonical] = {**change.values, **change.followup}
    return feature.part in changed and feature.is_used(values.get(feature.part))


def _is_known(abilities: tuple[str, ...], account: Account) -> bool:
    return any(
        _has(feature, live)
        for feature in FEATURES
        if feature.abilities == abilities
        for live in account.objects.get(feature.kind, ())
    )


def _has(feature: Feature, live: LiveObject) -> bool:
    if not feature.part:
        return True
    if any(feature.is_used(child.value) for child in live.children.get(feature.part, ())):
        return True
    return feature.part in live.fields and feature.is_used(live.fields[feature.part])
