"""Dangling items: child items that need an item which the object neither has nor gets. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model import ChildList
from pdsync.plan.checks.check import Blocker, Check, Finding, PlanContext
from pdsync.plan.pairing.pair import Pair


class DanglingItems(Check):
    """Blocks items such as a notification rule for a contact method that does not exist."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair, change in context.drafted:
            for declared in pair.kind.children:
                for name in _find_missing(pair, declared):
                    under = declared.rests_on and pair.kind.child(declared.rests_on.list_name)
                    noun = under.noun if under else "item"
                    message = f"{declared.name} name a {noun} that the {pair.kind.noun} does not have: {name}"
                    yield Blocker(change.address, message)


def _find_missing(pair: Pair, declared: ChildList) -> list[str]:
    rest, items = declared.rests_on, pair.children.get(declared.name, ())
    if rest is None or not items:
        return []
    # A new object has what PagerDuty gives it by itself.
    given = pair.kind.given(pair.after).get(rest.list_name, ()) if pair.live is None else ()
    live = (child.value for child in pair.children_before.get(rest.list_name, ()))
    known = {rest.name_of(item) for item in (*given, *pair.children.get(rest.list_name, ()), *live)}
    return sorted({str(item[rest.member].value) for item in items} - known)
