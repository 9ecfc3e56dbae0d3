"""Rotations: what an edit of layers means for the people who are on call now. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model import Fields
from pdsync.model.schedule_layers import ScheduleLayers
from pdsync.model.stepped import StepLimitError
from pdsync.plan.change import Change, Operation
from pdsync.plan.checks.check import Blocker, ChangeNote, Check, Finding, PlanContext
from pdsync.plan.pairing.pair import Pair


class Rotations(Check):
    """Says which layers end, and whether the person on call changes at once or at the next hand-off."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair, change in context.drafted:
            if pair.kind.stepped:
                yield from _find_of_steps(context, pair, change)
            if not pair.kind.rotates or change.operation is Operation.CREATE:
                continue
            for message in _find_notes(pair, change):
                yield ChangeNote(change.address, message)
            for message in pair.hand_off.blockers if pair.hand_off is not None else ():
                yield Blocker(change.address, message)


def _find_of_steps(context: PlanContext, pair: Pair, change: Change) -> Iterator[Finding]:
    """What happens when, and what PagerDuty does not take."""
    kind, moment, live = pair.kind, context.account.fetched_at, Fields()
    if pair.live is not None:
        live = kind.passing.settle(kind.map_fields(pair.live.fields, context.paired.resolver.live), moment)
    for name in sorted(pair.kind.stepped & change.values.keys()):
        load = pair.kind.fields_by_name[name].stepped
        assert load is not None
        try:
            words = load().in_words(change.values[name], live.get(name), moment, at_once=change.at_once is True)
        except StepLimitError as error:
            yield Blocker(change.address, str(error))
            continue
        yield from (ChangeNote(change.address, each) for each in words)


def _find_notes(pair: Pair, change: Change) -> Iterator[str]:
    on_call = pair.kind.facts.on_call
    if (
        on_call is None
        or on_call.field in pair.kind.stepped
        or all(delta.field != on_call.field for delta in change.deltas)
    ):
        return
    wanted = {layer.get("name") for layer in ScheduleLayers.of(pair.after).items}
    for layer in ScheduleLayers.of(pair.before).items:
        if layer.get("name") not in wanted:
            yield f"layer {layer.get('name')!r} is ended, not deleted: PagerDuty never deletes a layer"
    if pair.hand_off is not None:
        yield from pair.hand_off.notes
    elif not pair.resource.lifecycle.hand_off_aware:
        yield "this may change who is on call now: turns are counted from rotation_virtual_start"
    else:
        yield "hand-off aware: the people on call stay until the next hand-off"
