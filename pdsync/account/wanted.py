"""Which objects need a child list that no include delivers: each costs a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from pdsync.model import ChildList, Kind, Marker, Resource, split_marker
from pdsync.model.name import fold_name

NeedsChildren: TypeAlias = Callable[[str, str, Marker | None], bool]
"""Says by kind, id and marker whether the child lists of an object without a manifest are needed."""
Chosen: TypeAlias = Callable[[Mapping[str, Any]], bool]
"""Says of an object as PagerDuty answers it whether more of it is wanted."""


def no_more_children(slug: str, identity: str, marker: Marker | None) -> bool:
    """Child lists only of what a manifest names them for."""
    return False


class Wanted:
    """Which objects need a child list: those that a manifest which names it may mean (by id, by marker, by name), those that
    will be deleted, and those that `also` chooses."""

    def __init__(
        self,
        kind: Kind,
        child: ChildList,
        resources: Sequence[Resource],
        needs_children: NeedsChildren,
        also: Chosen,
    ) -> None:
        known = [resource for resource in resources if resource.kind == kind.slug]
        mine = [r for r in known if child.name in r.children or r.lifecycle.absent]
        self._kind, self._needs_children, self._also = kind, needs_children, also
        self._manifests = {resource.key for resource in known}
        self._ids = {resource.id for resource in mine}
        self._keys = {key for resource in mine for key in (resource.key, *resource.lifecycle.moved_from)}
        self._names = {fold_name(resource.name) for resource in mine}

    @classmethod
    def of(
        cls, kind: Kind, resources: Sequence[Resource], needs_children: NeedsChildren, also: Chosen
    ) -> dict[ChildList, Wanted]:
        """Which objects need each of the child lists of a kind that no include delivers."""
        listed = [child for child in kind.children if not child.embedded]
        return {child: cls(kind, child, resources, needs_children, also) for child in listed}

    def __contains__(self, raw: object) -> bool:
        assert isinstance(raw, dict)
        return self._is_needed(raw) or self._also(raw)

    def _is_needed(self, raw: Mapping[str, Any]) -> bool:
        line = self._kind.marker_line
        marker = split_marker(raw.get(line.field))[1] if line is not None else None
        if raw["id"] in self._ids or fold_name(str(raw.get(self._kind.label) or "")) in self._names:
            return True
        if marker is not None and (marker.key in self._manifests or marker.key in self._keys):
            return marker.key in self._keys
        return self._needs_children(self._kind.slug, raw["id"], marker)
