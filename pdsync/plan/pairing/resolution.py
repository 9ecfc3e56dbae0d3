"""The manifest's side of a pair: its values with every reference resolved, and what is in the way of that. Pure."""

from __future__ import annotations

from collections.abc import Callable

from pdsync.model import Fields, Kind, Ref, Resource
from pdsync.model.kind import ChildItems
from pdsync.plan.pairing.duplicate import find_duplicate_items, find_duplicate_refs
from pdsync.plan.pairing.match import PlanProblem
from pdsync.plan.pairing.resolver import Resolver


class Resolution:
    """One resource whose references are being resolved."""

    def __init__(self, resource: Resource, kind: Kind, resolver: Resolver, ignored: set[str]) -> None:
        self._resource = resource
        self._kind = kind
        self._resolver = resolver
        self._ignored = ignored
        self.problems: list[PlanProblem] = []

    def problem(self, name: str, message: str, hint: str = "") -> None:
        """Notes what is wrong with a field or child list."""
        source = str(self._resource.positions.get(name, self._resource.source))
        self.problems.append(PlanProblem(self._resource.address, source, message, hint))

    def _map(self, name: str, resolved: dict[Ref, Ref]) -> Callable[[Ref], Ref]:
        def resolve(ref: Ref) -> Ref:
            resolved[ref] = self._resolver.desired(ref, self._resource, self.problems, name)
            return resolved[ref]

        return resolve

    def _duplicate(self, name: str, path: str, shown: str) -> None:
        message = f"{path}: {shown} is there twice, under different names"
        self.problem(name, message, "Remove one of them.")

    def fields(self) -> Fields:
        """The managed fields with references in normal form."""
        fields: Fields = {}
        for name, value in self._resource.fields.items():
            declared = self._kind.field(name)
            if declared is None or name in self._ignored:
                continue
            if name not in self._kind.referring:
                fields[name] = value
                continue
            resolved: dict[Ref, Ref] = {}
            fields[name] = declared.codec.map_refs(value, self._map(name, resolved))
            for path, ref in find_duplicate_refs(value, resolved, name):
                self._duplicate(name, path, self._resolver.shown(ref))
        return fields

    def child_lists(self) -> ChildItems:
        """The managed child lists with references in normal form."""
        children: ChildItems = {}
        for name, items in self._resource.children.items():
            declared = self._kind.child(name)
            if declared is None or name in self._ignored:
                continue
            resolve = self._map(name, {})
            children[name] = tuple(declared.item.map_refs(item, resolve) for item in items)
        return children

    def note_duplicate_items(self, children: ChildItems) -> None:
        """Notes items that turned out to be the same thing, now that all of their key is known."""
        for name, items in children.items():
            declared = self._kind.child(name)
            if declared is None or len(items) < 2:
                continue
            for item in find_duplicate_items(declared, items):
                ref = item.get(declared.key[0])
                shown = self._resolver.shown(ref) if isinstance(ref, Ref) else repr(declared.label_of(item))
                self._duplicate(name, name, shown)
