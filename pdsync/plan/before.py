"""What an object was before a run changed or deleted it, as the journal keeps it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pdsync.kinds import BY_SLUG
from pdsync.model.scope import RefMap
from pdsync.plan.change import ENDS, Change

EVENT = "before"
"""The name of the event in a journal."""


@dataclass(frozen=True, slots=True)
class ItemBefore:
    """One item of a child list that the run added, changed or removed."""

    list_name: str
    operation: str
    key: str
    """What distinguishes the item from the others in its list, with ids for references."""


@dataclass(frozen=True, slots=True)
class Before:
    """One object, as it was just before its first write of the run."""

    address: str
    kind: str
    id: str
    operation: str
    body: Mapping[str, Any] | None
    """PagerDuty's answer without credentials, with the child lists that were read; None where it is too large to keep."""
    fields: tuple[str, ...] = ()
    """The fields that the run was to change."""
    items: tuple[ItemBefore, ...] = ()
    line: int = 1
    """The line of the journal."""

    @property
    def is_deleted(self) -> bool:
        """Whether the run was to delete the object."""
        return self.operation in ENDS

    def and_then(self, later: Before) -> Before:
        """This object, with what a later change of it was to change."""
        fields = tuple(dict.fromkeys([*self.fields, *later.fields]))
        items = (*self.items, *later.items)
        return replace(self, address=later.address, operation=later.operation, fields=fields, items=items)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, without the name of the event."""
        return {
            "address": self.address,
            "kind": self.kind,
            "id": self.id,
            "operation": self.operation,
            "fields": list(self.fields),
            "items": [{"list": it.list_name, "operation": it.operation, "key": it.key} for it in self.items],
            "body": self.body,
        }


def before_schema() -> dict[str, Any]:
    """The JSON Schema of the members of the event."""
    text = {"type": "string"}
    item = {
        "type": "object",
        "properties": {"list": text, "operation": text, "key": text},
        "required": ["list", "operation", "key"],
    }
    return {
        "address": text,
        "kind": text,
        "id": text,
        "operation": text,
        "fields": {"type": "array", "items": text},
        "items": {"type": "array", "items": item},
        "body": {"type": ["object", "null"]},
    }


def before_of(change: Change, body: Mapping[str, Any] | None, refs: RefMap) -> Before:
    """What a change is about to overwrite or delete. `refs` gives references by id: those of the body are."""
    kind = BY_SLUG[change.kind]
    fields = dict.fromkeys(delta.field for delta in change.deltas if kind.field(delta.field) is not None)
    lists = {child.name: child for child in kind.children}
    items = tuple(
        ItemBefore(it.list_name, it.operation.value, declared.key_of(declared.item.map_refs(it.values, refs)))
        for it in change.children
        for declared in (lists[it.list_name],)
    )
    return Before(change.address, change.kind, change.id or "", change.operation.value, body, tuple(fields), items)


def read_before(event: Mapping[str, Any], line: int = 1) -> Before:
    """The object of an event that fits `before_schema`, on that line of its journal."""
    items = tuple(ItemBefore(it["list"], it["operation"], it["key"]) for it in event["items"])
    address, kind, identity = event["address"], event["kind"], event["id"]
    return Before(address, kind, identity, event["operation"], event["body"], tuple(event["fields"]), items, line)


def collect_before(found: Iterable[Before]) -> tuple[Before, ...]:
    """One for each object: as it was before the first of its changes."""
    objects: dict[tuple[str, str], Before] = {}
    for before in found:
        held = objects.get((before.kind, before.id))
        objects[before.kind, before.id] = held.and_then(before) if held is not None else before
    return tuple(objects.values())
