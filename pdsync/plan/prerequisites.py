"""Prerequisites: what else must be read of the account before a plan can be judged. Most plans need nothing. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from pdsync.model import Account
from pdsync.plan.checks.registry import CHECKS, find_change_subjects, load_applicable
from pdsync.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class Prerequisites:
    """What to read, each named like a member of `Account`. False where nothing needs nothing."""

    abilities: bool = False
    licenses: bool = False
    incidents: bool = False
    mentions: bool = False
    placeholders: bool = False
    actions: bool = False

    def __bool__(self) -> bool:
        return self.abilities or self.licenses or self.incidents or self.mentions or self.placeholders or self.actions

    def words(self) -> tuple[str, ...]:
        """What is read, in words."""
        return tuple(_WORDS.get(name, name) for name in self.__slots__ if getattr(self, name))


_WORDS = {"incidents": "open incidents", "mentions": "texts that name what is deleted", "placeholders": "ids in texts"}


def compute_prerequisites(plan: Plan, account: Account) -> Prerequisites:
    """What the checks ask for, once they have seen the plan that was made without it. With problems there is nothing to judge yet."""
    if plan.problems:
        return Prerequisites()
    checks = load_applicable(CHECKS, find_change_subjects(plan.changes))
    asked = {name for check in checks for name in check.prerequisites(plan.changes, account)}
    return Prerequisites(**dict.fromkeys(asked, True))
