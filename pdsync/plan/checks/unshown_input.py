"""Inputs that PagerDuty never shows: a write of steps must not lose one that a person entered. Pure.

A request replaces all steps. What it does not name of such inputs is gone, and no plan can show that. So the change is blocked until
the manifest names the input. What the record says that pdsync wrote is the manifest's to drop: the plan only says that it goes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from pdsync.model.action import Action
from pdsync.model.codec.workflow_step import find_shown_secrets, find_unshown, function_of, part_path, whole_action
from pdsync.model.fact import ActionFact
from pdsync.model.last_applied import key_hash, value_hash
from pdsync.plan.change import Change, Operation
from pdsync.plan.checks.check import Blocker, Check, Finding, PlanContext
from pdsync.plan.pairing.open_field import parts_on_record
from pdsync.plan.pairing.pair import Pair


class UnshownInputs(Check):
    """Blocks a write that would lose an input which PagerDuty never shows."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        catalogue = context.account.actions or {}
        for pair, change in context.drafted:
            fact = pair.kind.facts.actions
            if fact is not None and pair.live is not None and fact.field in change.values:
                yield from _judge(pair, change, fact, catalogue)


def _judge(pair: Pair, change: Change, fact: ActionFact, catalogue: Mapping[str, Action]) -> Iterator[Finding]:
    def hidden(action: str) -> Collection[str]:
        known = catalogue.get(whole_action(action))
        listed = known.inputs if known is not None else {}
        names = {
            *fact.never_shown.get(function_of(action), ()),
            *(it for it, each in listed.items() if each.is_hidden or each.is_secret),
        }
        # What must be given is a problem already, unless it is a secret.
        return sorted(it for it in names if it not in listed or listed[it].is_secret or not listed[it].must_be_given)

    live = pair.before.get(fact.field) or ()
    sent_back = set(find_shown_secrets(pair.live.raw.get(fact.field) or ())) if pair.live is not None else set()
    on_record = _find_ours(pair, change, fact.field)
    for path, shown in find_unshown(change.values[fact.field] or (), live, hidden):
        if path not in sent_back and key_hash(part_path(path)) not in on_record:
            what = "the input" if fact.field in pair.written else f"{fact.field} with this input"
            yield Blocker(
                change.address,
                f"{fact.field}{shown}: PagerDuty never shows this input, and the write would lose what a person entered; "
                f'write {what} in the manifest, as "" (empty text) if the step has none',
            )


def _find_ours(pair: Pair, change: Change, name: str) -> Collection[str]:
    """What pdsync wrote, according to the record. The record does not cover other steps."""
    applied = pair.last.of_field(name) if pair.last is not None else None
    if change.operation is not Operation.UPDATE or applied is None:
        return ()
    frame = pair.kind.open_fields[name].frame(pair.before.get(name))
    return parts_on_record(name, pair.last) if applied.stable == value_hash(frame) else ()
