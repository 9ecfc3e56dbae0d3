"""Notification: what a user would have been sent for an incident."""

from __future__ import annotations

from datetime import timedelta

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.private import visible
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.period import asked_zone, moment
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.paging.notification_log import Notification, notifications
from pdsync.sandbox.store.instant import shown, stored
from pdsync.sandbox.store.record import Body, Record

# By type of contact method. The description has no type for WhatsApp.
_TYPES = {
    "email_contact_method": "email_notification",
    "phone_contact_method": "phone_notification",
    "sms_contact_method": "sms_notification",
    "push_notification_contact_method": "push_notification",
}
_LONGEST = timedelta(days=92)  # PagerDuty API description: less than three months


def notification_routes() -> list[Route]:
    return [Route("GET", "/notifications", _list)]


def _list(call: Call) -> Answer:
    """The newest first (a guess)."""
    since, until, chosen = moment(call, "since"), moment(call, "until"), call.arg("filter")
    if since is None or until is None:
        raise invalid("Since and until can't be blank")
    if until <= since or until - since > _LONGEST:
        raise invalid("The period from since to until must be less than 3 months")
    if chosen is not None and chosen not in _TYPES.values():
        raise invalid(f"Filter must be one of: {', '.join(_TYPES.values())}")
    asked_zone(call)  # one that does not exist is refused, whether or not there are rows
    kinds = [kind for kind, name in _TYPES.items() if chosen in (None, name)]
    sent = notifications(call, visible(call, call.store.all("incident")), since, until)
    rows = [it for it in sent if it.contact_method.body["type"] in kinds]
    includes = call.includes()
    return Answer(200, paginate(call, "notifications", rows, lambda it: _show(call, it, includes)))


def _show(call: Call, notification: Notification, includes: frozenset[str]) -> Body:
    method = notification.contact_method
    return {
        "id": notification.id,
        "type": _TYPES[method.body["type"]],
        "started_at": shown(stored(notification.at), asked_zone(call)),
        "address": _address(method),
        "user": call.embed(notification.user, whole="users" in includes),
    }


def _address(method: Record) -> str | None:
    """Null for a device (PagerDuty API description)."""
    body = method.body
    if body["type"] == "push_notification_contact_method":
        return None
    return f"+{body['country_code']}{body['address']}" if "country_code" in body else str(body["address"])
