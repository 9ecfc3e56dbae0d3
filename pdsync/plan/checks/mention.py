"""Mentions: things that pdsync does not manage and that name an object to be deleted. They block nothing. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Kind
from pdsync.plan.change import Change
from pdsync.plan.checks.check import ChangeNote, Check, Finding, PlanContext, Prerequisite, kind_of

_SHOWN = 5
"""How many mentions of one object are shown."""


class Mentions(Check):
    """Names the maintenance windows, dependencies and overrides of what the plan deletes."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for mention in context.account.mentions or ():
            found[mention.kind, mention.id].append(mention.says)
        for each in context.pending:
            said = found.get((each.live.kind, each.live.id), [])
            more = len(said) - _SHOWN
            for text in said[:_SHOWN]:
                yield ChangeNote(each.address, text)
            if more > 0:
                yield ChangeNote(each.address, f"and {more} more name it")
            if context.account.mentions_unread and _can_be_named(BY_SLUG[each.live.kind]):
                what = " and ".join(dict.fromkeys(context.account.mentions_unread))
                yield ChangeNote(
                    each.address, f"the token may not read {what}, so it is not known which of them name it"
                )

    def prerequisites(self, changes: Iterable[Change], account: Account) -> Iterator[Prerequisite]:
        for change in changes:
            if change.ends and _can_be_named(kind_of(change)):
                yield "mentions"


def _can_be_named(kind: Kind) -> bool:
    """Whether windows, dependencies or overrides can name objects of a kind."""
    fact = kind.facts.incidents
    if any(declared.other_member for declared in kind.children):
        return True
    return kind.rotates or kind.facts.person is not None or (fact is not None and fact.is_origin)
