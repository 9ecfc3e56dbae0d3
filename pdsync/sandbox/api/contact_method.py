"""Contact method: an address at which a user can be reached."""

from __future__ import annotations

import re

from pdsync.sandbox.api.collection import Route, routes_of_users
from pdsync.sandbox.http.call import Answer, Call, pointer
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

RULES = ("notification_rule", "oncall_handoff_notification_rule", "status_update_notification_rule")
"""What uses a contact method, and goes with it."""
_EMAIL = "email_contact_method"
_PUSH = "push_notification_contact_method"
_NUMBERS = ("phone_contact_method", "sms_contact_method", "whatsapp_contact_method")
_TYPES = (_EMAIL, *_NUMBERS)
# Rules for numbers: terraform-provider-pagerduty, resource_pagerduty_user_contact_method.go.
_TRUNK_ZERO = (33, 40, 44, 45, 49, 61, 66, 91)


def contact_method_routes() -> list[Route]:
    many = {"GET": _list, "POST": _post}
    return routes_of_users("contact_methods", many, {"GET": _get, "PUT": _put, "DELETE": _delete})


def add_default_method(store: Store, user: Record) -> Record:
    """The method that every new user has (facts: an email method with the label Default)."""
    body = {"type": _EMAIL, "label": "Default", "address": user.body["email"], "send_short_email": False}
    return store.put("contact_method", store.new_id(), body, user.id)


def show_contact_method(call: Call, record: Record, includes: frozenset[str]) -> Body:
    return {**call.links.head(record), **record.body}


def show_method_of_rule(call: Call, rule: Body, *, whole: bool = False) -> Body:
    shown = call.embed(rule["contact_method"], whole=whole)
    if call.profile.reads("method_of_rule", "reference"):
        return shown
    return {**shown, "type": shown["type"].removesuffix("_reference")}


def choose_contact_method(call: Call, form: Form, user: Record, draft: Body) -> None:
    """Reads the contact method of a rule into its draft; it must be one of the same user."""
    chosen = form.object("contact_method", required=True)
    if chosen is not None:
        id = chosen.get("id")
        method = call.store.get("contact_method", id) if isinstance(id, str) else None
        if method is None or method.parent != user.id:
            form.error("Contact method Not Found")
        else:
            draft["contact_method"] = pointer(method)


def _list(call: Call, user_id: str) -> Answer:
    user = call.record("user", user_id)
    methods = [call.show(it) for it in call.store.children("contact_method", user.id)]
    return Answer(200, {"contact_methods": methods})


def _get(call: Call, user_id: str, id: str) -> Answer:
    return _answer(200, call, call.child("contact_method", call.record("user", user_id), id))


def _post(call: Call, user_id: str) -> Answer:
    user = call.record("user", user_id)
    body = call.wrapped("contact_method")
    type = body.get("type")
    if type == _PUSH:
        # Only the phone app registers itself (terraform-provider-pagerduty PR 247).
        raise invalid("Push notification contact methods cannot be created through the API")
    if not isinstance(type, str) or type not in _TYPES:
        raise invalid(f"Type must be one of: {', '.join(_TYPES)}")
    draft: Body = {"type": type}
    if type == _EMAIL:
        draft["send_short_email"] = False
    else:
        # The server fills in the country; enabled and blacklisted are its own (PagerDuty API description).
        draft |= {"country_code": 1, "enabled": True, "blacklisted": False}
    draft = _checked(call, user, body, draft, None)
    return _answer(201, call, call.store.put("contact_method", call.store.new_id(), draft, user.id))


def _put(call: Call, user_id: str, id: str) -> Answer:
    user = call.record("user", user_id)
    record = call.child("contact_method", user, id)
    draft = _checked(call, user, call.wrapped("contact_method"), dict(record.body), record)
    return _answer(200, call, call.store.put("contact_method", record.id, draft, user.id))


def _delete(call: Call, user_id: str, id: str) -> Answer:
    record = call.child("contact_method", call.record("user", user_id), id)
    rules = [rule for kind in RULES for rule in call.store.referrers(kind, record.id)]
    if rules and call.profile.reads("deleted_contact_method", "refused"):
        raise invalid("Contact method can't be deleted while notification rules use it")
    for rule in rules:
        call.store.delete(rule.id)
    call.store.delete(record.id)
    return Answer(204)


def _checked(call: Call, user: Record, body: Body, draft: Body, record: Record | None) -> Body:
    form = Form(body, draft, creating=record is None)
    form.text("label", Text(100, min_length=1), required=True)
    form.text("address", Text(100, min_length=1), required=True)
    if draft["type"] == _EMAIL:
        form.boolean("send_short_email", null=False)
        if "@" not in draft.get("address", "@"):
            form.error("Address is invalid")
    else:
        _check_country_code(form)
        reason = _number_problem(draft["type"], draft.get("address"), draft["country_code"])
        if reason:
            form.error(f"Address {reason}")
    form.finish()
    if any(_key(it.body) == _key(draft) and it is not record for it in call.store.children("contact_method", user.id)):
        # Text: terraform-provider-pagerduty, its client's handling of duplicates.
        raise invalid("User Contact method must be unique")
    return draft


def _check_country_code(form: Form) -> None:
    """An integer in PagerDuty's API description; pagerduty-cli sends text. Answers always have the integer."""
    given = form.body.get("country_code")
    body = {"country_code": int(given)} if isinstance(given, str) and re.fullmatch("[0-9]{1,4}", given) else form.body
    form.nested(body, form.draft, "").integer("country_code", 1, 1999, null=form.draft["country_code"])


def _number_problem(type: str, address: str | None, country_code: int) -> str | None:
    if address is None:
        return None
    if not re.fullmatch(r"[0-9,*#]{1,40}", address):
        return "must have at most 40 digits, commas, asterisks and hashes"
    if country_code in _TRUNK_ZERO and address.startswith("0"):
        return "must not begin with 0 for this country"
    is_mexican_sms = country_code == 52 and type == "sms_contact_method"
    if (country_code == 1 or is_mexican_sms) and address.startswith("1"):
        return "must not begin with 1 for this country"
    return None


def _key(body: Body) -> tuple[str, str, int]:
    return body["type"], body["address"].lower(), body.get("country_code", 0)


def _answer(status: int, call: Call, record: Record) -> Answer:
    return Answer(status, {"contact_method": call.show(record)})
