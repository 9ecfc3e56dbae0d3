"""Child lists and kinds that another host keeps, and that it does not show: what that means for their objects. Pure.

Nothing of such a list can be compared, and the ownership line must not record that it was applied. So the object is left as it is, with what
waits for it, and the rest of the plan goes on.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Resource
from pdsync.plan.change import Change, Operation
from pdsync.plan.pairing.pair import Pair


def stop_for_unknown_lists(pair: Pair, change: Change | None) -> Change:
    """The change of a pair with unknown lists, stopped alone. Where nothing else differs, a change that says no more than that."""
    blockers = tuple(_say(pair))
    if change is not None:
        alone = change.alone or not change.blockers
        # A note that only the record is renewed would be wrong: the list may differ.
        notes = change.notes if change.deltas or change.children else ()
        return replace(change, blockers=(*change.blockers, *blockers), alone=alone, notes=notes)
    live, resource = pair.live, pair.resource
    assert live is not None  # what does not exist is created, which is a change
    return Change(
        address=resource.address,
        kind=pair.kind.slug,
        operation=Operation.UPDATE,
        name=resource.name,
        id=live.id,
        source=str(resource.source),
        url=live.url,
        digest=live.digest(),
        blockers=blockers,
        alone=True,
    )


def stop_unseen(tombstone: Resource, account: Account) -> Change:
    """The delete of what another host does not show. Nothing says whether there is anything to delete."""
    nouns = BY_SLUG[tombstone.kind].nouns
    return Change(
        address=tombstone.address,
        kind=tombstone.kind,
        operation=Operation.DELETE,
        name=tombstone.name,
        source=str(tombstone.source),
        blockers=(f"the {nouns} cannot be read: {account.unknown[tombstone.kind]}",),
        alone=True,
    )


def _say(pair: Pair) -> Iterator[str]:
    for name, why in sorted(pair.unread.items()):
        declared = pair.kind.child(name)
        if declared is None or declared.hosted is None:
            yield f"the {name} cannot be read: {why}"
        else:
            yield f"{name}: the {declared.hosted.noun} cannot be read: {why}"
