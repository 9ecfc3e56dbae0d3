"""A manifest and its live object side by side, in the same words. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Fields, Kind, LiveChild, LiveObject, Ref, Resource
from pdsync.model.kind import ChildItems
from pdsync.plan.diff.hand_off import Handover, keep_present
from pdsync.plan.pairing.double import find_double_items, find_doubles
from pdsync.plan.pairing.match import Pairing, PlanProblem
from pdsync.plan.pairing.resolver import Resolver


@dataclass
class Pair:
    """One resource, ready to be compared. References are resolved and what is past is left out on both sides.

    Nothing of it is changed once it is made but `children`: `ref` and `after` are computed once.
    """

    resource: Resource
    kind: Kind
    live: LiveObject | None
    fields: Fields
    children: ChildItems
    written: Fields = field(default_factory=dict)
    """The fields as the manifest says them, what is past included."""
    before: Fields = field(default_factory=dict)
    children_before: dict[str, tuple[LiveChild, ...]] = field(default_factory=dict)
    handover: Handover | None = None
    """How whoever is on call stays until the next hand-off, where that takes more than writing the fields."""

    ref: Ref = field(init=False)
    """How other objects refer to it."""
    after: Fields = field(init=False)
    """All fields as they will be after the plan."""

    def __post_init__(self) -> None:
        self.ref = Ref(self.resource.kind, "key", self.resource.key)
        self.after = {**self.before, **self.fields}


@dataclass(slots=True)
class PairedAccount:
    """Everything that the account holds and will hold, with references in normal form."""

    pairs: dict[str, Pair]
    others: dict[Ref, tuple[LiveObject, Fields]]
    """Live objects without a manifest, by their reference."""
    resolver: Resolver

    def after(self, gone: frozenset[Ref] = frozenset()) -> Iterator[tuple[Ref, Fields]]:
        """Every object that will exist, with the fields it will have."""
        for pair in self.pairs.values():
            yield pair.ref, pair.after
        for ref, (_, fields) in self.others.items():
            if ref not in gone:
                yield ref, fields

    def before(self) -> Iterator[tuple[Ref, Fields]]:
        """Every object that exists now, with the fields it has."""
        for pair in self.pairs.values():
            if pair.live is not None:
                yield pair.ref, pair.before
        for ref, (_, fields) in self.others.items():
            yield ref, fields

    def lingering(self, gone: frozenset[Ref], now: str) -> Iterator[tuple[Ref, Fields]]:
        """As `after`, with the layers that are taken out: those last until their end has passed, some seconds longer."""
        for ref, fields in self.after(gone):
            if ref.kind != "schedule":
                yield ref, fields
                continue
            live = self.pairs[ref.address].live if ref.address else self.others[ref][0]
            if live is not None:
                layers = BY_SLUG[ref.kind].map_fields(live.fields, self.resolver.live).get("schedule_layers") or ()
                wanted = fields.get("schedule_layers") or ()
                kept = Counter(layer.get("name") for layer in wanted)
                ending = []
                for layer in layers:
                    if not BY_SLUG[ref.kind].settle({"schedule_layers": [layer]}, now)["schedule_layers"]:
                        if str(layer["end"]) > now:  # its end has been set, and comes within the minute
                            ending.append(layer)
                        continue
                    kept[layer.get("name")] -= 1
                    if kept[layer.get("name")] < 0:  # one of a name is kept, others of it are ended
                        ending.append(layer)
                fields = {**fields, "schedule_layers": [*wanted, *ending]}
            yield ref, fields

    def during(self) -> Iterator[tuple[Ref, Fields]]:
        """Every object with all that it may hold at some moment of the apply, as far as memberships come from it."""
        for pair in self.pairs.values():
            ref, before, after = pair.ref, pair.before, pair.after
            names = ("teams", "escalation_rules", "schedule_layers")
            yield ref, {name: [*(before.get(name) or ()), *(after.get(name) or ())] for name in names}
        for ref, (_, fields) in self.others.items():
            yield ref, fields


def normal_lists(kind: Kind, live: LiveObject, resolver: Resolver) -> dict[str, tuple[LiveChild, ...]]:
    """The child lists of a live object with their references in normal form."""
    children = {}
    for name, items in live.children.items():
        declared = kind.child(name)
        if declared is not None:
            mapped = [LiveChild(item.id, declared.item.map_refs(item.value, resolver.live)) for item in items]
            children[name] = tuple(sorted(mapped, key=lambda child: (declared.key_of(child.value), child.id)))
    return children


def build_paired_account(
    resources: Sequence[Resource], account: Account, pairing: Pairing
) -> tuple[PairedAccount, tuple[PlanProblem, ...]]:
    """Resolves every reference. What cannot be resolved is a problem of the manifest that names it."""
    resolver = Resolver(account, pairing)
    problems: list[PlanProblem] = []
    pairs: dict[str, Pair] = {}
    for resource in resources:
        kind = BY_SLUG[resource.kind]
        live = pairing.pairs.get(resource.address)
        reading = _Reading(resource, kind, resolver, set(resource.lifecycle.ignore) if live is not None else set())
        written = reading.fields()
        settled = kind.settle(written, account.fetched_at)
        before = (
            kind.settle(kind.map_fields(live.fields, resolver.live), account.fetched_at) if live is not None else {}
        )
        handover = None
        if live is not None and resource.lifecycle.hand_off_aware:
            handover = keep_present(settled, before, account.fetched_at)
            if handover is not None:
                settled = {**settled, "schedule_layers": handover.layers}
        pair = Pair(
            resource,
            kind,
            live,
            settled,
            reading.child_lists(),
            written,
            before,
            normal_lists(kind, live, resolver) if live is not None else {},
            handover,
        )
        exclusive = [name for name, mode in resource.modes.items() if mode == "exclusive" and name in pair.children]
        pair.children, unclear = kind.complete(pair.children, pair.children_before, exclusive)
        for name, message, hint in unclear:
            reading.problem(name, f"{name}: {message}", hint)
        reading.note_double_items(pair.children)
        problems += reading.problems
        pairs[resource.address] = pair
    others = {
        Ref(live.kind, "id", live.id): (
            live,
            BY_SLUG[live.kind].settle(BY_SLUG[live.kind].map_fields(live.fields, resolver.live), account.fetched_at),
        )
        for group in account.objects.values()
        for live in group
        if (live.kind, live.id) not in pairing.addresses
    }
    return PairedAccount(pairs, others, resolver), tuple(problems)


class _Reading:
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

    def _double(self, name: str, path: str, shown: str) -> None:
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
            for path, ref in find_doubles(value, resolved, name):
                self._double(name, path, self._resolver.shown(ref))
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

    def note_double_items(self, children: ChildItems) -> None:
        """Notes items that turned out to be the same thing, now that all of their key is known."""
        for name, items in children.items():
            declared = self._kind.child(name)
            if declared is None or len(items) < 2:
                continue
            for item in find_double_items(declared, items):
                ref = item.get(declared.key[0])
                shown = self._resolver.shown(ref) if isinstance(ref, Ref) else repr(declared.label_of(item))
                self._double(name, name, shown)
