"""Consistency: whether everything that is stored hangs together, and can be shown."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.sandbox.call import Call
from pdsync.sandbox.endpoint import COLLECTIONS
from pdsync.sandbox.priority import PRIORITIES
from pdsync.sandbox.store import mentions
from pdsync.sandbox.vendor import VENDORS

# What tells of the past may name what is gone.
_HISTORY = frozenset({"incident", "log_entry", "audit_record", "note", "alert", "change_event", "status_update"})
_CHILDREN = frozenset(
    {
        *("contact_method", "notification_rule", "membership", "override", "integration", "subscription"),
        *("escalation", "deduplication", "deleted_user", "tag_assignment", "service_dependency", "schedule_v3"),
        *("oauth_access_token", "oauth_code", "oauth_refresh_token"),
    }
)
KINDS = _HISTORY | _CHILDREN | {collection.kind for collection in COLLECTIONS}


def find_breaks(call: Call) -> Iterator[str]:
    """A sentence for each broken reference, missing parent, and object that cannot be shown."""
    store = call.store
    if not any(user.body.get("role") == "owner" for user in store.all("user")):
        yield "there is no user with the role owner"
    for kind in store.kinds():
        for record in store.each(kind):
            name = f"{kind} {record.id}"
            if record.parent is not None and store.find(record.parent) is None:
                yield f"{name}: its parent {record.parent} is not there"
            if kind not in _HISTORY:
                for id in mentions(record.body):
                    if store.find(id) is None and id not in VENDORS and id not in PRIORITIES:
                        yield f"{name}: it refers to {id}, which is not there"
    for collection in COLLECTIONS:
        for record in store.ordered(collection.kind):
            try:
                collection.show_one(call, record, frozenset())
            except Exception as error:  # noqa: BLE001 (whatever it is, the object is unusable, and that is the answer)
                yield f"{collection.kind} {record.id}: cannot be shown ({type(error).__name__}: {error})"
