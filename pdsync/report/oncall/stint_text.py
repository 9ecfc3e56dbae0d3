"""Who is on call over a period, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from pdsync.oncall.roster import Roster
from pdsync.oncall.stint import Stint
from pdsync.report.text.clock import Clock, Screen, utc
from pdsync.report.text.palette import Palette
from pdsync.report.text.safe_text import safe_text
from pdsync.report.text.wrapped import wrapped

_INDENT = " " * 6


def render_stints_text(roster: Roster, stints: Sequence[Stint], since: int, until: int, screen: Screen) -> str:
    """Policy by policy, level by level, target by target. Ends in a line break."""
    clock, palette, width = screen.clock, screen.palette, screen.width
    head = f"On call from {clock.at(since, with_zone=True)} to {clock.at(until, with_zone=True)}"
    lines = [palette.paint("strong", line) for line in wrapped(head, width)]
    lines += _by_policy(roster, stints, clock, palette, width)
    if not stints:
        lines += ["", "Nobody."]
    return "\n".join(lines) + "\n"


def render_unused_text(
    roster: Roster, stints: Sequence[Stint], clock: Clock, palette: Palette, width: int
) -> list[str]:
    """The lines that say who is on call in schedules that no policy notifies."""
    return list(_by_policy(roster, stints, clock, palette, width))


def _by_policy(roster: Roster, stints: Sequence[Stint], clock: Clock, palette: Palette, width: int) -> Iterator[str]:
    for policy, of_policy in groupby(stints, key=lambda stint: stint.policy):
        lines: list[str] = []
        title = safe_text(roster.name_of(policy)) if policy is not None else "Schedules that no policy notifies"
        lines += ["", *(palette.paint("strong", line) for line in wrapped(title, width))]
        for (level, schedule), group in groupby(of_policy, key=lambda stint: (stint.level, stint.schedule)):
            found = list(group)
            first = f"  {level:>2}  " if level else _INDENT
            through = f"through {safe_text(roster.name_of(schedule))}" if schedule is not None else ""
            if not through:
                through = (
                    "nobody; the level is skipped at once" if found[0].is_nobody else "targets of the policy itself"
                )
            lines += wrapped(through, width, indent=first, hanging=_INDENT)
            lines += [palette.paint("muted", line) for line in _source(roster, found[0], width)]
            for stint in found:
                lines += _stint(roster, stint, clock, width, palette)
        yield from lines


def render_next_text(roster: Roster, stints: Sequence[Stint], clock: Clock, palette: Palette, width: int) -> list[str]:
    """The lines that say when somebody is next on call."""
    lines: list[str] = []
    for stint in stints:
        schedule = roster.schedule(stint.schedule) if stint.schedule is not None else None
        name = safe_text(roster.name_of(stint.policy)) if stint.policy is not None else "no policy"
        where = f"{name}, level {stint.level}" if stint.level else "notified by no policy"
        when = f"{_period(stint, clock)}{_elsewhere(stint, schedule.zone if schedule is not None else '', clock)}"
        lines += wrapped(f"{when}: {where}", width, indent="  ", hanging=_INDENT)
        through = f"through {safe_text(roster.name_of(stint.schedule))}{_layer(stint)}" if stint.schedule else ""
        lines += [palette.paint("muted", line) for line in wrapped(through, width, indent=_INDENT)]
        lines += [palette.paint("muted", line) for line in _source(roster, stint, width)]
    return lines


def _stint(roster: Roster, stint: Stint, clock: Clock, width: int, palette: Palette) -> list[str]:
    schedule = roster.schedule(stint.schedule) if stint.schedule is not None else None
    who = ""
    if stint.user is not None:
        who = f": {safe_text(roster.name_of(stint.user))}{_layer(stint)}"
    elif stint.schedule is not None:
        who = ": somebody whose schedule is not known here"
    zone = schedule.zone if schedule is not None else ""
    text = f"{_period(stint, clock)}{_elsewhere(stint, zone, clock)}{who}"
    found = wrapped(text, width, indent=_INDENT, hanging=_INDENT + "  ")
    return [palette.paint("warning", line) for line in found] if stint.is_nobody else found


def _period(stint: Stint, clock: Clock) -> str:
    if stint.start is not None and stint.end is not None:
        return clock.period(stint.start, stint.end)
    if stint.start is not None:
        return f"from {clock.at(stint.start)} on"
    return f"until {clock.at(stint.end)}" if stint.end is not None else "all the time"


def _elsewhere(stint: Stint, zone: str, clock: Clock) -> str:
    moments = [moment for moment in (stint.start, stint.end) if moment is not None]
    shown = clock.elsewhere(zone, *moments) if zone and moments else ""
    return f" ({shown})" if shown else ""


def _layer(stint: Stint) -> str:
    if stint.schedule is None:
        return ""
    return f", layer {safe_text(stint.layer)}" if stint.layer else ", by an override"


def _source(roster: Roster, stint: Stint, width: int) -> list[str]:
    place = _place(roster, stint)
    # Whole, so that an editor finds it.
    return [f"{_INDENT}{safe_text(place)}"] if place and not roster.complete else []


def _place(roster: Roster, stint: Stint) -> str:
    """Where that which makes it so is written; for an account, where a person finds it."""
    ref = stint.schedule or stint.policy
    entry = roster.entries.get(ref) if ref is not None else None
    return entry.place if entry is not None else ""


def stint_json(roster: Roster, stint: Stint) -> dict[str, Any]:
    """One stint as plain JSON, times in UTC. `from` is null where it began before the period."""
    return {
        "policy": roster.name_of(stint.policy) if stint.policy is not None else None,
        "level": stint.level or None,
        "user": roster.name_of(stint.user) if stint.user is not None else None,
        "nobody": stint.is_nobody,
        "schedule": roster.name_of(stint.schedule) if stint.schedule is not None else None,
        "layer": stint.layer or None,
        "from": utc(stint.start) if stint.start is not None else None,
        "until": utc(stint.end) if stint.end is not None else None,
        "source": _place(roster, stint) or None,
    }
