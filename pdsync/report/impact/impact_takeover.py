"""Overrides and maintenance windows of a plan in words: who takes over from whom, what remains uncovered, which services do not page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pdsync.model import Ref
from pdsync.oncall.difference import Move, Remainder, Silence, Takeover
from pdsync.oncall.impact import Impact
from pdsync.oncall.interval import merge_intervals, subtract
from pdsync.report.impact.impact_clock import ImpactClock, hours_text

TAKEOVERS_TITLE = "Overrides that are created or deleted"
SILENCES_TITLE = "Services under maintenance"


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence about one or several objects. Not yet safe to print."""

    sign: str
    text: str
    place: str


def takeover_sayings(impact: Impact, clock: ImpactClock, found: Iterable[Takeover | Remainder]) -> Iterator[Saying]:
    """Such as ``Days: Bo takes over from Ana for 24 h: Thu 24 Dec 09:00 - Fri 25 Dec 09:00 CET``."""
    for one in found:
        schedule = impact.names[one.schedule]
        when = f"for {hours_text(one.end - one.start)}: {clock.exact(one.schedule, one.start, one.end)}"
        yield Saying(_sign(one), f"{schedule}: {who_text(impact, one)} {when}", one.place)


def _sign(one: Takeover | Remainder) -> str:
    if isinstance(one, Remainder):
        return "!"
    left_alone = one.user is None if one.is_made else bool(one.joins and not one.relieved)
    return "!" if left_alone else "+" if one.is_made else "-"


def who_text(impact: Impact, one: Takeover | Remainder) -> str:
    """Who takes over from whom, or what remains uncovered."""
    if isinstance(one, Remainder):
        return "still no one is on call"
    relieved, joins = _people(impact, one.relieved), _people(impact, one.joins)
    user = impact.names[one.user] if one.user is not None else ""
    if not relieved and not joins:
        return f"{user} is on call with and without the override" if user else "the override changes nothing"
    return _made_text(user, relieved, joins) if one.is_made else _removed_text(relieved, joins)


def _made_text(user: str, relieved: str, joins: str) -> str:
    if joins:
        return f"{joins} takes over from {relieved}" if relieved else f"{joins} fills a gap"
    return (
        f"{user} relieves {relieved} and is on call already"
        if user
        else f"{relieved} is relieved, and no one takes over"
    )


def _removed_text(relieved: str, joins: str) -> str:
    if not relieved:
        return f"{joins} is no longer on call, and no one takes over"
    return f"{relieved} is on call again" + (f" instead of {joins}" if joins else "")


def _people(impact: Impact, people: Sequence[Ref]) -> str:
    return " and ".join(impact.names[user] for user in people)


def silence_sayings(impact: Impact, clock: ImpactClock, found: Iterable[Silence]) -> Iterator[Saying]:
    """Services with the same stretches are one line, such as ``Orders pages no one for 8 h in 4 windows, first Sun 6 Dec 02:00 - 04:00 CET``."""
    for services, one in group_silences(impact, found):
        names = [impact.names[service] for service in services[:3]]
        who = ", ".join(names) + (f" and {len(services) - 3} more" if len(services) > 3 else "")
        pages = "pages" if len(services) == 1 else "page"
        does = f"{pages} no one" if one.begins else f"{pages} again"
        yield Saying("!" if one.begins else "+", f"{who} {does} {silence_when(clock, one)}", one.place)


def group_silences(impact: Impact, found: Iterable[Silence]) -> list[tuple[list[Ref], Silence]]:
    """The services that are silent at the same times, by the clock of one zone and because of one place."""
    groups: dict[tuple[object, ...], tuple[list[Ref], Silence]] = {}
    for one in found:
        key = (one.begins, one.start, one.end, one.count, one.seconds, one.place, impact.zones.get(one.service))
        groups.setdefault(key, ([], one))[0].append(one.service)
    return list(groups.values())


def silence_when(clock: ImpactClock, one: Silence) -> str:
    """How long, and when first: ``for 2 h: Sun 6 Dec 02:00 - 04:00 CET``."""
    when = clock.exact(one.service, one.start, one.end)
    if one.count == 1:
        return f"for {hours_text(one.seconds)}: {when}"
    return f"for {hours_text(one.seconds)} in {one.count} windows, first {when}"


def is_told(impact: Impact, move: Move) -> bool:
    """Whether the part about overrides says the same as this move: the same people, for all of its time."""
    told = merge_intervals(
        (one.start, one.end)
        for one in impact.takeovers
        if one.schedule == move.schedule and (_one_of(one.relieved), _one_of(one.joins)) == _sides(one, move)
    )
    return not subtract([(move.start, move.end)], told)


def _sides(one: Takeover, move: Move) -> tuple[Ref | None, Ref | None]:
    """Who is on call without the override and with it, by the move."""
    return (move.before, move.after) if one.is_made else (move.after, move.before)


def _one_of(people: Sequence[Ref]) -> Ref | None:
    return people[0] if people else None
