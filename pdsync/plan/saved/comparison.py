"""Whether a live object is as it was planned against, or already as a change would make it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, LiveChild, LiveObject, Ref, split_marker
from pdsync.model.account_index import identity_of
from pdsync.model.name import fold_name
from pdsync.plan.change import Change, ChildChange, ChildOperation, Operation

Normal = Callable[[Ref], Ref]
"""Gives the normal form of a reference found in the account: by key where a manifest manages the target."""


class Claim(StrEnum):
    """What a live object has to do with a create."""

    OURS = "ours"
    """It carries the ownership line of the change (for kinds without one: it has the identity)."""
    NAMESAKE = "namesake"
    """It has the name, and is not ours."""


def claim_of(change: Change, live: LiveObject) -> Claim | None:
    """Whether a live object stands where a create would put one."""
    kind = BY_SLUG[change.kind]
    if kind.marker_line is None:
        wanted = identity_of(kind.identity, change.values)
        return Claim.OURS if wanted is not None and identity_of(kind.identity, live.fields) == wanted else None
    marker = split_marker(change.marker)[1] if change.marker else None
    if live.marker is not None and marker is not None and live.marker.is_same(marker):
        return Claim.OURS
    return Claim.NAMESAKE if fold_name(live.name) == fold_name(change.name) else None


def find_differences(
    live: LiveObject, values: Mapping[str, Canonical], normal: Normal, moment: str
) -> dict[str, tuple[Canonical, Canonical]]:
    """(live, wanted) of every field of `values` that the object does not say, judged at `moment`.

    Fields that the answer does not hold are left out: some come only with an include.
    """
    kind = BY_SLUG[live.kind]
    held = kind.settle(kind.map_fields(live.fields, normal), moment)
    wanted = kind.settle(dict(values), moment)
    return {
        name: (held.get(name), wanted[name]) for name in wanted if name in live.raw and held.get(name) != wanted[name]
    }


def normal_children(live: LiveObject, name: str, normal: Normal) -> tuple[LiveChild, ...]:
    """A child list with its references in normal form."""
    declared = BY_SLUG[live.kind].child(name)
    if declared is None:
        return ()
    return tuple(
        LiveChild(child.id, declared.item.map_refs(child.value, normal)) for child in live.children.get(name, ())
    )


def is_done(change: Change, live: LiveObject, normal: Normal, moment: str) -> bool:
    """True when the object already says everything that the change would have made it say."""
    if change.operation in (Operation.DELETE, Operation.INTERIM):
        return False
    if change.operation is Operation.RELEASE:
        return live.marker is None
    wanted = split_marker(change.marker)[1]
    if wanted is not None and not wanted.says_the_same(live.marker):
        return False
    if find_differences(live, {**change.values, **change.followup}, normal, moment):
        return False
    return all(is_child_done(child, live, normal) for child in change.children)


def is_child_done(change: ChildChange, live: LiveObject, normal: Normal) -> bool:
    """True when a child list of the object is already as one change would have made it."""
    declared = BY_SLUG[live.kind].child(change.list_name)
    assert declared is not None
    held = normal_children(live, change.list_name, normal)
    if change.operation is ChildOperation.REMOVE:
        return all(child.id != change.id for child in held)
    return any(declared.covers(change.values, child.value) for child in held)


def digest_for(change: Change, live: LiveObject, id_of: Callable[[Ref], str | None]) -> str:
    """The digest of a live object in the way that the plan took it."""
    ids = (id_of(ref) for ref in change.implied)
    return live.digest(change.child_lists, frozenset(identity for identity in ids if identity))
