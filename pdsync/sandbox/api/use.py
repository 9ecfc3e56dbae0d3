"""Use: which bodies need a feature that the account's plan may lack."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.plan import lacks
from pdsync.sandbox.store.record import Body


def check_uses(call: Call, kind: str, body: Body) -> None:
    """Raises the 402 or 403 of a body that asks for what the account lacks."""
    for name in call.profile.missing:
        is_used = _USES.get(name, {}).get(kind)
        if is_used is not None and is_used(body):
            raise lacks(call.profile, name)


def _has_teams(body: Body) -> bool:
    return bool(body.get("teams"))


def _takes_turns(body: Body) -> bool:
    rules = body.get("escalation_rules")
    if not isinstance(rules, list):
        return False
    strategies = [_member(rule, "escalation_rule_assignment_strategy") for rule in rules]
    return any("round_robin" in (strategy, _member(strategy, "type")) for strategy in strategies)


def _has_role(*roles: str) -> Callable[[Body], bool]:
    return lambda body: body.get("role") in roles


def _is_not_always_high(body: Body) -> bool:
    rule = body.get("incident_urgency_rule")
    return rule is not None and (_member(rule, "type"), _member(rule, "urgency")) != ("constant", "high")


def _groups_alerts(body: Body) -> bool:
    return _member(body.get("alert_grouping_parameters"), "type") is not None


def _member(value: object, name: str) -> object:
    """A part of what a client sent, which may be anything."""
    return value.get(name) if isinstance(value, dict) else None


# Sources: PagerDuty API description, "Account must have the ... ability" at these fields; round robin:
# terraform-provider-pagerduty #819, #972; support hours and grouping by the names of their abilities.
_USES: Mapping[str, Mapping[str, Callable[[Body], bool]]] = {
    "teams": {"escalation_policy": _has_teams, "schedule": _has_teams, "schedule_v3": _has_teams},
    "round_robin": {"escalation_policy": _takes_turns},
    "aiops": {"service": _groups_alerts},
    "advanced_permissions": {"user": _has_role("observer", "restricted_access")},
    "stakeholders": {"user": _has_role("read_only_user", "read_only_limited_user")},
    "urgencies": {"service": _is_not_always_high, "notification_rule": lambda body: body.get("urgency") == "low"},
    "support_hours": {"service": lambda body: body.get("support_hours") is not None},
}
