"""The extent of a reading: how much of an account is read, and of which objects also the child lists that cost a request each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from pdsync.kinds import BY_SLUG, KINDS
from pdsync.model import ChildList, Field, Kind, LiveObject, Marker, Ref, Resource, split_marker
from pdsync.model.last_applied import name_hash, parse_last_applied
from pdsync.model.name import fold_name

NeedsChildren: TypeAlias = Callable[[str, str, Marker | None], bool]
"""Says by kind, id and marker whether the child lists of an object without a manifest are needed."""
InFull: TypeAlias = Callable[[Resource, ChildList], bool]
"""Whether a manifest needs a child list read from the object itself, although a reading in bulk gives its items."""
Chosen: TypeAlias = Callable[[Mapping[str, Any]], bool]
"""Whether more must be read of an object, given the answer of PagerDuty."""


HOSTED = tuple((kind.slug, child) for kind in KINDS for child in kind.children if child.hosted is not None)
"""The child lists that other hosts keep, each with its kind."""
_HOSTED_HASHES = frozenset(name_hash(child.name) for _, child in HOSTED)


def no_more_children(slug: str, identity: str, marker: Marker | None) -> bool:
    """Reads child lists only where a manifest names them."""
    return False


def names_unshown(resource: Resource, child: ChildList) -> bool:
    """Reads in full the lists of which a manifest says something that a reading in bulk does not show, such as a member's role."""
    return child.names_unshown(resource.children.get(child.name, ()))


def _none(raw: Mapping[str, Any]) -> bool:
    return False


def _as_differs(resource: Resource, child: ChildList) -> bool:
    """A list is read in full only once it is known that it differs."""
    return False


def _any_kind(kind: Kind) -> bool:
    return True


