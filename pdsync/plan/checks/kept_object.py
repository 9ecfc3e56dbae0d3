"""Kept objects: objects that PagerDuty never deletes. A delete only disables them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model import Kind
from pdsync.plan.checks.check import ChangeNote, Check, Finding, PlanContext, kind_of
from pdsync.plan.diff.pending_delete import PendingDelete


class KeptObjects(Check):
    """Says what a delete of such an object does."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for each in context.pending:
            kind = kind_of(context.changes[each.address])
            if kind.source.single:
                yield from _say_of_single(each, kind)
            elif kind.source.empty:
                said = ", ".join(f"{name}: {str(value).lower()}" for name, value in kind.source.empty.items())
                yield ChangeNote(
                    each.address,
                    f"PagerDuty never deletes an object of this kind: this sets {said}. The name {each.live.name!r} stays taken, and a "
                    "manifest with the same key puts it back into use",
                )


def _say_of_single(each: PendingDelete, kind: Kind) -> Iterator[ChangeNote]:
    """An account stays what it is: only some of its settings can be reset."""
    reset = [name for name in kind.source.empty if name not in each.live.unknown]
    stays = [declared.name for declared in kind.fields if declared.name not in kind.source.empty]
    yield ChangeNote(
        each.address, f"this resets {' and '.join(reset)}; {' and '.join(stays)} cannot be reset and stay as they are"
    )
    for name in kind.source.empty.keys() & each.live.unknown.keys():
        yield ChangeNote(
            each.address, f"{name} is not reset, since PagerDuty refuses to show it: {each.live.unknown[name]}"
        )
