"""Manifests that mean several objects, or none today: what the rest of a plan sees in their place. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Resource
from pdsync.model.address import render_address
from pdsync.model.passing import Surroundings
from pdsync.plan.option import PlanOptions
from pdsync.plan.pairing.match import PlanProblem
from pdsync.plan.surroundings import surroundings_of


@dataclass(frozen=True, slots=True)
class Expanded:
    """The objects of all manifests, and the options in terms of objects."""

    resources: Sequence[Resource]
    options: PlanOptions
    known: frozenset[str]
    """The addresses of manifests and of their objects: what a target may name."""
    notes: Sequence[str] = ()
    problems: Sequence[PlanProblem] = ()
    may_have_ended: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By slug, where the listing of what has ended must be read: the ids that narrow it, or nothing for the whole listing."""


def expand(manifests: Sequence[Resource], account: Account, options: PlanOptions) -> Expanded:
    """What manifests mean at the moment at which the account was read.

    An option that names a manifest is about all its objects. Where it has none, the option still names the manifest: a plan of
    nothing is not a plan of everything.
    """
    around = surroundings_of((*manifests, *options.elsewhere), account, options.workspace)
    making = _Expanding(around)
    resources = making.expand(manifests)
    apart = _Expanding(around)
    elsewhere = apart.expand(options.elsewhere)
    making.note_twice(resources, elsewhere)
    return Expanded(
        resources,
        replace(
            options,
            elsewhere=tuple(elsewhere),
            targets=_of_objects(options.targets, making.objects),
            rotate_keys=_of_objects(options.rotate_keys, making.objects),
            send_secrets=_of_objects(options.send_secrets, making.objects),
        ),
        frozenset(resource.address for resource in (*manifests, *resources)),
        making.notes,
        making.problems,
        making.may_have_ended,
    )


def _of_objects(addresses: Iterable[str], objects: Mapping[str, Sequence[str]]) -> frozenset[str]:
    return frozenset(it for address in addresses for it in (objects.get(address) or (address,)))


@dataclass
class _Expanding:
    """The objects of some manifests, in the making."""

    around: Mapping[str, Surroundings]
    """What the manifests of each kind are expanded with, by slug."""
    objects: dict[str, list[str]] = field(default_factory=dict)
    """The addresses of the objects of a manifest, by its address."""
    notes: list[str] = field(default_factory=list)
    problems: list[PlanProblem] = field(default_factory=list)
    may_have_ended: dict[str, frozenset[str]] = field(default_factory=dict)

    def expand(self, manifests: Sequence[Resource]) -> list[Resource]:
        """One resource for each object, in the order of the addresses of their manifests."""
        made: list[Resource] = []
        for manifest in manifests:
            of_kind = BY_SLUG[manifest.kind].passing.expand
            if of_kind is None:
                made.append(manifest)
                continue
            found = of_kind(manifest, self.around[manifest.kind])
            made += found.resources
            self.objects[manifest.address] = [resource.address for resource in found.resources]
            self.notes += found.notes
            self._look_among_ended(manifest.kind, found.may_have_ended)
            self.problems += [
                PlanProblem(manifest.address, str(manifest.source), message, hint) for message, hint in found.problems
            ]
        return made

    def _look_among_ended(self, slug: str, ids: frozenset[str] | None) -> None:
        if ids is None:
            return
        others = self.may_have_ended.get(slug)
        is_all = not ids or (others is not None and not others)
        self.may_have_ended[slug] = frozenset() if is_all else ids | (others or frozenset())

    def note_twice(self, resources: Sequence[Resource], elsewhere: Sequence[Resource]) -> None:
        """Notes each object that two manifests mean."""
        by_address: dict[str, list[Resource]] = defaultdict(list)
        for resource in (*resources, *elsewhere):
            by_address[resource.address].append(resource)
        chosen = {resource.address for resource in resources}
        for address, (first, *others) in by_address.items():
            for other in others if address in chosen else ():
                message = f"two manifests mean {render_address(first.kind, first.key)}: this one and the one at {first.source}"
                self.problems.append(PlanProblem(address, str(other.source), message, "Rename one of them."))
