"""Added items whose name differs only in case from that of another item of the list, existing or added. Pure.

No source says whether PagerDuty treats such names as one. If it does, it finds the other item where the new one is asked for: a removal
of that one in the same request would undo the add, and the next plan would ask for it again.
"""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model import ChildList
from pdsync.plan.change import Change, ChildChange, ChildOperation
from pdsync.plan.checks.check import Blocker, ChangeNote, Check, Finding, PlanContext, kind_of
from pdsync.plan.pairing.pair import Pair


class AlikeNames(Check):
    """Blocks an add together with the removal of a similar name in one request. Notes an add that may find an item that stays."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair, change in context.drafted:
            for child in change.children:
                declared = kind_of(change).child(child.list_name)
                if declared is not None and declared.by_name is not None and child.operation is ChildOperation.ADD:
                    yield from _judge(pair, change, declared, child)


def _judge(pair: Pair, change: Change, declared: ChildList, added: ChildChange) -> Iterator[Finding]:
    for other in change.children:
        is_added = other.operation is ChildOperation.ADD and other.list_name == added.list_name
        if is_added and added.key < other.key and added.key.casefold() == other.key.casefold():
            says = (
                f"{declared.name} {added.label}: {other.label!r} is added too, and PagerDuty may treat the two as one"
            )
            yield ChangeNote(
                change.address, f"{says}. If the next plan adds one of them again, remove that one from the manifest"
            )
    leaving = {it.id for it in change.children if it.operation is ChildOperation.REMOVE}
    for item in pair.children_before.get(declared.name, ()):
        if declared.key_of(item.value).casefold() != added.key.casefold():
            continue
        label = declared.label_of(item.value)
        says = f"{declared.name} {added.label}: {label!r} exists, and PagerDuty may treat the two as one"
        if item.id in leaving:
            yield Blocker(change.address, f"{says}. Remove {label!r} in a separate apply first")
        else:
            yield ChangeNote(change.address, f"{says}. If the next plan shows this again, write {label!r}")
