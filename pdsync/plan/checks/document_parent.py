"""A document has the owner of its parent. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pdsync.kinds import BY_SLUG
from pdsync.model import Fields, Kind, Ref
from pdsync.plan.change import Operation
from pdsync.plan.checks.check import Blocker, Check, Edge, Finding, PlanContext


class DocumentParents(Check):
    """Blocks the change and the reset of a document whose parent this workspace does not manage.

    The adoption of a parent comes first: where it fails, the document is left alone. A parent that is deleted takes its
    document along, so there is no reset beside its delete.
    """

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair, change in context.drafted:
            if pair.kind.document is not None:
                yield from _find(context, change.address, pair.kind, pair.after)
        for each in context.pending:
            kind = BY_SLUG[each.live.kind]
            if kind.document is not None:
                yield from _find(context, each.address, kind, context.paired.others[each.ref][1])


def _find(context: PlanContext, address: str, kind: Kind, fields: Fields | Mapping[str, object]) -> Iterator[Finding]:
    assert kind.document is not None
    parent = fields.get(kind.document.parent)
    if not isinstance(parent, Ref) or parent.address is None:
        noun = kind.parent_kind.replace("_", " ")
        yield Blocker(address, f"its {noun} is not managed by this workspace: write a manifest for the {noun} first")
    elif (change := context.changes.get(parent.address)) is not None and change.operation is Operation.ADOPT:
        yield Edge(address, parent.address)
