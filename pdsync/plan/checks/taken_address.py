"""Addresses of email integrations that another integration has: PagerDuty allows each address once in an account. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model import LiveChild, LiveObject
from pdsync.plan.change import ChildOperation
from pdsync.plan.checks.check import Blocker, Check, Finding, PlanContext


class TakenAddresses(Check):
    """Blocks an item whose address is taken. Removing the other item in the same plan is too late: what is added goes first."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        kinds = {change.kind: pair.kind for pair, change in context.drafted}
        members = {(slug, it.name): it.address_member for slug, kind in kinds.items() for it in kind.children}
        for _, change in context.drafted:
            for child in change.children:
                member = members.get((change.kind, child.list_name), "")
                address = child.values.get(member)
                if not member or not address or child.operation is ChildOperation.REMOVE:
                    continue
                lives = context.account.objects.get(change.kind, ())
                for live, item in _items(lives, child.list_name):
                    held = item.value.get(member)
                    if str(held).casefold() == str(address).casefold() and (child.id or "") != item.id:
                        message = (
                            f"{child.list_name} {child.label}: {member} {address!r} is used by {item.id} "
                            f"of {live.name!r}; choose another one, or change or remove that one in a separate apply first"
                        )
                        yield Blocker(change.address, message)


def _items(lives: tuple[LiveObject, ...], list_name: str) -> Iterator[tuple[LiveObject, LiveChild]]:
    for live in lives:
        for item in live.children.get(list_name, ()):
            yield live, item
