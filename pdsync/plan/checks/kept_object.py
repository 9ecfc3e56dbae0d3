"""Kept objects: objects that PagerDuty never deletes. A delete only disables them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.plan.checks.check import ChangeNote, Check, Finding, PlanContext, kind_of


class KeptObjects(Check):
    """Says what a delete of such an object does."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for each in context.pending:
            kind = kind_of(context.changes[each.address])
            if kind.source.empty:
                said = ", ".join(f"{name}: {str(value).lower()}" for name, value in kind.source.empty.items())
                yield ChangeNote(
                    each.address,
                    f"PagerDuty never deletes an object of this kind: this sets {said}. The name {each.live.name!r} stays taken, and a "
                    "manifest with the same key puts it back into use",
                )
