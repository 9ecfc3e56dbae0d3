"""Notification rule: when a user is notified, after which delay, by which contact method."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route, routes_of_users
from pdsync.sandbox.api.contact_method import choose_contact_method, show_method_of_rule
from pdsync.sandbox.api.use import check_uses
from pdsync.sandbox.http.call import Answer, Call, pointer
from pdsync.sandbox.http.form import Form
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

_TYPE = "assignment_notification_rule"
_URGENCIES = ("high", "low")


def notification_rule_routes() -> list[Route]:
    many = {"GET": _list, "POST": _post}
    return routes_of_users("notification_rules", many, {"GET": _get, "PUT": _put, "DELETE": _delete})


def add_default_rules(store: Store, user: Record, method: Record) -> None:
    """A new user is notified at once by the default method."""
    count = {"each_urgency": 2, "high_only": 1, "no_rules": 0}[store.profile.reading("new_user_rules")]
    for urgency in _URGENCIES[: min(count, 1) if "urgencies" in store.profile.missing else count]:
        body = {"type": _TYPE, "start_delay_in_minutes": 0, "contact_method": pointer(method), "urgency": urgency}
        store.put("notification_rule", store.new_id(), body, user.id)


def show_notification_rule(call: Call, record: Record, includes: frozenset[str]) -> Body:
    method = show_method_of_rule(call, record.body, whole="contact_methods" in includes)
    return {**call.links.head(record), **record.body, "contact_method": method}


def _list(call: Call, user_id: str) -> Answer:
    """Without ``urgency`` only the high ones (PagerDuty API description: it defaults to high)."""
    user = call.record("user", user_id)
    urgency = call.arg("urgency") or "high"
    if urgency not in (*_URGENCIES, "all"):
        raise invalid("Urgency must be one of: high, low, all")
    rules = [
        show_notification_rule(call, it, call.includes())
        for it in call.store.children("notification_rule", user.id)
        if urgency in ("all", it.body["urgency"])
    ]
    return Answer(200, {"notification_rules": rules})


def _get(call: Call, user_id: str, id: str) -> Answer:
    return _answer(200, call, call.child("notification_rule", call.record("user", user_id), id))


def _post(call: Call, user_id: str) -> Answer:
    user = call.record("user", user_id)
    draft = _checked(call, user, call.wrapped("notification_rule"), {"type": _TYPE}, None)
    return _answer(201, call, call.store.put("notification_rule", call.store.new_id(), draft, user.id))


def _put(call: Call, user_id: str, id: str) -> Answer:
    user = call.record("user", user_id)
    record = call.child("notification_rule", user, id)
    draft = _checked(call, user, call.wrapped("notification_rule"), dict(record.body), record)
    return _answer(200, call, call.store.put("notification_rule", record.id, draft, user.id))


def _delete(call: Call, user_id: str, id: str) -> Answer:
    call.store.delete(call.child("notification_rule", call.record("user", user_id), id).id)
    return Answer(204)


def _checked(call: Call, user: Record, body: Body, draft: Body, record: Record | None) -> Body:
    check_uses(call, "notification_rule", body)
    form = Form(body, draft, creating=record is None)
    form.choice("type", (_TYPE,))
    form.integer("start_delay_in_minutes", 0, required=True)
    form.choice("urgency", _URGENCIES, required=True)
    choose_contact_method(call, form, user, draft)
    form.finish()
    rules = call.store.children("notification_rule", user.id)
    if any(_key(it.body) == _key(draft) and it is not record for it in rules):
        # Text: terraform-provider-pagerduty, its client's handling of duplicates.
        raise invalid("Channel Start delay must be unique for a given contact method")
    return draft


def _key(body: Body) -> tuple[str, int, str]:
    return body["urgency"], body["start_delay_in_minutes"], body["contact_method"]["id"]


def _answer(status: int, call: Call, record: Record) -> Answer:
    return Answer(status, {"notification_rule": show_notification_rule(call, record, call.includes())})
