"""``pdsync schedule show``: a schedule, or all shifts of a person, rendered."""

from __future__ import annotations

import shlex
from typing import Literal

from pdsync.cli.command.oncall import When
from pdsync.cli.error import CliError
from pdsync.cli.invocation import Invocation
from pdsync.cli.roster_source import FROM_MANIFESTS, Asked, note_hand_off_aware, read_roster
from pdsync.cli.setting.setting import load_settings
from pdsync.cli.setting.time_option import read_clock, read_period
from pdsync.engine.roster import Period, find_objects
from pdsync.model import Ref
from pdsync.oncall.pending import pending_of
from pdsync.oncall.question import all_schedules, people_among, schedules_among
from pdsync.oncall.roster import Roster
from pdsync.oncall.shift import Shift
from pdsync.report.text.clock import Screen

Output = Literal["text", "ics"]


def schedule_show(invocation: Invocation, name: str, output: Output, when: When, *, live: bool) -> int:
    """Renders schedules: those of that name, or those with that person. ics: the shifts of a person in all schedules."""
    clock = read_clock(when.timezone)
    asked = Asked(read_period(when.since, when.until, when.timezone, invocation.terminal.warn), name)
    settings = load_settings(invocation)
    roster, period = read_roster(invocation, settings, asked, live=live)
    named = find_objects(roster, name)
    if output == "ics":
        invocation.terminal.out(_calendar(roster, name, named, period))
        return 0
    schedules = schedules_among(named) or _schedules_of(roster, people_among(named))
    if not schedules:
        what = "is in no schedule" if people_among(named) else "is neither a schedule nor a person"
        raise CliError(f"{name!r} {what}", f"To see who is on call: pdsync oncall {shlex.quote(name)}")
    from pdsync.report.oncall.pending_text import render_pending_lines
    from pdsync.report.oncall.schedule_timeline import render_timeline

    terminal = invocation.terminal
    screen = Screen(clock, terminal.palette, terminal.width)
    drawn = []
    for ref in schedules:
        rendered, schedule = roster.render(ref, period.since, period.until), roster.schedule(ref)
        if rendered is None or schedule is None:
            raise CliError(f"{roster.name_of(ref)!r} has no layers to draw: it is shift-based")
        drawn.append(render_timeline(roster, ref, rendered, schedule.zone, screen))
    pending = list(pending_of(roster, schedules, period.since))
    ahead = [(ref, found) for ref, found in pending if found.at < period.until]
    lines = render_pending_lines(roster, ahead, terminal.palette, terminal.width)
    terminal.out("\n".join(drawn) + "".join(f"{line}\n" for line in lines))
    if not live:
        note_hand_off_aware(terminal, roster, schedules)
        terminal.note(FROM_MANIFESTS)
    return 0


def _schedules_of(roster: Roster, people: tuple[Ref, ...]) -> tuple[Ref, ...]:
    """The schedules with one of these people."""
    return tuple(ref for ref, _ in all_schedules(roster) if set(people) & set(roster.members_of(ref)))


def _calendar(roster: Roster, name: str, named: tuple[Ref, ...], period: Period) -> str:
    """The shifts of the schedules of that name, and those of the people of that name in every schedule."""
    from pdsync.report.oncall.calendar_file import render_calendar

    people, schedules = set(people_among(named)), set(schedules_among(named))
    if not people and not schedules:
        raise CliError(f"{name!r} is neither a schedule nor a person", "Only those have a calendar.")
    shifts: list[tuple[str, str, Shift]] = []
    for ref, entry in all_schedules(roster):
        rendered = roster.render(ref, period.since, period.until)
        for shift in rendered.final if rendered is not None else ():
            if shift.user is not None and (ref in schedules or shift.user in people):
                shifts.append((entry.name, roster.name_of(shift.user), shift))
    return render_calendar(name, shifts, period.since)
