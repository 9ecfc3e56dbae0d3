"""What can be asked about on call: services, escalation policies, schedules and people."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pdsync.model import Ref
from pdsync.oncall.roster import SCHEDULE_KINDS, Entry, Roster

_SERVICE, _POLICY, _PERSON = "service", "escalation_policy", "user"
ASKED_KINDS = (_SERVICE, _POLICY, *SCHEDULE_KINDS, _PERSON)
"""The kinds, by slug, in the order in which answers name them."""
_BUSINESS_SERVICE = "business_service"
NAMED_KINDS = (_BUSINESS_SERVICE, *ASKED_KINDS)
"""The kinds of what a graph draws by name. Business services page no one, so the other answers leave them out."""


def services_among(named: Iterable[Ref]) -> tuple[Ref, ...]:
    """The services, in the same order."""
    return tuple(ref for ref in named if ref.kind == _SERVICE)


def drawn_services_among(named: Iterable[Ref]) -> tuple[Ref, ...]:
    """The services and business services, in the same order."""
    return tuple(ref for ref in named if ref.kind in (_SERVICE, _BUSINESS_SERVICE))


def schedules_among(named: Iterable[Ref]) -> tuple[Ref, ...]:
    """The schedules, in the same order."""
    return tuple(ref for ref in named if ref.kind in SCHEDULE_KINDS)


def people_among(named: Iterable[Ref]) -> tuple[Ref, ...]:
    """The people, in the same order."""
    return tuple(ref for ref in named if ref.kind == _PERSON)


def all_policies(roster: Roster) -> tuple[Ref, ...]:
    """All escalation policies, by name."""
    return tuple(ref for ref, _ in roster.of_kind(_POLICY))


def all_schedules(roster: Roster) -> list[tuple[Ref, Entry]]:
    """All schedules, by name."""
    return roster.schedules()


def names_to_ask(roster: Roster, kinds: Collection[str] = ASKED_KINDS) -> list[str]:
    """The keys or ids, and the names, of all that can be asked about."""
    return sorted(
        {text for ref, entry in roster.entries.items() if ref.kind in kinds for text in (ref.value, entry.name)}
    )
