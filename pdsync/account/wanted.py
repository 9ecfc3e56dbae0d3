"""Which objects need a child list that no include delivers: each costs a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.account.extent import Extent
from pdsync.model import ChildList, Kind, split_marker
from pdsync.model.name import fold_name


class Wanted:
    """Which objects need a child list: those that a manifest which names it may mean (by id, by marker, by name), those that
    will be deleted, and those that `also` chooses."""

    def __init__(
        self,
        kind: Kind,
        child: ChildList,
        extent: Extent,
    ) -> None:
        known = [resource for resource in extent.resources if resource.kind == kind.slug]
        mine = [r for r in known if child.name in r.children or r.lifecycle.absent]
        self._kind, self._extent = kind, extent
        self._manifests = {resource.key for resource in known}
        self._ids = {resource.id for resource in mine}
        self._keys = {key for resource in mine for key in (resource.key, *resource.lifecycle.moved_from)}
        self._names = {fold_name(resource.name) for resource in mine}

    @classmethod
    def of(cls, kind: Kind, extent: Extent) -> dict[ChildList, Wanted]:
        """Which objects need each of the child lists of a kind that no include delivers."""
        listed = [child for child in kind.children if child.read_from != "parent"]
        return {child: cls(kind, child, extent) for child in listed}

    def __contains__(self, raw: object) -> bool:
        assert isinstance(raw, dict)
        return self._is_needed(raw) or self._extent.also(raw)

    def _is_needed(self, raw: Mapping[str, Any]) -> bool:
        line = self._kind.marker_line
        marker = split_marker(raw.get(line.field))[1] if line is not None else None
        if raw["id"] in self._ids or fold_name(str(raw.get(self._kind.label) or "")) in self._names:
            return True
        if marker is not None and (marker.key in self._manifests or marker.key in self._keys):
            return marker.key in self._keys
        return self._extent.needs_children(self._kind.slug, raw["id"], marker)
