"""Rotations: what an edit of layers means for the people who are on call now. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model.schedule_layers import ScheduleLayers
from pdsync.plan.change import Change
from pdsync.plan.checks.check import Blocker, ChangeNote, Check, Finding, PlanContext
from pdsync.plan.pairing.pair import Pair


class Rotations(Check):
    """Says which layers end, and whether the person on call changes at once or at the next hand-off."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair, change in context.drafted:
            if not pair.kind.rotates or pair.kind.stepped or change.makes:
                continue
            for message in _find_notes(pair, change):
                yield ChangeNote(change.address, message)
            for message in pair.hand_off.blockers if pair.hand_off is not None else ():
                yield Blocker(change.address, message)


def _find_notes(pair: Pair, change: Change) -> Iterator[str]:
    on_call = pair.kind.facts.on_call
    if on_call is None or all(delta.field != on_call.field for delta in change.deltas):
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
