"""Fixed fields: fields that PagerDuty accepts only with a new object, or a new item of a list. Pure.

A request that changes one is refused, or passed over without a word. To make another object in its place would lose what belongs to the
first one, so a plan says what to do and does neither.
"""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model import Fields, Kind
from pdsync.plan.change import Change, ChildOperation, Operation
from pdsync.plan.checks.check import Blocker, Check, Finding, PlanContext, kind_of


class FixedFields(Check):
    """Blocks the change of a fixed field, and of a fixed member of an item."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair, change in context.drafted:
            for message in _find_messages(change, pair.before):
                yield Blocker(change.address, message)


def _find_messages(change: Change, before: Fields) -> Iterator[str]:
    kind = kind_of(change)
    for delta in change.deltas if change.id is not None else ():
        declared = kind.field(delta.field)
        if declared is not None and declared.is_fixed_for(before):
            yield (
                f"{delta.field}: PagerDuty does not allow a change of it ({_shown(delta.before)} -> {_shown(delta.after)}). Write "
                f"{_shown(delta.before)}, or {_way_out(change, kind)}"
            )
    for child in change.children:
        listed = kind.child(child.list_name)
        if listed is None or child.operation is not ChildOperation.UPDATE:
            continue
        for delta in child.deltas:
            if delta.field in listed.immutable:
                yield (
                    f"{child.list_name}[{child.label}].{delta.field}: PagerDuty does not allow a change of it ({_shown(delta.before)} -> "
                    f"{_shown(delta.after)}). Write {_shown(delta.before)}, or make another {listed.noun} of another name"
                )


def _way_out(change: Change, kind: Kind) -> str:
    """What to do in place of the change. What is adopted, or named by its id, is never replaced."""
    if kind.facts.replaced is None:
        return f"make another {kind.noun} with a manifest under another key"
    if change.operation is Operation.ADOPT:
        return "adopt it with that first: the change after that replaces it"
    return f"remove metadata.id: without it the {kind.noun} is replaced by a new one"


def _shown(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    return str(value).lower() if isinstance(value, bool) else repr(value) if isinstance(value, str) else str(value)
