"""Demotions: an administrator who loses that role. Allowed, and a risk: it may be the last person who can undo it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.plan.change import Operation
from pdsync.plan.checks.check import Check, Finding, PlanContext, kind_of
from pdsync.plan.risk import Risk

DEMOTION = "demotion"


class Demotions(Check):
    """Finds people whose role may change everything in the account and will not any more."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for address, change in context.changes.items():
            person = kind_of(change).facts.person
            if person is None or change.operation is Operation.CREATE:
                continue
            strong = person.admin_roles | {person.owner_role}
            role = context.fields_before.get(address, {}).get(person.role_field)
            after = context.fields_after.get(address, {}).get(person.role_field)
            if role not in strong or after in strong:
                continue
            what = "is deleted" if change.operation is Operation.DELETE else f"becomes {after}"
            noun = kind_of(change).noun
            yield Risk(DEMOTION, address, f"{noun} {change.name!r} has the role {role} and {what}")
