"""Rule method: the contact method by which a rule of a user says something."""

from __future__ import annotations

from pdsync.sandbox.http.call import Call, pointer
from pdsync.sandbox.http.form import Form
from pdsync.sandbox.store.record import Body, Record


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
