"""Coverage: values for which no child item is left, such as an urgency that nothing notifies a person of. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model import Canonical, ChildList
from pdsync.plan.change import Change, ChildOperation
from pdsync.plan.checks.check import ChangeNote, Check, Finding, PlanContext
from pdsync.plan.given import compute_given
from pdsync.plan.pairing.pair import Pair


class Coverage(Check):
    """Says which values lose their last item."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair, change in context.drafted:
            for declared in pair.kind.children:
                if declared.coverage is not None:
                    lost = _find_lost(pair, change, declared, declared.coverage.member)
                    for value in declared.coverage.values:
                        if value in lost:
                            yield ChangeNote(change.address, declared.coverage.says.format(value))


def _find_lost(pair: Pair, change: Change, declared: ChildList, member: str) -> set[Canonical]:
    items = [child for child in change.children if child.list_name == declared.name]
    added = {child.values.get(member) for child in items if child.operation is not ChildOperation.REMOVE}
    if pair.live is None:
        before = {item.get(member) for item in pair.kind.given(pair.after).get(declared.name, ())}
        kept = {item.get(member) for item in compute_given(change, pair.after).get(declared.name, ())}
    else:
        removed = {child.id for child in items if child.operation is ChildOperation.REMOVE}
        live = pair.children_before.get(declared.name, ())
        before = {child.value.get(member) for child in live}
        kept = {child.value.get(member) for child in live if child.id not in removed}
    return before - kept - added
