"""Items of child lists: each is put to the object that it belongs to. One whose object is in no state has no manifest to stand in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pdsync.model.unreadable import UNREADABLE_CAUSES
from pdsync.terraform.catalog import ITEMS, JOINED
from pdsync.terraform.mapping import ItemType, Parent, UnsureError
from pdsync.terraform.resource import StateResource

UNKNOWN_FORM = "its attributes have an unknown form"


@dataclass(slots=True)
class Items:
    """The items of objects, and the resources that they are made of."""

    lists: dict[Parent, dict[str, list[dict[str, Any]]]] = field(default_factory=dict)
    """Items as the API answers them, by object and list."""
    parts: dict[Parent, list[StateResource]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    """Resources that belong to no object, each with the reason."""

    def add(self, parent: Parent, list_name: str, item: dict[str, Any], parts: Iterable[StateResource]) -> None:
        """Takes in an item that is made of these resources."""
        self.lists.setdefault(parent, {}).setdefault(list_name, []).append(item)
        self.parts.setdefault(parent, []).extend(parts)


def read_items(resources: Iterable[StateResource], objects: Mapping[Parent, StateResource]) -> Items:
    """The items of these objects."""
    resources = list(resources)
    joined = {(resource.type, resource.id): resource for resource in resources if resource.type in JOINED}
    items = Items()
    homeless: Counter[tuple[str, Parent]] = Counter()
    for resource in resources:
        declared = ITEMS.get(resource.type)
        if declared is None:
            continue
        try:
            other = _joined(declared, resource, joined)
            values = resource.values if other is None else {**resource.values, other.type: other.values}
            parent, item = declared.parent(values), declared.item(values)
        except UnsureError as error:
            items.left_out.append(f"{resource.address}: {error}")
        except UNREADABLE_CAUSES:
            items.left_out.append(f"{resource.address}: {UNKNOWN_FORM}")
        else:
            if parent in objects:
                items.add(parent, declared.list_name, item, [resource, *([other] if other is not None else [])])
            else:
                homeless[resource.type, parent] += 1
    for (name, (kind, identity)), count in sorted(homeless.items()):
        noun = kind.replace("_", " ")
        items.left_out.append(f"{count} {name} of the {noun} {identity}: that {noun} is in no state that was given")
    return items


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
        raise UnsureError(f"its {join.attribute} is in no state that was given")
    return found
