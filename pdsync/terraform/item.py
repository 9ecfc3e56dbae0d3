"""Items of child lists, each with the object that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pdsync.kinds import BY_SLUG
from pdsync.model.unreadable import UNREADABLE_CAUSES
from pdsync.terraform.catalog import ITEMS, JOINED
from pdsync.terraform.mapping import ItemType, Parent, UnsureError
from pdsync.terraform.resource import StateResource

UNKNOWN_FORM = "its attributes have an unknown form"


@dataclass(frozen=True, slots=True)
class Part:
    """An item of a list of an object, or a document of it."""

    parent: Parent
    list_name: str
    """The list, or the field of the document."""
    id: str
    """What PagerDuty tells the items of the list apart by; empty for a document."""
    raw: Any
    """The item or the document as the API answers it."""
    resources: tuple[StateResource, ...]
    """What it is made of: its own resource first."""


@dataclass(slots=True)
class Items:
    """The items that states hold."""

    parts: list[Part] = field(default_factory=list)
    by_parent: dict[Parent, dict[str, dict[str, dict[str, Any]]]] = field(default_factory=dict)
    """The items as the API answers them, by object, list and id."""
    left_out: list[str] = field(default_factory=list)
    """Resources that are not items, each with the reason."""

    def add(self, part: Part) -> None:
        """Takes in an item. Two resources of one item make it once."""
        self.parts.append(part)
        self.by_parent.setdefault(part.parent, {}).setdefault(part.list_name, {}).setdefault(part.id, dict(part.raw))

    def lists_of(self, parent: Parent) -> dict[str, list[dict[str, Any]]]:
        """The lists of an object."""
        return {name: list(items.values()) for name, items in self.by_parent.get(parent, {}).items()}


def read_items(resources: Iterable[StateResource]) -> Items:
    """The items, also those of objects that are in no state."""
    resources = list(resources)
    joined = {(resource.type, resource.id): resource for resource in resources if resource.type in JOINED}
    items = Items()
    for resource in resources:
        declared = ITEMS.get(resource.type)
        if declared is None:
            continue
        try:
            items.add(_part(declared, resource, _joined(declared, resource, joined)))
        except UnsureError as error:
            items.left_out.append(f"{resource.address}: {error}")
        except UNREADABLE_CAUSES:
            items.left_out.append(f"{resource.address}: {UNKNOWN_FORM}")
    return items


def _part(declared: ItemType, resource: StateResource, other: StateResource | None) -> Part:
    """Raises UnsureError, and one of UNREADABLE_CAUSES for an item that no answer of PagerDuty's holds: alone it must be readable, so that
    it does not make its object unreadable."""
    values = resource.values if other is None else {**resource.values, other.type: other.values}
    parent, raw = declared.parent(values), declared.item(values)
    child = next(child for child in BY_SLUG[parent[0]].children if child.name == declared.list_name)
    (live,) = child.read_live([raw], {"id": parent[1], "type": parent[0]})
    parts = (resource,) if other is None else (resource, other)
    return Part(parent, declared.list_name, live.id, raw, parts)


def _joined(
    declared: ItemType, resource: StateResource, others: Mapping[tuple[str, str], StateResource]
) -> StateResource | None:
    """The other resource that the item is made of, if there is to be one. Raises UnsureError where something is not known."""
    if hidden := sorted(declared.uses & resource.hidden):
        raise UnsureError(f"Terraform keeps its {' and '.join(hidden)} as a sensitive value")
    join = declared.join
    if join is None:
        return None
    found = others.get((join.type, str(resource.values.get(join.attribute))))
    if found is None:
        raise UnsureError(f"no {join.type} in the states that were given has its {join.attribute}")
    return found
