"""Status update rule: by which contact method a user is notified of the status updates of an incident."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route, routes_of_users
from pdsync.sandbox.api.contact_method import choose_contact_method, show_method_of_rule
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body, Record

KIND = "status_update_notification_rule"
_SHOWN_AS = "notification_rule"
"""The wrapper of the answers to GET and PUT of one rule; the requests and the POST have the kind's own (PagerDuty API
description)."""


def status_update_rule_routes() -> list[Route]:
    many = {"GET": _list, "POST": _post}
    return routes_of_users(f"{KIND}s", many, {"GET": _get, "PUT": _put, "DELETE": _delete})


def show_status_update_rule(call: Call, record: Record, includes: frozenset[str]) -> Body:
    """Has no html_url (PagerDuty API description, its examples)."""
    return {
        "id": record.id,
        "type": KIND,
        "summary": f"contact method {record.body['contact_method']['id']} used as {KIND}",
        "self": f"{call.links.base_url}/users/{record.parent}/{KIND}s/{record.id}",
        "contact_method": show_method_of_rule(call, record.body, whole="contact_methods" in includes),
        "created_at": record.body["created_at"],
    }


def _list(call: Call, user_id: str) -> Answer:
    rules = call.store.children(KIND, call.record("user", user_id).id)
    return Answer(200, {f"{KIND}s": [call.show(it, call.includes()) for it in rules]})


def _get(call: Call, user_id: str, id: str) -> Answer:
    record = call.child(KIND, call.record("user", user_id), id)
    return Answer(200, {_SHOWN_AS: call.show(record, call.includes())})


def _post(call: Call, user_id: str) -> Answer:
    user = call.record("user", user_id)
    draft = _checked(call, user, {"created_at": stored(call.now)}, None)
    return Answer(201, {KIND: call.show(call.store.put(KIND, call.store.new_id(), draft, user.id))})


def _put(call: Call, user_id: str, id: str) -> Answer:
    user = call.record("user", user_id)
    record = call.child(KIND, user, id)
    changed = call.store.put(KIND, record.id, _checked(call, user, dict(record.body), record), user.id)
    return Answer(200, {_SHOWN_AS: call.show(changed)})


def _delete(call: Call, user_id: str, id: str) -> Answer:
    call.store.delete(call.child(KIND, call.record("user", user_id), id).id)
    return Answer(204)


def _checked(call: Call, user: Record, draft: Body, record: Record | None) -> Body:
    form = Form(call.wrapped(KIND), draft, creating=record is None)
    choose_contact_method(call, form, user, draft)
    form.finish()
    method = draft["contact_method"]
    if call.profile.reads("equal_status_update_rules", "refused") and any(
        it.body["contact_method"] == method and it is not record for it in call.store.children(KIND, user.id)
    ):
        raise invalid("Channel must be unique for status updates")
    return draft
