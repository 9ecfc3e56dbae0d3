"""Taken names: a name that a create or a rename wants and that something which stays has already. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pdsync.model import Ref
from pdsync.plan.change import Change, Operation
from pdsync.plan.checks.check import Blocker, Check, Finding, PlanContext, kind_of


class TakenNames(Check):
    """Blocks a second object of a name. Even where PagerDuty permits one, people could not tell them apart."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        taking = [change for change in context.changes.values() if _takes_a_name(change)]
        if not taking:
            return
        taken: dict[tuple[str, str], list[Ref]] = defaultdict(list)
        for ref, fields in context.after.items():
            taken[ref.kind, str(fields.get("name")).casefold()].append(ref)
        for change in taking:
            same = taken[change.kind, change.name.casefold()]
            others = sorted(context.name_of(ref) for ref in same if (ref.address or "") != change.address)
            if others:
                yield Blocker(change.address, f"name: the name {change.name!r} is taken by {', '.join(others)}")


def _takes_a_name(change: Change) -> bool:
    if change.operation is Operation.DELETE or kind_of(change).identity != "name":
        return False
    return change.operation is Operation.CREATE or any(delta.path == "name" for delta in change.deltas)
