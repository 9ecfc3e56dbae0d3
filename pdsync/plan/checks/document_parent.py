"""A document has the owner of its parent. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.kinds import BY_SLUG
from pdsync.model import Ref
from pdsync.plan.checks.check import Blocker, Check, Finding, PlanContext


class DocumentParents(Check):
    """Blocks the change and the reset of a document whose parent this workspace does not manage."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair, change in context.drafted:
            if pair.kind.document is not None:
                yield from _find(change.address, pair.kind.parent_kind, pair.after.get(pair.kind.document.parent))
        for each in context.pending:
            kind = BY_SLUG[each.live.kind]
            if kind.document is not None:
                fields = context.paired.others[each.ref][1]
                yield from _find(each.address, kind.parent_kind, fields.get(kind.document.parent))


def _find(address: str, parent_kind: str, parent: object) -> Iterator[Blocker]:
    if not isinstance(parent, Ref) or parent.by != "key":
        noun = parent_kind.replace("_", " ")
        yield Blocker(address, f"its {noun} is not managed by this workspace: write a manifest for the {noun} first")
