"""Lists that another host keeps: items of many objects, in one listing for each *place* that the other side has.

The place, such as a workspace of Slack, is a member of each item. No listing says which places there are: manifests do, and pdsync.yaml
may name one for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pdsync.model.child import ChildList
    from pdsync.model.resource import Resource


@dataclass(frozen=True, slots=True)
class HostedList:
    """Declares where such a list is. The paths of the list have ``{place}`` in them."""

    host: str
    """The name of the host and credential that its requests go to."""
    place: str
    """The member of an item that says in which listing it is. It is a part of the key."""
    says: str
    """What a reader of pdsync.yaml must know about the place."""
    noun: str
    """What several of its items are called: ``Slack connections``."""
    answered_as: str
    """The member of an answer that holds the place."""
    dies_with_parent: bool = True
    """Whether PagerDuty removes the items of a deleted object. Nothing but a note depends on it."""


def collection_of(declared: ChildList, place: str) -> str:
    """The path of the listing of a place."""
    return declared.collection.format(place=place)


def row_of(declared: ChildList, place: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """An answered item with its place, which is in its path in any case."""
    assert declared.hosted is not None
    return {**row, declared.hosted.answered_as: row.get(declared.hosted.answered_as) or place}


def places_of(lists: Iterable[ChildList], resources: Iterable[Resource]) -> dict[str, tuple[str, ...]]:
    """The places that the items of manifests name, by name of the list."""
    hosted = {child.name: child.hosted.place for child in lists if child.hosted is not None}
    found: dict[str, set[str]] = {}
    for resource in resources:
        for name in hosted.keys() & resource.children.keys():
            said = {str(item[hosted[name]]) for item in resource.children[name] if item.get(hosted[name])}
            found.setdefault(name, set()).update(said)
    return {name: tuple(sorted(places)) for name, places in found.items()}
