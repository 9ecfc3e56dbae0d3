"""Brings the references of both sides into one form, so that two references to the same object are equal. Pure.

`Resolver` knows the account and the manifests. `Resolution` is one manifest with its values so resolved, and what is wrong with it.
`RecordedRefs` gives the form that lasts when a manifest goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Canonical, Fields, Kind, LiveObject, Ref, Resource
from pdsync.model.account import identity_of
from pdsync.model.kind import ChildItems
from pdsync.model.last_applied import is_copied
from pdsync.model.ref import ANY_KIND
from pdsync.model.resolve import Bindings, Targets
from pdsync.model.suggestion import did_you_mean
from pdsync.plan.pairing.duplicate import find_duplicate_items, find_duplicate_refs
from pdsync.plan.pairing.likeness import find_likely_keys
from pdsync.plan.pairing.match import Pairing, PlanProblem

if TYPE_CHECKING:
    from pdsync.plan.pairing.pair import Pair


class Resolver:
    """Turns references into keys where a manifest manages the target, else into ids."""

    def __init__(self, account: Account, pairing: Pairing) -> None:
        self._account = account
        # What a tombstone describes is not a pair: it will be gone, so nothing refers to it by key.
        self._bindings = Bindings({address: live.id for address, live in pairing.live.items()})
        self._likely = {pair: Ref.of_address(it) for pair, it in find_likely_keys(pairing.likely).items()}
        self._targets = Targets(account, BY_SLUG)
        self.labels: dict[str, str] = {}
        """How to show references to objects that have no manifest: their names, by the text of the reference."""
        self._found: dict[Ref, Ref] = {}
        """What `desired` found: many manifests name the same targets."""

    def live(self, ref: Ref) -> Ref:
        """The normal form of a reference found in the account."""
        found = self._bindings.to_key(ref)
        if found.kind == ANY_KIND:
            return found
        if found.by == "id":
            found = self._likely.get((found.kind, found.value), found)
        if found.by == "id" and (name := self._targets.name_of(found)):
            self.labels[str(found)] = name
        return found

    def shown(self, ref: Ref) -> str:
        """A reference in normal form as people know it: the address of a manifest, or name and id."""
        label = self.labels.get(str(ref))
        return f"{ref.kind.replace('_', ' ')} {label!r} ({ref.value})" if label is not None else str(ref)

    def desired(self, ref: Ref, resource: Resource, problems: list[PlanProblem], field: str) -> Ref:
        """The normal form of a reference in a manifest; one that leads nowhere is a problem."""
        if ref.by == "key" or ref.kind in BY_SLUG[resource.kind].local_refs:
            return ref
        if ref.kind == ANY_KIND:
            return self.live(ref)
        known = self._found.get(ref)
        if known is not None:
            return known
        found = self._targets.find(ref)
        wrong = self._what_is_wrong(ref, found)
        if wrong is not None:
            message, hint = wrong
            source = str(resource.positions.get(field, resource.source))
            problems.append(PlanProblem(resource.address, source, f"{field}: {message}", hint))
            return ref
        target = self.live(found[0])
        if ref.by == "name" and self._targets.is_lookup(ref.kind):
            self.labels[str(target)] = ref.value
        self._found[ref] = target
        return target

    def _what_is_wrong(self, ref: Ref, found: tuple[Ref, ...]) -> tuple[str, str] | None:
        """Message and hint where the reference leads nowhere, or to several objects."""
        kind, noun = BY_SLUG.get(ref.kind), ref.kind.replace("_", " ")
        if ref.by == "id":
            # A deleted user keeps a turn in a schedule (app-sre/qontract-reconcile #2074). A manifest must be able to say
            # so, since without that turn everyone else's would move.
            if not self._targets.is_gone(ref) or self._targets.is_held(ref):
                return None
            hint = kind.stand_in.hint if kind is not None and kind.stand_in is not None else ""
            owner = "PagerDuty lists" if kind is None else "the account has"
            return f"{owner} no {noun} with the id {ref.value}", hint
        if len(found) == 1:
            return None
        if found:
            ids = ", ".join(sorted(other.value for other in found))
            owner = "PagerDuty lists" if kind is None else "the account has"
            return f"{owner} {len(found)} of the {ref.by} {ref.value!r}: {ids}", "Refer to it by {id: ...}."
        if ref.kind in self._account.unknown:
            return (
                f"{noun} {ref.value!r} cannot be looked up: {self._account.unknown[ref.kind]}",
                "Refer to it by {id: ...}.",
            )
        if kind is None:
            near = did_you_mean(ref.value, self._account.lookups.get(ref.kind, ()))
            return f"PagerDuty lists no {noun} {ref.value!r}", near
        if ref.by == "name":
            return f"the account has no {noun} named {ref.value!r}", ""
        return f"the account has no {noun} {ref.value}", f"Write a {kind.name} manifest, or correct the address."


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
        message = f"{path}: {shown} is listed twice, under different names"
        self.problem(name, message, "Remove one of them.")

    def fields(self) -> Fields:
        """The managed fields with references in normal form."""
        known, referring, ignored = self._kind.fields_by_name, self._kind.referring, self._ignored
        fields: Fields = {}
        for name, value in self._resource.fields.items():
            if name not in known or name in ignored:
                continue
            if name not in referring:
                fields[name] = value
                continue
            resolved: dict[Ref, Ref] = {}
            fields[name] = known[name].codec.map_refs(value, self._map(name, resolved))
            if len(resolved) > 1:
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
            if not declared.refers:
                children[name] = tuple(items)
                continue
            resolve = self._map(name, {})
            children[name] = tuple([declared.item.map_refs(item, resolve) for item in items])
        return children

    def note_duplicate_items(self, pair: Pair) -> None:
        """Notes items that turned out to be the same thing, now that all of their key is known."""
        for name, items in pair.children.items():
            declared = self._kind.child(name)
            if declared is None or len(items) < 2:
                continue
            for item in find_duplicate_items(items, pair.keys_of(name)):
                ref = item.get(declared.key[0])
                shown = self._resolver.shown(ref) if isinstance(ref, Ref) else repr(declared.label_of(item))
                self._duplicate(name, name, shown)


class RecordedRefs:
    """References as the record in an ownership line holds them: the same before and after the manifest of their target goes.

    Normal form says key where a manifest manages the target and id where none does, so a reference changes with its target's manifest.
    The record outlives that: it holds the key that the target's own ownership line says, and of what carries no line what identifies it.
    """

    def __init__(self, resources: Iterable[Resource], account: Account, pairing: Pairing, workspace: str) -> None:
        self._resources = {resource.address: resource for resource in resources}
        self._account, self._pairing, self._workspace = account, pairing, workspace

    def of_field(self, ref: Ref) -> Ref:
        """A reference in normal form as the record of a field holds it."""
        live = self._account.find(ref.kind, ref.value) if ref.by == "id" else None
        return (self._by_marker(live) or ref) if live is not None else ref

    def was_field(self, ref: Ref) -> Ref:
        """The same as the record holds it that was written before this plan, which may move the target to another key."""
        return self._by_marker(self._pairing.live.get(ref.address or "")) or self.of_field(ref)

    def of_item(self, ref: Ref) -> Ref:
        """A reference in normal form as the record of a list's item holds it: people by what identifies them."""
        kind = BY_SLUG.get(ref.kind)
        if kind is None or kind.marker_line is not None:
            return self.of_field(ref)
        return _by_identity(kind, self._fields(ref)) or ref

    def was_item(self, ref: Ref) -> Ref:
        """The same as the record holds it that was written before this plan, which may change what identifies the person."""
        kind, live = BY_SLUG.get(ref.kind), self._pairing.live.get(ref.address or "")
        if kind is None or kind.marker_line is not None:
            return self.was_field(ref)
        return (_by_identity(kind, live.fields) if live is not None else None) or self.of_item(ref)

    def _by_marker(self, live: LiveObject | None) -> Ref | None:
        """By the key that its ownership line says; None where it has none of ours."""
        marker = live.marker if live is not None else None
        if (
            live is None
            or marker is None
            or marker.workspace != self._workspace
            or is_copied(marker, live.kind, live.id)
        ):
            return None
        return Ref(live.kind, "key", marker.key)

    def _fields(self, ref: Ref) -> Mapping[str, Canonical]:
        """The fields of the target; nothing where it is not known."""
        if ref.by == "id":
            live = self._account.find(ref.kind, ref.value)
            return live.fields if live is not None else {}
        resource = self._resources.get(ref.address or "")
        return resource.fields if resource is not None else {}


def _by_identity(kind: Kind, fields: Mapping[str, Canonical]) -> Ref | None:
    identity = identity_of(kind.identity, fields) if fields and not kind.is_identified_by_refs else None
    return Ref(kind.slug, "name", "\n".join(identity)) if identity is not None else None
