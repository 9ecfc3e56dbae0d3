"""What a command asks of PagerDuty, as a formula in the size of the account."""

from __future__ import annotations

from dataclasses import dataclass, replace

from race_world import World

from pdsync.kinds import KINDS

PAGE = 100
_FULL = ("user", "team", "schedule", "escalation_policy", "service")
EMPTY_KINDS = len([kind for kind in KINDS if kind.slug not in _FULL and not kind.source.on_demand])
"""Kinds of which the world has nothing: their listings cost a request each, except for those that are read on demand."""
OUTSIDE = "AV"


def pages(count: int, size: int = PAGE) -> int:
    """Requests that read a collection: pages are read side by side, and each shares a row with the one before it."""
    return max(1, -(-(count - 1) // (size - 1)))


@dataclass(frozen=True)
class Size:
    """How much there is of what a formula may name."""

    world: World
    vendors: int
    audit_records: int
    page_size: int = PAGE

    @property
    def terms(self) -> dict[str, int]:
        world = self.world
        counts = (world.users + 1, world.teams, world.schedules, world.policies, world.services)  # and the owner
        return {
            "P": sum(pages(count, self.page_size) for count in counts) + EMPTY_KINDS,
            "V": pages(self.vendors, self.page_size),
            "A": min(10, -(-self.audit_records // PAGE)),
            "T": world.teams,
            "S": world.schedules,
            "R": 2 * (world.users + 1),
            "D": 4 * world.services,
        }


@dataclass(frozen=True)
class Cost:
    """So many requests, and one more for each of the terms: `Cost(1, "PS")` is 1 + P + S."""

    fixed: int
    terms: str = ""

    def requests(self, size: Size) -> int:
        return self.fixed + sum(size.terms[term] for term in self.terms)

    def in_figures(self, size: Size) -> str:
        """With numbers for what the world decides. How long the audit trail and PagerDuty's list of vendors are, it does not."""
        known = replace(self, terms="".join(term for term in self.terms if term not in OUTSIDE))
        return " + ".join([str(known.requests(size)), *(term for term in self.terms if term in OUTSIDE)])

    def __str__(self) -> str:
        return " + ".join([*self.terms, *([str(self.fixed)] if self.fixed or not self.terms else [])])
