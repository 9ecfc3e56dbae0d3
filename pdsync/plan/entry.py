"""Entries: the changes of a plan as people read them. Pure.

An apply takes the steps of a replacement apart, because other changes come in between. A reviewer decides about it as a whole, so the delete of
the old object is in the entry of the new one, with everything that was found about it. A delete that finishes the replacement of an
earlier run has an entry of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from pdsync.model.address import without_step
from pdsync.plan.change import Change, Operation


def fold_steps(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes in their order, each replacement in one."""
    made = {change.address: change for change in changes if change.operation is Operation.REPLACE}
    retired: dict[str, Change] = {}
    for change in changes:
        new = made.get(without_step(change.address))
        if change.operation is Operation.RETIRE and new is not None and new.replaces == change.id:
            retired[new.address] = change
    gone = {change.address for change in retired.values()}
    return tuple(
        _together(change, retired[change.address]) if change.address in retired else change
        for change in changes
        if change.address not in gone
    )


def _together(new: Change, old: Change) -> Change:
    return replace(
        new,
        blockers=(*new.blockers, *old.blockers),
        alone=new.alone if not old.blockers else (new.alone or not new.blockers) and old.alone,
        notes=tuple(dict.fromkeys((*new.notes, *old.notes))),
        afterwards=(*new.afterwards, *old.afterwards),
        reassign=new.reassign or old.reassign,
    )
