"""Orchestration part: what an event orchestration, or a service, has of orchestrations in addition to itself: it goes with its owner."""

from __future__ import annotations

from pdsync.sandbox.api.cache_variable import KIND as CACHE_VARIABLE
from pdsync.sandbox.api.enablement import KIND as ENABLEMENT
from pdsync.sandbox.api.orchestration_integration import KIND as INTEGRATION
from pdsync.sandbox.api.orchestration_path import ACTIVE
from pdsync.sandbox.api.orchestration_path import KIND as PATH
from pdsync.sandbox.http.call import Call
from pdsync.sandbox.paging.event_memory import KIND as MEMORY
from pdsync.sandbox.paging.suspension import KIND as SUSPENDED
from pdsync.sandbox.store.record import Record
from pdsync.sandbox.store.store import Store

_KINDS = (PATH, ACTIVE, INTEGRATION, CACHE_VARIABLE, ENABLEMENT, MEMORY, SUSPENDED)


def drop_parts(store: Store, owner: Record) -> None:
    for kind in _KINDS:
        for child in store.children(kind, owner.id):
            store.delete(child.id)


def owner_of(call: Call, part: Record) -> Record:
    """Raises ValueError where it has none."""
    owner = call.store.find(part.parent or "")
    if owner is None or owner.kind not in ("event_orchestration", "service"):
        raise ValueError(f"{part.id} has no owner")
    return owner
