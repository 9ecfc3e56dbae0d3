"""Ability: what an account's plan allows. An account has a fixed list; one that it lacks is answered with 402."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.problem import not_found, payment_required

_ABILITIES = (
    "advanced_permissions",
    "coordinated_responding",
    "event_rules",
    "manual_alert_grouping",
    "permissions_service",
    "preview_intelligent_alert_grouping",
    "read_only_users",
    "round_robin_scheduling",
    "service_support_hours",
    "team_responders",
    "teams",
    "time_based_alert_grouping",
    "urgencies",
)
_NOT_BOUGHT = ("sso", "response_operations", "offboarding")


def ability_routes() -> list[Route]:
    return [Route("GET", "/abilities", _list), Route("GET", "/abilities/<id>", _get)]


def _list(call: Call) -> Answer:
    return Answer(200, {"abilities": list(_ABILITIES)})


def _get(call: Call, id: str) -> Answer:
    """204, 402 or 404 (PagerDuty API description)."""
    if id in _ABILITIES:
        return Answer(204)
    raise payment_required(id) if id in _NOT_BOUGHT else not_found()
