"""Shift member: a user who has a shift, or the empty member, with whom no one is on call."""

from __future__ import annotations

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.field_form import FieldForm
from pdsync.sandbox.store.record import Body

EMPTY: Body = {"type": "empty_member"}


def parse_member(call: Call, form: FieldForm, name: str, given: Body) -> Body:
    """A member in stored form, with a reference to its user. What is wrong is a problem of the field ``name``."""
    if given.get("type") == EMPTY["type"]:
        return EMPTY
    if given.get("type") != "user_member":
        form.problem(name, "Member type must be one of: user_member, empty_member")
        return EMPTY
    id = given.get("user_id")
    if not isinstance(id, str) or call.store.get("user", id) is None:
        form.problem(name, "User Not Found")
        return EMPTY
    return {"type": "user_member", "user": {"id": id, "type": "user_reference"}}


def show_member(member: Body) -> Body:
    user = member.get("user")
    return EMPTY if user is None else {"type": "user_member", "user_id": user["id"]}
