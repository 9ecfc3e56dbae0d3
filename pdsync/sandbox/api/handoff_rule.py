"""Handoff rule: by which contact method, and how long before, a user is notified that a shift begins or ends."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route, routes_of_users
from pdsync.sandbox.api.contact_method import choose_contact_method, show_method_of_rule
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.record import Body, Record

KIND = "oncall_handoff_notification_rule"
_TYPES = ("both", "oncall", "offcall")
_MOST_MINUTES = 60 * 24 * 365  # the API description has no limit; this one only keeps numbers sane


def handoff_rule_routes() -> list[Route]:
    many = {"GET": _list, "POST": _post}
    return routes_of_users(f"{KIND}s", many, {"GET": _get, "PUT": _put, "DELETE": _delete})


def show_handoff_rule(call: Call, record: Record, includes: frozenset[str]) -> Body:
    """Has no type, summary or self (PagerDuty API description, HandoffNotificationRule)."""
    return {**record.body, "id": record.id, "contact_method": show_method_of_rule(call, record.body)}


def _list(call: Call, user_id: str) -> Answer:
    user = call.record("user", user_id)
    return Answer(200, {f"{KIND}s": [call.show(it) for it in call.store.children(KIND, user.id)]})


def _get(call: Call, user_id: str, id: str) -> Answer:
    return _answer(200, call, call.child(KIND, call.record("user", user_id), id))


def _post(call: Call, user_id: str) -> Answer:
    user = call.record("user", user_id)
    draft = _checked(call, user, {"handoff_type": "both", "notify_advance_in_minutes": 0}, None)
    return _answer(201, call, call.store.put(KIND, call.store.new_id(), draft, user.id))


def _put(call: Call, user_id: str, id: str) -> Answer:
    user = call.record("user", user_id)
    record = call.child(KIND, user, id)
    return _answer(200, call, call.store.put(KIND, record.id, _checked(call, user, dict(record.body), record), user.id))


def _delete(call: Call, user_id: str, id: str) -> Answer:
    call.store.delete(call.child(KIND, call.record("user", user_id), id).id)
    return Answer(204)


def _checked(call: Call, user: Record, draft: Body, record: Record | None) -> Body:
    form = Form(call.wrapped(KIND), draft, creating=record is None)
    form.choice("handoff_type", _TYPES)
    form.integer("notify_advance_in_minutes", 0, _MOST_MINUTES)
    choose_contact_method(call, form, user, draft)
    form.finish()
    refused = call.profile.reads("equal_handoff_rules", "refused")
    if refused and any(it.body == draft and it is not record for it in call.store.children(KIND, user.id)):
        raise invalid("Channel Notify advance must be unique for a given contact method and handoff type")
    return draft


def _answer(status: int, call: Call, record: Record) -> Answer:
    return Answer(status, {KIND: call.show(record)})
