"""``pdsync schedule show``: a schedule, or all shifts of a person, rendered."""

from __future__ import annotations

from typing import Literal

from pdsync.cli.error import CliError, UsageError
from pdsync.cli.invocation import Invocation
from pdsync.cli.planning import ProblemsError, report_problems
from pdsync.cli.roster import find, load_roster, read_moment
from pdsync.cli.setting import load_settings
from pdsync.kinds import Ref
from pdsync.kinds.instant import load_zone
from pdsync.oncall.roster import Roster
from pdsync.oncall.shift import Shift

Output = Literal["text", "ics"]
_DAY_S = 86_400
_DEFAULT_S = 14 * _DAY_S
_LONGEST_S = 366 * _DAY_S


def schedule_show(
    invocation: Invocation, name: str, output: Output, *, since: str | None, until: str | None, timezone: str | None
) -> int:
    """Renders by the manifests alone. Text: each schedule of that name; ics: also the shifts of a person."""
    start = read_moment("--from", since, timezone)
    end = start + _DEFAULT_S if until is None else read_moment("--to", until, timezone)
    if not start < end <= start + _LONGEST_S:
        raise UsageError("--to must be after --from, by a year at most", "Without --to: 14 days.")
    settings = load_settings(invocation)
    try:
        roster = load_roster(settings)
    except ProblemsError as error:
        return report_problems(invocation, error.problems, as_json=False)
    named = find(roster, name)
    schedules = [ref for ref in named if ref.kind == "schedule"]
    if output == "ics":
        invocation.terminal.out(_calendar(roster, name, named, start, end))
        return 0
    if not schedules:
        raise CliError(f"{name!r} is no schedule", "'pdsync oncall' takes services, policies and people too.")
    from pdsync.report.timeline import render_timeline

    zone = load_zone(timezone) if timezone is not None else None
    for ref in schedules:
        rendered = roster.render(ref, start, end)
        assert rendered is not None  # a manifest of a schedule has layers
        invocation.terminal.out(render_timeline(roster, ref, rendered, zone, invocation.terminal.palette))
    invocation.terminal.note("From the manifests alone: overrides are not known.")
    return 0


def _calendar(roster: Roster, name: str, named: tuple[Ref, ...], start: int, end: int) -> str:
    """The shifts of the schedules of that name, and those of the people of that name in every schedule."""
    from pdsync.report.calendar_file import render_calendar

    people, schedules = ({ref for ref in named if ref.kind == kind} for kind in ("user", "schedule"))
    if not people and not schedules:
        raise CliError(f"{name!r} is neither a schedule nor a person", "A calendar is of one of those.")
    shifts: list[tuple[str, str, Shift]] = []
    for ref, entry in roster.of_kind("schedule"):
        rendered = roster.render(ref, start, end)
        for shift in rendered.final if rendered is not None else ():
            if shift.user is not None and (ref in schedules or shift.user in people):
                shifts.append((entry.name, roster.name_of(shift.user), shift))
    return render_calendar(name, shifts, start)
