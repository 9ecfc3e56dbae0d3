"""On-call periods as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from pdsync.model import Ref
from pdsync.oncall.on_call_period import OnCallPeriod
from pdsync.oncall.roster import SHIFT_BASED, Roster
from pdsync.oncall.shift import CUSTOM_SHIFT
from pdsync.oncall.takeover import place_of_shift
from pdsync.report.text.clock import Clock, Screen, utc
from pdsync.report.text.palette import Palette
from pdsync.report.text.safe_text import safe_text
from pdsync.report.text.wrapped import wrapped

_INDENT = " " * 6


def render_periods_text(roster: Roster, periods: Sequence[OnCallPeriod], since: int, until: int, screen: Screen) -> str:
    """Policy by policy, level by level, target by target. Ends in a line break."""
    clock, palette, width = screen.clock, screen.palette, screen.width
    head = f"On call from {clock.at(since, with_zone=True)} to {clock.at(until, with_zone=True)}"
    lines = [palette.paint("strong", line) for line in wrapped(head, width)]
    lines += _by_policy(roster, periods, clock, palette, width)
    if not periods:
        lines += ["", "No one."]
    return "\n".join(lines) + "\n"


def render_unused_text(
    roster: Roster, periods: Sequence[OnCallPeriod], clock: Clock, palette: Palette, width: int
) -> list[str]:
    """The lines that say who is on call in schedules that no policy notifies."""
    return list(_by_policy(roster, periods, clock, palette, width))


def _by_policy(
    roster: Roster, periods: Sequence[OnCallPeriod], clock: Clock, palette: Palette, width: int
) -> Iterator[str]:
    for policy, of_policy in groupby(periods, key=lambda period: period.policy):
        lines: list[str] = []
        title = safe_text(roster.name_of(policy)) if policy is not None else "Schedules that no policy notifies"
        lines += ["", *(palette.paint("strong", line) for line in wrapped(title, width))]
        for (level, schedule), group in groupby(of_policy, key=lambda period: (period.level, period.schedule)):
            found = list(group)
            first = f"  {level:>2}  " if level else _INDENT
            through = f"through {safe_text(roster.name_of(schedule))}" if schedule is not None else ""
            if not through:
                through = (
                    "no one; the level is skipped at once" if found[0].is_skipped else "targets of the policy itself"
                )
            lines += wrapped(through, width, indent=first, hanging=_INDENT)
            lines += [palette.paint("muted", line) for line in _source(roster, replace(found[0], user=None), width)]
            for period in found:
                lines += _on_call_period(roster, period, clock, width, palette)
                if not roster.complete and (written := _place_of_override(roster, period)):
                    lines.append(palette.paint("muted", f"{_INDENT}  {safe_text(written)}"))
        yield from lines


def render_next_text(
    roster: Roster, periods: Sequence[OnCallPeriod], clock: Clock, palette: Palette, width: int
) -> list[str]:
    """The lines that say when someone is next on call."""
    lines: list[str] = []
    for period in periods:
        schedule = roster.schedule(period.schedule) if period.schedule is not None else None
        name = safe_text(roster.name_of(period.policy)) if period.policy is not None else "no policy"
        where = f"{name}, level {period.level}" if period.level else "notified by no policy"
        when = f"{_when(period, clock)}{_elsewhere(period, schedule.zone if schedule is not None else '', clock)}"
        lines += wrapped(f"{when}: {where}", width, indent="  ", hanging=_INDENT)
        through = f"through {safe_text(roster.name_of(period.schedule))}{_layer(period)}" if period.schedule else ""
        lines += [palette.paint("muted", line) for line in wrapped(through, width, indent=_INDENT)]
        lines += [palette.paint("muted", line) for line in _source(roster, period, width)]
    return lines


def _on_call_period(roster: Roster, period: OnCallPeriod, clock: Clock, width: int, palette: Palette) -> list[str]:
    schedule = roster.schedule(period.schedule) if period.schedule is not None else None
    who = ""
    if period.user is not None:
        who = f": {safe_text(roster.name_of(period.user))}{_layer(period)}"
    elif period.schedule is not None:
        who = ": someone whose schedule is not known here"
    zone = schedule.zone if schedule is not None else ""
    text = f"{_when(period, clock)}{_elsewhere(period, zone, clock)}{who}"
    found = wrapped(text, width, indent=_INDENT, hanging=_INDENT + "  ")
    return [palette.paint("warning", line) for line in found] if period.is_skipped else found


def _when(period: OnCallPeriod, clock: Clock) -> str:
    if period.start is not None and period.end is not None:
        return clock.period(period.start, period.end)
    if period.start is not None:
        return f"from {clock.at(period.start)} on"
    return f"until {clock.at(period.end)}" if period.end is not None else "all the time"


def _elsewhere(period: OnCallPeriod, zone: str, clock: Clock) -> str:
    moments = [moment for moment in (period.start, period.end) if moment is not None]
    shown = clock.elsewhere(zone, *moments) if zone and moments else ""
    return f" ({shown})" if shown else ""


def _layer(period: OnCallPeriod) -> str:
    if period.schedule is None:
        return ""
    return how_text(period.schedule, period.layer)


def how_text(schedule: Ref, layer: str) -> str:
    """Through which layer or rotation of the schedule, to go on with after its name or a person's."""
    if not layer:
        return ", by an override"
    if schedule.kind != SHIFT_BASED:
        return f", layer {safe_text(layer)}"
    return ", by a custom shift" if layer == CUSTOM_SHIFT else f", rotation {safe_text(layer)}"


def _source(roster: Roster, period: OnCallPeriod, width: int) -> list[str]:
    place = _place(roster, period)
    # Whole, so that an editor finds it.
    return [f"{_INDENT}{safe_text(place)}"] if place and not roster.complete else []


def _place(roster: Roster, period: OnCallPeriod) -> str:
    """Where the override, schedule or policy is written; in an account, its address on the web."""
    ref = period.schedule or period.policy
    entry = roster.entries.get(ref) if ref is not None else None
    return _place_of_override(roster, period) or (entry.place if entry is not None else "")


def _place_of_override(roster: Roster, period: OnCallPeriod) -> str:
    if period.layer or period.user is None or (period.start is None and period.end is None):
        return ""
    moment = period.start if period.start is not None else (period.end or 0) - 1
    return place_of_shift(roster, period.schedule, period.user, moment)


def period_json(roster: Roster, period: OnCallPeriod) -> dict[str, Any]:
    """An on-call period as plain JSON, times in UTC. `from` is null where it began before the time that was asked for."""
    return {
        "policy": roster.name_of(period.policy) if period.policy is not None else None,
        "level": period.level or None,
        "user": roster.name_of(period.user) if period.user is not None else None,
        "nobody": period.is_skipped,
        "schedule": roster.name_of(period.schedule) if period.schedule is not None else None,
        "layer": period.layer or None,
        "from": utc(period.start) if period.start is not None else None,
        "until": utc(period.end) if period.end is not None else None,
        "source": _place(roster, period) or None,
    }
