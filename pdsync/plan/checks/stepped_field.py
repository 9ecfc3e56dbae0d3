"""Stepped fields: what happens when, and what PagerDuty does not take. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model import Ref
from pdsync.model.instant import read_rendered, render_instant_s
from pdsync.model.stepped import StepLimitError
from pdsync.plan.change import Change
from pdsync.plan.checks.check import Blocker, ChangeNote, Check, Finding, PlanContext
from pdsync.plan.pairing.pair import Pair
from pdsync.plan.pending import Pending

_AT_HAND_OFF = "the people on call stay until the next hand-off"
_AT_ONCE = "people on call may change in about a minute, and not only at the next hand-off"


class SteppedFields(Check):
    """Says who stays until when and who takes over, before anything is written. A moment is in no note of a change: it is different a day
    later, and the plan is the same."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair, change in context.drafted:
            for name in sorted(pair.kind.stepped & change.values.keys()):
                yield from _find_of_field(context, pair, change, name)


def _find_of_field(context: PlanContext, pair: Pair, change: Change, name: str) -> Iterator[Finding]:
    kind, moment = pair.kind, context.account.fetched_at
    load = kind.fields_by_name[name].stepped
    assert load is not None

    def name_of(ref: Ref) -> str:
        found = context.paired.pairs.get(ref.address) if ref.address is not None else None
        if found is not None:
            return found.resource.name
        other = context.paired.others.get(ref)
        return other[0].name if other is not None else str(ref.value)

    try:
        words = load().in_words(
            change.values[name], pair.held.get(name), moment, name_of, at_once=change.at_once is True
        )
    except StepLimitError as error:
        yield Blocker(change.address, str(error))
        return
    if change.makes:
        return
    yield ChangeNote(change.address, _AT_ONCE if change.at_once is True else _AT_HAND_OFF)
    now = read_rendered(moment).timestamp()
    for at, text in words:
        when = render_instant_s(at) if at > now else None
        yield Pending(change.address, when, text)