@dataclass(frozen=True)
class Extent:
    """What to read besides the collections that are always read."""

    resources: Sequence[Resource] = ()
    """The manifests: child lists, documents, look-up tables and kinds on demand are read as far as these need them."""
    needs_children: NeedsChildren = no_more_children
    also: Chosen = _none
    """Objects whose child lists, in full, and documents are read too."""
    in_full: InFull = _as_differs
    every_kind: bool = False
    """True where kinds on demand are read too. A plan that deletes needs it, so that no object and no reference to one is overlooked."""
    kinds: Collection[str] = ()
    """Kinds on demand that are read besides those that manifests need, by slug."""
    everything: bool = False
    """True where kinds on demand and look-up tables are read whether a manifest needs them or not."""

    places: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Where the items of child lists that other hosts keep are besides the places that manifests name, by name of the list."""

    def needs_hosted(self, objects: Mapping[str, Sequence[LiveObject]]) -> bool:
        """Whether child lists may be needed that other hosts keep: a manifest names one, pdsync.yaml says where one is, or one is on record."""
        if self.places:
            return True
        if any(child.name in it.children for slug, child in HOSTED for it in self.known.get(slug, ())):
            return True
        kinds = {slug for slug, _ in HOSTED}
        return any(
            live.marker is not None and any(name in live.marker.applied for name in _HOSTED_HASHES)
            for slug in kinds
            for live in objects.get(slug, ())
        )

    @cached_property
    def known(self) -> Mapping[str, Sequence[Resource]]:
        """The manifests by kind."""
        found: dict[str, list[Resource]] = {}
        for resource in self.resources:
            found.setdefault(resource.kind, []).append(resource)
        return found

    @cached_property
    def keys(self) -> Mapping[str, frozenset[str]]:
        """The keys that manifests of a kind have, or had."""
        return {
            slug: frozenset(key for resource in group for key in (resource.key, *resource.lifecycle.moved_from))
            for slug, group in self.known.items()
        }

    def refs(self, of: Callable[[Kind], object] = _any_kind) -> Iterator[Ref]:
        """Every reference of the manifests, of those whose kind `of` chooses."""
        for resource in self.resources:
            kind = BY_SLUG[resource.kind]
            if not of(kind):
                continue
            yield from (ref for _, ref in kind.refs_of(resource.fields))
            for name, items in resource.children.items():
                declared = kind.child(name)
                if declared is not None and declared.item.refers():
                    for item in items:
                        yield from declared.item.refs_in(item)

    def needs(self, kind: Kind) -> bool:
        """True where the objects of the kind are read."""
        if kind.source.parent is not None:
            return self.everything or kind.slug in self.known
        if not kind.source.on_demand or self.everything or self.every_kind or kind.slug in self.kinds:
            return True
        if any(resource.lifecycle.absent for resource in self.resources):
            return True
        named = {resource.kind for resource in self.resources} | {ref.kind for ref in self.refs()}
        return kind.slug in named or kind.slug in self._may_be_parents

    @cached_property
    def _may_be_parents(self) -> frozenset[str]:
        """The kinds of what manifests name as a parent by an id or a name, which may be of any kind that a parent can be of."""
        listings = ((resource, BY_SLUG[resource.kind].source.parent) for resource in self.resources)
        return frozenset(
            slug
            for resource, listing in listings
            if listing is not None and resource.fields[listing.parent_field].by != "key"
            for slug in listing.paths
        )


ALWAYS_READ = Extent()
"""Only what every reading reads."""


class Wanted:
    """Which objects need a child list or a document: those that a manifest which names it may mean (by id, by marker, by name), those
    that will be deleted, and those that `also` chooses."""

    def __init__(self, kind: Kind, part: ChildList | Field, extent: Extent) -> None:
        known = extent.known.get(kind.slug, [])
        mine = [r for r in known if part.name in r.children or part.name in r.fields or r.lifecycle.absent]
        self._kind, self._part, self._extent = kind, part, extent
        self._manifests = extent.keys.get(kind.slug, frozenset())
        self._some = _Named(mine)
        self._naming = _Named([r for r in mine if not r.lifecycle.absent])
        full = [r for r in mine if r.lifecycle.absent or (isinstance(part, ChildList) and extent.in_full(r, part))]
        self._full = _Named(full)

    @classmethod
    def of(cls, kind: Kind, extent: Extent) -> dict[ChildList, Wanted]:
        """Which objects need each of the child lists of a kind that no include delivers."""
        listed = [child for child in kind.children if child.read_from != "parent" and child.hosted is None]
        return {child: cls(kind, child, extent) for child in listed}

    @property
    def is_of_all(self) -> bool:
        """Whether the list is needed of every object."""
        return self._extent.everything

    def __contains__(self, raw: object) -> bool:
        assert isinstance(raw, dict)
        return self._is_needed(raw, self._marker_of(raw)) or self._extent.also(raw)

    def chooses(self, live: LiveObject) -> bool:
        """The same of an object in canonical form."""
        return self._is_needed(live.raw, live.marker) or self._extent.also(live.raw)

    def is_named(self, raw: Mapping[str, Any]) -> bool:
        """Whether a manifest that names the list may mean the object, so that it must be read."""
        return self._naming.may_mean(self._kind, raw, self._marker_of(raw))

    def is_in_full(self, raw: Mapping[str, Any]) -> bool:
        """Whether the list of an object that needs it is read from the object itself, even where a reading in bulk tells its items."""
        marker = self._marker_of(raw)
        if self._extent.also(raw) or self._full.may_mean(self._kind, raw, marker):
            return True
        has_manifest = marker is not None and marker.key in self._manifests
        return not has_manifest and self._extent.needs_children(self._kind.slug, raw["id"], marker)

    def _is_needed(self, raw: Mapping[str, Any], marker: Marker | None) -> bool:
        if self._some.may_mean(self._kind, raw, marker):
            return True
        if marker is not None and marker.key in self._manifests:
            return self._is_on_record(marker)
        return self._extent.needs_children(self._kind.slug, raw["id"], marker)

    def _marker_of(self, raw: Mapping[str, Any]) -> Marker | None:
        line = self._kind.marker_line
        return split_marker(raw.get(line.field))[1] if line is not None else None

    def _is_on_record(self, marker: Marker) -> bool:
        """Whether pdsync managed the part that no manifest names now: the plan says what happens to it."""
        name = self._part.name
        if name_hash(name) not in marker.applied:
            return False  # of thousands of objects most are told apart by that
        record = parse_last_applied(marker)
        if record is None:
            return False
        return (record.of_list(name) if isinstance(self._part, ChildList) else record.of_field(name)) is not None


class _Named:
    """By what manifests name their objects."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self._ids = {resource.id for resource in resources}
        self._keys = {key for resource in resources for key in (resource.key, *resource.lifecycle.moved_from)}
        self._names = {fold_name(resource.name) for resource in resources}

    def may_mean(self, kind: Kind, raw: Mapping[str, Any], marker: Marker | None) -> bool:
        """Whether one of the manifests may be that of an answered object."""
        if kind.source.single and self._keys:
            return True
        if raw["id"] in self._ids or (self._names and fold_name(str(raw.get(kind.label) or "")) in self._names):
            return True
        return marker is not None and marker.key in self._keys


def may_mean(ref: Ref, kind: Kind, raw: Mapping[str, Any], extent: Extent) -> bool:
    """Whether a reference to an object of this kind may lead to an answered one."""
    if ref.by == "id":
        return bool(raw["id"] == ref.value)
    if ref.by == "name":
        return fold_name(str(raw.get(kind.label) or "")) == fold_name(ref.value)
    line = kind.marker_line
    marker = split_marker(raw.get(line.field))[1] if line is not None else None
    if marker is not None and marker.key == ref.value:
        return True
    described = [resource for resource in extent.known.get(kind.slug, ()) if resource.key == ref.value]
    return bool(described) and _Named(described).may_mean(kind, raw, marker)
