"""Values that an account holds twice: in objects of one kind, the containers, and in a field of the objects in the containers. Pure.

Such a field is an object's own only where no container says it (`ExclusiveFact`). Elsewhere it shows what the container says, and to write it
back would take the object out of the container. So here each value is left at the one place where it can be changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from pdsync.model.account import Account
from pdsync.model.codec.plain import Canonical
from pdsync.model.fact import ExclusiveFact
from pdsync.model.kind import Kind
from pdsync.model.live import LiveObject
from pdsync.model.ref import Ref

Groups = dict[str, tuple[LiveObject, ...]]
"""Objects by kind."""


def exclusive_kinds(kinds: Iterable[Kind]) -> Iterator[tuple[Kind, ExclusiveFact]]:
    """The kinds of containers."""
    for kind in kinds:
        if kind.facts.exclusive is not None:
            yield kind, kind.facts.exclusive


def divide_exclusive(account: Account, kinds: Collection[Kind]) -> Account:
    """The account with the containers apart that PagerDuty made from a field. The fields that other containers say have their default."""
    own, implied, mirrored = dict(account.objects), Groups(), dict[tuple[str, str], tuple[Canonical, LiveObject]]()
    by_slug = {kind.slug: kind for kind in kinds}
    for kind, fact in exclusive_kinds(kinds):
        made = tuple(live for live in own.get(kind.slug, ()) if fact.is_implied(live))
        if made:
            implied[kind.slug] = made
            own[kind.slug] = tuple(live for live in own[kind.slug] if not fact.is_implied(live))
        held = {ref: live for live in own.get(kind.slug, ()) for ref in objects_of(live, fact)}
        for slug in {ref.kind for ref in held} & own.keys():
            shown = [(live, held.get(Ref(slug, "id", live.id))) for live in own[slug]]
            mirrored |= {
                (slug, live.id): (live.fields.get(fact.same_as), container) for live, container in shown if container
            }
            own[slug] = tuple(
                without_mirrored(by_slug[slug], live, fact.same_as) if container else live for live, container in shown
            )
    return replace(account, objects=own, implied=implied, mirrored=mirrored)


def objects_of(live: LiveObject, fact: ExclusiveFact) -> tuple[Ref, ...]:
    """What a container holds."""
    return tuple(live.fields.get(fact.field) or ())


def without_mirrored(kind: Kind, live: LiveObject, name: str) -> LiveObject:
    """The object without what its container says for it."""
    declared = kind.field(name)
    return live if declared is None else replace(live, fields={**live.fields, name: declared.default})
