"""Replacements: what forbids one, and what it loses. Pure.

PagerDuty has no such operation. pdsync makes a new object, leads to it what refers to the old one, and deletes the old one last, so that nothing
is without an object in between. For that moment there are two: where PagerDuty takes only one of a name, the plan is refused. To rename
either of them for the time would do harm, since people and events know an object by its name.
"""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model.address import without_step
from pdsync.model.name import fold_name
from pdsync.plan.change import Change, Operation
from pdsync.plan.checks.check import Blocker, ChangeNote, Check, Finding, PlanContext, kind_of
from pdsync.plan.diff.last_applied import is_protected
from pdsync.plan.diff.pending_delete import PendingDelete
from pdsync.plan.diff.replacement import is_unrecorded
from pdsync.plan.risk import OBJECT_REPLACED, Risk
from pdsync.plan.unknown import find_users

_UNFINISHED = "finishes a replacement: {} was made in its place, and it was not deleted then"


class Replacements(Check):
    """Blocks replacements that cannot be carried out, and says what is lost with the old objects."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for each in context.pending:
            change = context.changes[each.address]
            if change.operation is Operation.RETIRE:
                new = context.changes.get(without_step(each.address))
                is_whole = new is not None and new.replaces == each.live.id
                for message in _find_blockers(each, new if is_whole else None, context):
                    yield Blocker(each.address, message)
                if not is_whole:
                    yield ChangeNote(each.address, _unfinished(each, context))
                    yield from _find_edited(each, context)
        for change in context.changes.values():
            if change.operation is Operation.REPLACE:
                yield Risk(OBJECT_REPLACED, change.address, _risk(change))
                if kind_of(change).name_may_be_unique and _has_same_name(change, context):
                    noun = kind_of(change).noun
                    yield ChangeNote(
                        change.address,
                        f"PagerDuty may refuse a second {noun} of the name {change.name!r}: nothing is changed then",
                    )


def _find_blockers(each: PendingDelete, new: Change | None, context: PlanContext) -> Iterator[str]:
    live = each.live
    if live.marker is not None and is_protected(live.marker):
        yield "it is protected, and a replacement deletes the old object: apply its manifest without 'protect: true' first"
    if users := find_users(live.kind, context.account.unknown):
        nouns = " and ".join(kind.nouns for kind in users)
        why = context.account.unknown[users[0].slug]
        yield f"{nouns} cannot be read, so it is unknown whether any of them uses the old object: {why}"
    if new is None:
        return
    if kind_of(new).unique_name and _has_same_name(new, context):
        yield (
            f"PagerDuty takes one {kind_of(new).noun} of a name only, and the old one has the name {new.name!r} until it is deleted: "
            "give the manifest another name in the same change"
        )
    if is_unrecorded(new):
        field = kind_of(new).marker_line
        yield f"{field.field if field else 'the text'} has no room to say which object the new one replaces: shorten it"


def _has_same_name(change: Change, context: PlanContext) -> bool:
    retiring = context.pairing.retiring.get(change.address, ())
    return fold_name(change.name) in {fold_name(live.name) for live in retiring}


def _unfinished(each: PendingDelete, context: PlanContext) -> str:
    new = context.pairing.live.get(without_step(each.address))
    return _UNFINISHED.format(new.id if new is not None else "another object")


def _find_edited(each: PendingDelete, context: PlanContext) -> Iterator[Finding]:
    """What the plan of the run that was cut off could not show: edits since then."""
    from pdsync.plan.diff.late_edit import find_late_edits  # few plans finish a replacement

    new = context.paired.pairs.get(without_step(each.address))
    if new is None or new.live is None:
        return
    live, fields = context.paired.others[each.ref]
    edited = list(find_late_edits(live, fields, new, context.paired))
    if edited:
        what = f"{new.kind.noun} {new.resource.name!r}, the old one {live.id}"
        yield Risk(
            OBJECT_REPLACED,
            each.address,
            f"{what}, was edited by hand and is deleted with these edits: {', '.join(edited)}",
        )


def _risk(change: Change) -> str:
    loses = f", and these are lost: {'; '.join(change.loses)}" if change.loses else ""
    return f"{kind_of(change).noun} {change.name!r} is replaced: a new one gets another id{loses}"
