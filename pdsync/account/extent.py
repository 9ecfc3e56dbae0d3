"""The extent of a reading: how much of an account is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from pdsync.kinds import BY_SLUG
from pdsync.model import Kind, Marker, Ref, Resource

NeedsChildren: TypeAlias = Callable[[str, str, Marker | None], bool]
"""Says by kind, id and marker whether the child lists of an object without a manifest are needed."""
Chosen: TypeAlias = Callable[[Mapping[str, Any]], bool]
"""Says of an object as PagerDuty answers it whether more of it is wanted."""


def no_more_children(slug: str, identity: str, marker: Marker | None) -> bool:
    """Child lists only of what a manifest names them for."""
    return False


def _none(raw: Mapping[str, Any]) -> bool:
    return False


@dataclass(frozen=True)
class Extent:
    """What to read besides the collections that are always read."""

    resources: Sequence[Resource] = ()
    """The manifests: child lists, documents, look-up tables and kinds on demand are read as far as these need them."""
    needs_children: NeedsChildren = no_more_children
    also: Chosen = _none
    """Objects whose child lists and documents are read too."""
    everything: bool = False
    """True where kinds on demand and look-up tables are read whether a manifest needs them or not."""

    def refs(self) -> Iterator[Ref]:
        """Every reference of every manifest."""
        for resource in self.resources:
            kind = BY_SLUG[resource.kind]
            yield from (ref for _, ref in kind.refs_of(resource.fields))
            for name, items in resource.children.items():
                declared = kind.child(name)
                if declared is not None and declared.item.refers():
                    for item in items:
                        yield from declared.item.refs_in(item)

    def needs(self, kind: Kind) -> bool:
        """True where the objects of the kind are read."""
        listing = kind.listing
        if listing is None or not listing.on_demand or self.everything:
            return True
        named = {resource.kind for resource in self.resources} | {ref.kind for ref in self.refs()}
        return kind.slug in named
