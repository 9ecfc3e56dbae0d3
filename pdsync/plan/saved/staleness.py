"""Staleness: how each change of a saved plan compares with the account of today. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, LiveObject, Ref
from pdsync.model.address import Address, without_interim
from pdsync.model.resolve import Bindings
from pdsync.plan.change import Change, Operation
from pdsync.plan.json_form import Form, says
from pdsync.plan.plan import Plan
from pdsync.plan.saved.judgement import (
    Judgement,
    Verdict,
    View,
    find_claims,
    in_plan_words,
    judge_create,
    judge_existing,
)
from pdsync.plan.saved.three_way import ThreeWay, compute_three_ways


class StalenessForm(Form, frozen=True):
    """How one change compares with the account of today, as JSON."""

    address: Annotated[str, says("The manifest, as kind/name.")]
    state: Annotated[Verdict, says("Whether the change can still be applied.")]
    message: Annotated[str | None, says("For a conflict: what is in the way.")]
    differences: Annotated[tuple[ThreeWay, ...], says("For a conflict: what changed in the account.")]


@dataclass(frozen=True, slots=True)
class Staleness:
    """How one change compares with the account of today."""

    change: Change
    verdict: Verdict
    message: str = ""
    """For a conflict: what is in the way."""
    differences: tuple[ThreeWay, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        form = StalenessForm(self.change.address, self.verdict, self.message or None, self.differences)
        return form.to_json()


def compute_staleness(plan: Plan, account: Account) -> tuple[Staleness, ...]:
    """How every change of the plan compares, in its order. Nothing may be written while one is in conflict."""
    comparison = _Comparison(plan, account)
    found = {change.address: comparison.compare(change) for change in plan.changes}
    for address, staleness in found.items():
        # A swap that is over has no use for its interim name any more.
        renamed = found.get(without_interim(address))
        interim = staleness.change.operation is Operation.INTERIM
        if interim and renamed is not None and renamed.verdict is Verdict.ALREADY:
            found[address] = Staleness(staleness.change, Verdict.ALREADY)
    return tuple(found.values())


class _Comparison:
    """A saved plan compared with the account of today."""

    def __init__(self, plan: Plan, account: Account) -> None:
        self._plan = plan
        self._account = account
        self._bindings = Bindings(plan.bindings)
        self._view = View(self._bindings.to_key, self._bindings.id_of, account.fetched_at)

    def compare(self, change: Change) -> Staleness:
        if change.makes:
            live, judgement = self._judge_create(change)
        else:
            live = self._account.find(change.kind, change.id or "")
            judgement = judge_existing(change, live, self._view, change.digest)
            if live is None and not self._is_surely_gone(change):
                judgement = Judgement(Verdict.CONFLICT, f"{change.id} was not read, so its current state is unknown")
        if judgement.verdict is Verdict.VALID:
            live, judgement = None, self._judge_targets(change)
        is_conflict = judgement.verdict is Verdict.CONFLICT
        differences = compute_three_ways(change, live, self._view) if is_conflict and live is not None else ()
        return Staleness(change, judgement.verdict, judgement.reason, differences)

    def _is_surely_gone(self, change: Change) -> bool:
        """Whether an object that is not in the account does not exist: its collection, or that of its parent, was read to the end."""
        return change.kind in self._account.complete_for and self._account.find(change.kind, change.id or "") is None

    def _judge_create(self, change: Change) -> tuple[LiveObject | None, Judgement]:
        """Also what it would make once more, where that is one object."""
        kind, key = Address.parse(change.address)
        index = self._account.index
        # What could be in the place of the object that a create would make; `find_claims` says what is.
        near = (
            *index.marked(kind, key, self._plan.workspace),
            *index.named(kind, change.name),
            *index.alike(kind, BY_SLUG[kind].identity, change.values),
        )
        if BY_SLUG[kind].is_identified_by_refs:
            near = (*near, *(in_plan_words(live, self._view) for live in self._account.objects.get(kind, ())))
        found = find_claims(change, near)
        ours = found.ours[0] if len(found.ours) == 1 else None
        if ours is not None:
            # What an earlier run of this plan made is referred to by its key in the values of what follows.
            self._bindings.bind(change.address, ours.id)
        return ours, judge_create(change, found, self._view, self._plan.freed)

    def _judge_targets(self, change: Change) -> Judgement:
        """Valid, unless something that it refers to by id has another name now than the one that was reviewed."""
        found: set[Ref] = set()
        kind = BY_SLUG[change.kind]
        for values in (change.values, change.followup):
            found.update(ref for _, ref in kind.refs_of(values))
        for child in change.children:
            declared = kind.child(child.list_name)
            if declared is not None:

                def note(ref: Ref) -> Ref:
                    found.add(ref)
                    return ref

                declared.item.map_refs(child.values, note)
        for ref in sorted(found):
            label = self._plan.labels.get(str(ref))
            if label is None or ref.by != "id" or ref.kind not in self._account.complete_for:
                continue
            live = self._account.find(ref.kind, ref.value)
            if live is None or live.name != label:
                now = f"is called {live.name!r} now" if live is not None else "is gone"
                message = f"{ref.kind.replace('_', ' ')} {label!r} ({ref.value}), which it refers to, {now}"
                return Judgement(Verdict.CONFLICT, message)
        return Judgement(Verdict.VALID)
