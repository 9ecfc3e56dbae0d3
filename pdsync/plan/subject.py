"""A manifest and its live object side by side, in the same words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pdsync.kinds import BY_SLUG, Account, Canonical, Fields, Kind, LiveChild, LiveObject, Ref, Resource
from pdsync.plan.match import Pairing, PlanProblem
from pdsync.plan.reference import Resolver


@dataclass(slots=True)
class Subject:
    """One resource, ready to be compared. References are resolved and what is past is left out on both sides."""

    resource: Resource
    kind: Kind
    live: LiveObject | None
    fields: Fields
    children: dict[str, tuple[Mapping[str, Canonical], ...]]
    before: Fields = field(default_factory=dict)
    children_before: dict[str, tuple[LiveChild, ...]] = field(default_factory=dict)

    @property
    def after(self) -> Fields:
        """All fields as they will be after the plan."""
        return {**self.before, **self.fields}


@dataclass(slots=True)
class World:
    """Everything that the account holds and will hold, with references in normal form."""

    subjects: dict[str, Subject]
    others: dict[Ref, tuple[LiveObject, Fields]]
    """Live objects without a manifest, by their reference."""
    resolver: Resolver

    def after(self, gone: frozenset[Ref] = frozenset()) -> Iterator[tuple[Ref, Fields]]:
        """Every object that will exist, with the fields it will have."""
        for subject in self.subjects.values():
            yield Ref(subject.resource.kind, "key", subject.resource.key), subject.after
        for ref, (_, fields) in self.others.items():
            if ref not in gone:
                yield ref, fields

    def before(self) -> Iterator[tuple[Ref, Fields]]:
        """Every object that exists now, with the fields it has."""
        for subject in self.subjects.values():
            if subject.live is not None:
                yield Ref(subject.resource.kind, "key", subject.resource.key), subject.before
        for ref, (_, fields) in self.others.items():
            yield ref, fields


def _normal_children(kind: Kind, live: LiveObject, resolver: Resolver) -> dict[str, tuple[LiveChild, ...]]:
    children = {}
    for name, items in live.children.items():
        declared = kind.child(name)
        if declared is not None:
            mapped = [LiveChild(item.id, declared.item.map_refs(item.value, resolver.live)) for item in items]
            children[name] = tuple(sorted(mapped, key=lambda child: (declared.key_of(child.value), child.id)))
    return children


def build_world(
    resources: Sequence[Resource], account: Account, pairing: Pairing
) -> tuple[World, tuple[PlanProblem, ...]]:
    """Resolves every reference. What cannot be resolved is a problem of the manifest that names it."""
    resolver = Resolver(account, pairing)
    problems: list[PlanProblem] = []
    subjects: dict[str, Subject] = {}
    for resource in resources:
        kind = BY_SLUG[resource.kind]
        live = pairing.pairs.get(resource.address)
        ignored = set(resource.lifecycle.ignore) if live is not None else set()
        fields: Fields = {}
        for name, value in resource.fields.items():
            declared = kind.field(name)
            if declared is None or name in ignored:
                continue

            def resolve(ref: Ref, name: str = name, resource: Resource = resource) -> Ref:
                return resolver.desired(ref, resource, problems, name)

            fields[name] = declared.codec.map_refs(value, resolve)
        children: dict[str, tuple[Mapping[str, Canonical], ...]] = {}
        for name, items in resource.children.items():
            declared_child = kind.child(name)
            if declared_child is None or name in ignored:
                continue

            def resolve_in(ref: Ref, name: str = name, resource: Resource = resource) -> Ref:
                return resolver.desired(ref, resource, problems, name)

            children[name] = tuple(declared_child.item.map_refs(item, resolve_in) for item in items)
        subject = Subject(resource, kind, live, kind.settle(fields, account.fetched_at), children)
        if live is not None:
            subject.before = kind.settle(kind.map_fields(live.fields, resolver.live), account.fetched_at)
            subject.children_before = _normal_children(kind, live, resolver)
        subjects[resource.address] = subject
    others = {
        Ref(live.kind, "id", live.id): (
            live,
            BY_SLUG[live.kind].settle(BY_SLUG[live.kind].map_fields(live.fields, resolver.live), account.fetched_at),
        )
        for group in account.objects.values()
        for live in group
        if (live.kind, live.id) not in pairing.addresses
    }
    return World(subjects, others, resolver), tuple(problems)
