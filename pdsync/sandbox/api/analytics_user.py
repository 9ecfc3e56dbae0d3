"""Analytics of users: how many there are, can be reached, and are on an escalation policy."""

from __future__ import annotations

from pdsync.sandbox.api.analytics_filter import read_request
from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.membership import policy_users
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.store.record import Body, Record


def analytics_user_routes() -> list[Route]:
    return [Route("POST", "/analytics/metrics/users/all", _all)]


def _all(call: Call) -> Answer:
    """Users keep no moment of creation, so that the filters of a period are passed over."""
    request = read_request(call)
    users = [it for it in call.store.ordered("user") if _fits(call, it, request.filters)]
    on_policy = {id for policy in call.store.all("escalation_policy") for id in policy_users(call, policy.body)}
    counts = {
        "downloaded_mobile_app": sum(_has_method(call, it, "push_notification_contact_method") for it in users),
        "on_escalation_policy": sum(it.id in on_policy for it in users),
        # Who has not answered the invitation has not signed up.
        "signed_up": sum(not it.body.get("invitation_sent") for it in users),
        "with_notification_methods": sum(_has_method(call, it) for it in users),
    }
    row: Body = {"total_user_count": len(users)}
    for name, count in counts.items():
        row |= {f"total_{name}_count": count, f"total_{name}_percentage": 100 * count / max(1, len(users))}
    return Answer(200, {"data": [row], "filters": request.filters, "time_zone": request.time_zone})


def _fits(call: Call, user: Record, filters: Body) -> bool:
    held = {
        "user_ids": {user.id},
        "role_ids": {str(user.body.get("role"))},
        "team_ids": {it.body["team"]["id"] for it in call.store.referrers("membership", user.id)},
    }
    return not any(filters.get(name) and ids.isdisjoint(filters[name]) for name, ids in held.items())


def _has_method(call: Call, user: Record, type: str | None = None) -> bool:
    return any(type in (None, it.body["type"]) for it in call.store.children("contact_method", user.id))
