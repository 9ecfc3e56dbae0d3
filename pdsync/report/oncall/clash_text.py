"""Days off of people who are on call then, and who could take over, as text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from pdsync.model import Ref
from pdsync.oncall.day_off import Clash, zone_of_person
from pdsync.oncall.reading import to_local
from pdsync.oncall.roster import Roster
from pdsync.report.text.palette import Palette
from pdsync.report.text.safe_text import safe_text


def render_clashes(roster: Roster, schedule: Ref, clashes: Sequence[Clash], palette: Palette) -> str:
    """A line for each person and day. Ends in a line break."""
    name = safe_text(repr(roster.name_of(schedule)))
    if not clashes:
        return f"No one is on call through {name} on a day off.\n"
    zone = str(roster.entries[schedule].fields.get("time_zone") or "Etc/UTC")
    return "".join(f"{line}\n" for line in dict.fromkeys(_line(roster, clash, zone, palette) for clash in clashes))


def _line(roster: Roster, clash: Clash, zone: str, palette: Palette) -> str:
    home = zone_of_person(roster, clash.day.user, zone)
    first, last = (
        datetime.fromtimestamp(to_local(home, moment), UTC).date() for moment in (clash.start, clash.end - 1)
    )
    when = _shown(first) if first == last else f"{_shown(first)} to {_shown(last)}"
    said = f"{when}: {roster.name_of(clash.day.user)} is off ({clash.day.name}). "
    if clash.substitute is None:
        return f"{safe_text(said)}{palette.paint('warning', 'No one else in the schedule is free.')}"
    return safe_text(f"{said}{roster.name_of(clash.substitute)} could take over.")


def _shown(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"
