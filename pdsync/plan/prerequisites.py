"""Needs: what else must be known of the account before a plan can be judged. Most plans need nothing. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from pdsync.model import Account
from pdsync.plan.change import Operation
from pdsync.plan.checks.ability import needs_abilities
from pdsync.plan.checks.license import needs_licenses
from pdsync.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class Needs:
    """What to read, each named like a member of `Account`. False where nothing needs nothing."""

    abilities: bool = False
    licenses: bool = False
    incidents: bool = False

    def __bool__(self) -> bool:
        return self.abilities or self.licenses or self.incidents


def compute_needs(plan: Plan, account: Account) -> Needs:
    """What the plan, made without it, turns out to need. With problems there is nothing to judge yet."""
    if plan.problems:
        return Needs()
    return Needs(
        abilities=needs_abilities(plan.changes, account),
        licenses=needs_licenses(plan.changes),
        incidents=any(change.operation is Operation.DELETE for change in plan.changes),
    )
