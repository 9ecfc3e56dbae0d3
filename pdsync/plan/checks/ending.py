"""Endings: what stops working for other people, and what a revert does not bring back. Allowed, and a risk. Pure.

A deleted service creates no incidents, and a deleted routing key is never issued again: tools that send events with it lose them,
without an error that anyone sees.
"""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model import ChildList
from pdsync.plan.change import Change, ChildOperation
from pdsync.plan.checks.check import Check, Finding, PlanContext, kind_of
from pdsync.plan.loss import lists_that_go
from pdsync.plan.risk import ROUTING_KEY_ENDED, SERVICE_DELETED, VALUES_LOST, Risk

_NAMED = 3


class Endings(Check):
    """Finds deleted services, ended routing keys and lost values: one risk of each for an object."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for change in context.changes.values():
            fact = kind_of(change).facts.incidents
            if change.ends and fact is not None and fact.is_origin:
                message = (
                    f"{kind_of(change).noun} {change.name!r} is deleted: events sent to it no longer create incidents"
                )
                yield Risk(SERVICE_DELETED, change.address, message)
            loses = kind_of(change).facts.loses
            if change.ends and loses:
                message = f"{kind_of(change).noun} {change.name!r} is deleted: {loses} are lost"
                yield Risk(VALUES_LOST, change.address, message)
            is_delete = change.ends
            for declared in lists_that_go(kind_of(change)) if is_delete else kind_of(change).children:
                names = _ended(change, declared) if declared.loses else []
                if names:
                    code = VALUES_LOST if declared.loses_many else ROUTING_KEY_ENDED
                    yield Risk(code, change.address, _text(change, declared, names))


def _ended(change: Change, declared: ChildList) -> list[str]:
    """The names of the items of a list that go."""
    if change.ends:
        items = change.before.get(declared.name) or ()
    else:
        of_list = (child for child in change.children if child.list_name == declared.name)
        items = [child.values for child in of_list if child.operation is ChildOperation.REMOVE]
    return [str(item.get(declared.key[0])) for item in items]


def _counted(declared: ChildList, count: int) -> str:
    return declared.noun if count == 1 else declared.name.replace("_", " ")


def _text(change: Change, declared: ChildList, names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    named = ", ".join(map(repr, names[:_NAMED])) + more
    whose = f"of {kind_of(change).noun} {change.name!r}"
    if declared.loses_many:
        verb = "goes" if len(names) == 1 else "go"
        return f"{declared.loses} are lost for good: {_counted(declared, len(names))} {named} {whose} {verb}"
    if len(names) == 1:
        return f"a {declared.loses} {whose} ends for good: {declared.noun} {named} goes"
    return f"{len(names)} {declared.loses}s {whose} end for good: {declared.name.replace('_', ' ')} {named} go"
