"""Lost items: what a change takes out of lists, and what goes with a deleted object. Pure.

Terms. An *item* is one entry of a child list (an integration, a notification rule, a member), or one level of an escalation policy.
An item is *lost* when it is there before the change and not after it. A lost item of a list that declares `loses` ends something that
other people depend on, such as a routing key. A revert does not bring that back, so it counts with a deleted object too. What else
goes with a deleted object does not count in addition to the object.

A list whose key is the whole item has no updates: an edit of a notification rule is a removal and an addition. There, only what is
not replaced is lost.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pdsync.kinds import BY_SLUG
from pdsync.model import ChildList, Kind
from pdsync.plan.change import Change, ChildOperation


@dataclass(frozen=True, slots=True)
class Loss:
    """How many items are lost."""

    lasting: int = 0
    """Items whose loss cannot be undone, such as an integration with its routing key."""
    others: int = 0

    def __add__(self, other: Loss) -> Loss:
        return Loss(self.lasting + other.lasting, self.others + other.others)

    @property
    def total(self) -> int:
        """The number of all lost items."""
        return self.lasting + self.others


NO_LOSS = Loss()


def compute_loss(change: Change) -> Loss:
    """What one change loses. What goes with a deleted object is read from what was approved."""
    kind = BY_SLUG[change.kind]
    if change.ends:
        return Loss(lasting=sum(len(change.before.get(it.name) or ()) for it in lists_that_go(kind)))
    found = Loss(others=_lost_levels(kind, change))
    removed = Counter(child.list_name for child in change.children if child.operation is ChildOperation.REMOVE)
    added = Counter(child.list_name for child in change.children if child.operation is ChildOperation.ADD)
    for declared in kind.children:
        count = removed[declared.name]
        if declared.loses:
            found += Loss(lasting=count)
        elif _is_its_own_key(declared):
            found += Loss(others=max(0, count - added[declared.name]))
        else:
            found += Loss(others=count)
    return found


def lists_that_go(kind: Kind) -> list[ChildList]:
    """The lists that lose something with a deleted object. An object that is only put out of use keeps its items."""
    return [] if kind.source.empty else [it for it in kind.children if it.loses]


def _is_its_own_key(declared: ChildList) -> bool:
    return {part.name for part in declared.item.parts} == set(declared.key)


def _lost_levels(kind: Kind, change: Change) -> int:
    fact = kind.facts.on_call
    if fact is None or not fact.counted or change.makes or fact.field not in change.values:
        return 0
    return max(0, len(change.before.get(fact.field) or ()) - len(change.values[fact.field] or ()))
