"""Calls to functions of the sandbox, without a server in between."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pdsync.sandbox.api.endpoint import SHOWS
from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.links import Links
from pdsync.sandbox.http.token import NO_ONE
from pdsync.sandbox.store.record import Record
from pdsync.sandbox.store.store import Store

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def call_of(store: Store, now: datetime = MONDAY, **options: Any) -> Call:
    fields: dict[str, Any] = {"token": NO_ONE, "args": {}, **options}
    return Call(store=store, links=Links(store, "http://sandbox"), now=now, shows=SHOWS, **fields)


def reference(kind: str, id: str) -> dict[str, str]:
    return {"id": id, "type": f"{kind}_reference"}


def put_paged_user(store: Store) -> Record:
    """A service PSERV with the policy PPOLI, whose only level is the user PUSER. Gives the service."""
    with store.transaction():
        store.put("user", "PUSER", {"name": "Ann", "role": "owner", "email": "ann@example.com"})
        rule = {"id": "PRULE", "escalation_delay_in_minutes": 5, "targets": [reference("user", "PUSER")]}
        store.put("escalation_policy", "PPOLI", {"name": "A", "teams": [], "num_loops": 0, "escalation_rules": [rule]})
        policy = reference("escalation_policy", "PPOLI")
        timeouts = {"auto_resolve_timeout": None, "acknowledgement_timeout": 60}
        return store.put("service", "PSERV", {"name": "S", "status": "active", "escalation_policy": policy, **timeouts})
