"""Abilities: features that an account must have before PagerDuty accepts some values. Pure.

Only known facts are reported: an account that already uses a feature has its ability, and a feature without an ability here
is not checked (the tree of teams, alert grouping, automatic pauses: no name of theirs is documented). A false fact would be in
the way of people who have the feature: each has its source, and docs/sandbox.md lists what to verify.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pdsync.kinds import KINDS
from pdsync.model import Account, Canonical, LiveObject
from pdsync.model.fact import AbilityFact
from pdsync.plan.change import WRITES, Change, ChildOperation
from pdsync.plan.checks.check import Blocker, Check, Finding, PlanContext, Prerequisite, kind_of


class Abilities(Check):
    """Blocks what PagerDuty would refuse because an ability is missing. The field comes first, so that it is shown on its line."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        yield from _find_refused(context)
        abilities = context.account.abilities
        if abilities is None:
            return
        for change, fact in _find_new_uses(context.changes.values(), context.account):
            if abilities.isdisjoint(fact.abilities):
                names = " or ".join(map(repr, fact.abilities))
                field = f"{fact.part}: " if fact.part else ""
                message = (
                    f"{field}the account lacks the ability {names}, which {fact.says} need; "
                    "ask the account owner for it, or remove them from the manifest"
                )
                yield Blocker(change.address, message)

    def prerequisites(self, changes: Iterable[Change], account: Account) -> Iterator[Prerequisite]:
        if any(True for _ in _find_new_uses(changes, account)):
            yield "abilities"


def _find_refused(context: PlanContext) -> Iterator[Blocker]:
    """Finds uses of features that PagerDuty refused to show when the account was read."""
    for change in context.changes.values():
        allowed = context.account.includes.get(change.kind)
        for fact in kind_of(change).facts.abilities:
            if allowed is not None and fact.include and fact.include not in allowed and _uses(change, fact):
                message = (
                    f"{fact.part}: PagerDuty refuses to show {fact.says} (include[]={fact.include}), so the account's plan "
                    "lacks it; ask the account owner for it, or remove it from the manifest"
                )
                yield Blocker(change.address, message)


def _find_new_uses(changes: Iterable[Change], account: Account) -> Iterator[tuple[Change, AbilityFact]]:
    """Features that a change begins to use and that nothing in the account uses yet."""
    known: dict[tuple[str, ...], bool] = {}
    for change in changes:
        for fact in kind_of(change).facts.abilities:
            if _uses(change, fact):
                if fact.abilities not in known:
                    known[fact.abilities] = _is_known(fact.abilities, account)
                if not known[fact.abilities]:
                    yield change, fact


def _uses(change: Change, fact: AbilityFact) -> bool:
    if change.operation not in WRITES:
        return False
    if not fact.part:
        return change.makes
    items = [
        child.values
        for child in change.children
        if child.list_name == fact.part and child.operation is not ChildOperation.REMOVE
    ]
    if any(map(fact.is_used, items)):
        return True
    changed = {delta.field for delta in change.deltas}
    values: dict[str, Canonical] = {**change.values, **change.followup}
    return fact.part in changed and fact.is_used(values.get(fact.part))


def _is_known(abilities: tuple[str, ...], account: Account) -> bool:
    return any(
        _has(fact, live)
        for kind in KINDS
        for fact in kind.facts.abilities
        if fact.abilities == abilities
        for live in account.objects.get(kind.slug, ())
    )


def _has(fact: AbilityFact, live: LiveObject) -> bool:
    if not fact.part:
        return True
    if any(fact.is_used(child.value) for child in live.children.get(fact.part, ())):
        return True
    return fact.part in live.fields and fact.is_used(live.fields[fact.part])
