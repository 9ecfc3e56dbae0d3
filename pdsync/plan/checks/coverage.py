"""Coverage: values without a child item, such as an urgency of which a person is no longer notified. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pdsync.model import Canonical, ChildList
from pdsync.model.fact import Coverage as Covered
from pdsync.plan.change import Change, ChildOperation
from pdsync.plan.checks.check import ChangeNote, Check, Finding, PlanContext
from pdsync.plan.pairing.pair import Pair
from pdsync.plan.predicted import compute_given


class Coverage(Check):
    """Says which values lose their last item."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair, change in context.drafted:
            for declared in pair.kind.children:
                if declared.coverage is not None:
                    lost = _find_lost(pair, change, declared, declared.coverage)
                    for value, says in declared.coverage.says.items():
                        if value in lost:
                            yield ChangeNote(change.address, says)


def _find_lost(pair: Pair, change: Change, declared: ChildList, coverage: Covered) -> set[Canonical]:
    def values(items: Iterable[Mapping[str, Canonical]]) -> set[Canonical]:
        return {value for item in items for value in coverage.values_of(item)}

    items = [child for child in change.children if child.list_name == declared.name]
    added = values(child.values for child in items if child.operation is not ChildOperation.REMOVE)
    if pair.live is None:
        before = values(pair.kind.given(pair.after).get(declared.name, ()))
        kept = values(compute_given(change, pair.after).get(declared.name, ()))
    else:
        removed = {child.id for child in items if child.operation is ChildOperation.REMOVE}
        live = pair.children_before.get(declared.name, ())
        before = values(child.value for child in live)
        kept = values(child.value for child in live if child.id not in removed)
    return before - kept - added
