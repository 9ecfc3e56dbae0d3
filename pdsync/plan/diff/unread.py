"""Child lists that a plan must know in full, and that were read in bulk. Pure.

A reading in bulk tells which items a list has, and not all that they say: a team's members, and not their roles. That is enough where
the manifest asks for the same items and says no more of them, or where the record in the ownership line vouches for the rest: the
last apply wrote what the manifest says. An edit by hand of what is not shown is then not seen. Where the items differ, or the manifest says
what was not applied yet, the list is read in full before anything is said or written about it.

A list may also be wanted only because items of another one go, and those of this list with them, such as the hand-off rules by a contact method.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, ChildList, ListPlace, LiveObject, Ref
from pdsync.model.address import is_retired
from pdsync.model.last_applied import members_mask
from pdsync.plan.change import Change
from pdsync.plan.diff.child_change import find_resting_lists
from pdsync.plan.diff.last_applied import Record
from pdsync.plan.diff.pending_delete import PendingDelete
from pdsync.plan.pairing.pair import Pair


def find_unread_lists(pair: Pair, change: Change | None, implied: Collection[Ref]) -> Iterator[ListPlace]:
    """The lists of one object that must be read in full. `change` is what was drafted without; `implied` are the members that
    PagerDuty adds by itself."""
    if pair.live is None:
        return
    yield from _find_unread_documents(pair, pair.live)
    if change is not None and change.children:
        for declared in find_resting_lists(pair.kind, change.children):
            if declared.name not in pair.live.children and declared.name not in pair.live.refused:
                yield ListPlace(pair.live.kind, pair.live.id, declared.name)
    if not pair.live.partial:
        return
    record = Record(pair, frozenset(implied))
    written = {child.list_name for child in change.children} if change is not None else set()
    for declared in pair.kind.children:
        name = declared.name
        if name in pair.live.partial and (
            name in written or (_says_more(pair, declared) and not record.vouches_for(name))
        ):
            yield ListPlace(pair.live.kind, pair.live.id, name)


def find_unread_of_deleted(each: PendingDelete, account: Account) -> Iterator[ListPlace]:
    """What must be read of an object that goes. Of one that is replaced that is also what no manifest names: it is lost."""
    live, kind = each.live, BY_SLUG[each.live.kind]
    names = [
        *sorted(live.partial),
        *(
            name
            for name, document in kind.documents.items()
            if name not in live.fields and name not in live.unknown and document.may_hold_parts(account.objects)
        ),
    ]
    if is_retired(each.address):
        names += [it.name for it in kind.children if it.name not in live.children and it.name not in live.refused]
    yield from (ListPlace(live.kind, live.id, name) for name in names)


def _find_unread_documents(pair: Pair, live: LiveObject) -> Iterator[ListPlace]:
    """The documents that the manifest names or the record holds. They are read with the account already, except for what only pairing
    shows to be the object of a manifest."""
    for name in pair.kind.documents:
        is_asked = name in pair.fields or (pair.last is not None and pair.last.of_field(name) is not None)
        if is_asked and name not in live.fields and name not in live.unknown:
            yield ListPlace(live.kind, live.id, name)


def _says_more(pair: Pair, declared: ChildList) -> bool:
    """Whether the manifest, or the record of an earlier one, says something about an item that a reading in bulk does not show."""
    if declared.names_unshown(pair.children.get(declared.name, ())):
        return True
    held = pair.last.of_list(declared.name) if pair.last else None
    bits = members_mask(declared.beside_key, declared.unshown.__contains__)
    return held is not None and any(item.members & bits for item in held.items or ())
