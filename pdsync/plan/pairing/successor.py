"""Containers that PagerDuty made from a field of an object, and that a manifest describes from now on. Pure.

`alert_grouping_parameters` of a service is such a field, and an alert grouping setting the container. Where pdsync wrote the field and the
manifest of the service no longer names it, the container is pdsync's own work: a manifest that names the service takes it over. It is not
deleted and made again, so nothing is lost in between. Any other container is taken over where a manifest gives its id and adopts it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pdsync.kinds import BY_SLUG, KINDS
from pdsync.model import Account, Kind, LiveObject, Ref, Resource
from pdsync.model.exclusive import exclusive_kinds, objects_of, without_mirrored
from pdsync.model.fact import ExclusiveFact
from pdsync.model.last_applied import parse_last_applied, value_hash
from pdsync.plan.pairing.match import Pairing


def pair_successors(resources: Sequence[Resource], account: Account, pairing: Pairing) -> None:
    """Pairs manifests with the containers that they take over. The fields of which those were made are no longer their objects' own."""
    for kind, fact in exclusive_kinds(KINDS):
        if account.implied.get(kind.slug):
            _Successors(resources, account, pairing, fact).pair(kind)
            _take_out(kind, fact, pairing)


class _Successors:
    """Finds the manifests that take a container over."""

    def __init__(self, resources: Sequence[Resource], account: Account, pairing: Pairing, fact: ExclusiveFact) -> None:
        self._resources, self._account, self._pairing, self._fact = resources, account, pairing, fact
        self._by_address = {resource.address: resource for resource in resources}

    def pair(self, kind: Kind) -> None:
        pairing = self._pairing
        made = self._account.implied[kind.slug]
        free = {
            ref: it for it in made if (it.kind, it.id) not in pairing.addresses for ref in objects_of(it, self._fact)
        }
        known = {*pairing.live, *(problem.address for problem in pairing.problems)}
        for resource in self._resources:
            if resource.kind != kind.slug or resource.lifecycle.absent or resource.address in known:
                continue
            live = self._find(resource, free)
            if live is not None:
                pairing.live[resource.address] = live
                pairing.addresses[live.kind, live.id] = resource.address
                pairing.unmarked.add(resource.address)
                pairing.inherited.add(resource.address)
                free = {ref: it for ref, it in free.items() if it is not live}

    def _find(self, resource: Resource, free: Mapping[Ref, LiveObject]) -> LiveObject | None:
        for ref in self._ids_of(resource.fields.get(self._fact.field) or ()):
            held = self._by_address.get(self._pairing.addresses.get((ref.kind, ref.value), ""))
            if ref not in free or held is None or held.address in self._pairing.unmarked:
                continue
            if is_own_work(held, self._pairing.live[held.address], self._fact.same_as):
                return free[ref]
        return None

    def _ids_of(self, refs: Sequence[Ref]) -> Iterator[Ref]:
        """The references by id, as far as they lead to one object."""
        for ref in refs:
            found = [self._pairing.live.get(ref.address or "")]
            if ref.by == "name":
                found = [*self._account.index.named(ref.kind, ref.value)]
            if ref.by == "id":
                yield ref
            elif len(found) == 1 and found[0] is not None:
                yield Ref(ref.kind, "id", found[0].id)


def is_own_work(resource: Resource, live: LiveObject, name: str) -> bool:
    """Whether pdsync wrote the field, no one changed it since, and the manifest no longer names it."""
    if name in resource.fields or name in resource.lifecycle.ignore:
        return False
    record = parse_last_applied(live.marker)
    applied = record.of_field(name) if record is not None else None
    stable = BY_SLUG[live.kind].passing.stabilise(dict(live.fields)).get(name)
    return applied is not None and applied.is_written and applied.stable == value_hash(stable)


def show_mirrored(resources: Sequence[Resource], account: Account, pairing: Pairing, workspace: str) -> None:
    """Puts back what PagerDuty shows in a field of an object that the container of another person holds, where a manifest names the field.
    People who keep the field have no change as long as both say the same."""
    for _, fact in exclusive_kinds(KINDS):
        for resource in resources if fact.same_as else ():
            live = pairing.live.get(resource.address)
            if live is None or fact.same_as not in resource.fields or (live.kind, live.id) not in account.mirrored:
                continue
            value, container = account.mirrored[live.kind, live.id]
            is_ours = container.marker is not None and container.marker.workspace == workspace
            if not is_ours and (container.kind, container.id) not in pairing.addresses:
                fields = {**live.fields, fact.same_as: value}
                pairing.live[resource.address] = replace(live, fields=fields)


def _take_out(kind: Kind, fact: ExclusiveFact, pairing: Pairing) -> None:
    """The objects of containers that have a manifest now do not have the field of their own."""
    held = {
        pairing.addresses.get((ref.kind, ref.value))
        for live in [live for live in pairing.live.values() if live.kind == kind.slug and fact.is_implied(live)]
        for ref in objects_of(live, fact)
    }
    for address in sorted(held & pairing.live.keys(), key=str):
        live = pairing.live[str(address)]
        pairing.live[str(address)] = without_mirrored(BY_SLUG[live.kind], live, fact.same_as)
