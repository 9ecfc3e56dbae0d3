"""Addresses of email integrations that another one has: PagerDuty takes each once in an account. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model import LiveChild, LiveObject
from pdsync.plan.change import ChildOperation
from pdsync.plan.checks.check import Blocker, Check, Finding, PlanContext


class TakenAddresses(Check):
    """Blocks an item whose address is taken. Removing the other item in the same plan is too late: what is added goes first."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair, change in context.drafted:
            for child in change.children:
                declared = pair.kind.child(child.list_name)
                if declared is None or not declared.address_member or child.operation is ChildOperation.REMOVE:
                    continue
                address = child.values.get(declared.address_member)
                if not address:
                    continue
                lives = context.account.objects.get(change.kind, ())
                for live, item in _items(lives, child.list_name):
                    held = item.value.get(declared.address_member)
                    if str(held).casefold() == str(address).casefold() and (child.id or "") != item.id:
                        message = (
                            f"{child.list_name} {child.label}: {declared.address_member} {address!r} is taken by {item.id} "
                            f"of {live.name!r}; choose another one, or change or remove that one in an apply of its own first"
                        )
                        yield Blocker(change.address, message)


def _items(lives: tuple[LiveObject, ...], list_name: str) -> Iterator[tuple[LiveObject, LiveChild]]:
    for live in lives:
        for item in live.children.get(list_name, ()):
            yield live, item
