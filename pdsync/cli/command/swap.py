"""``pdsync swap``: the overrides with which two people of a schedule take over each other's shifts. Writes nothing to PagerDuty."""

from __future__ import annotations

from dataclasses import dataclass

from pdsync.cli.command.oncall import When
from pdsync.cli.error import CliError, UsageError
from pdsync.cli.invocation import Invocation
from pdsync.cli.override_output import find_person, read_schedule, show_items
from pdsync.cli.roster_source import FROM_MANIFESTS
from pdsync.cli.setting.setting import load_settings
from pdsync.cli.setting.time_option import AskedTime, read_future
from pdsync.engine.roster import Period
from pdsync.model import Ref
from pdsync.oncall.replacement import IN_MANIFESTS, Replacement, has_rotations, turns_of
from pdsync.oncall.roster import Roster
from pdsync.oncall.swap import compute_swap


@dataclass(frozen=True, slots=True)
class Swap:
    """What the command line asks for."""

    first: str
    second: str
    schedule: str
    into: str | None = None


def swap(invocation: Invocation, asked: Swap, when: When, *, live: bool) -> int:
    """Prints the items of the overrides, or writes them into a manifest. Exits 1 where there is nothing to swap."""
    settings = load_settings(invocation)
    since: int | None = None

    def time_in(zone: str | None) -> AskedTime:
        nonlocal since
        time = read_future(when.since, when.until, when.timezone or zone, invocation.terminal.warn)
        since = time.since
        return time

    roster, schedule, span = read_schedule(invocation, settings, asked.schedule, time_in, live=live)
    people = find_person(roster, asked.first, schedule), find_person(roster, asked.second, schedule)
    replacements = _swapped(roster, schedule, people, span)
    if since is not None and span.since != since:
        invocation.terminal.note("The period has begun: only what is to come is swapped.")
    show_items(invocation, settings, (roster, schedule, replacements), asked.into)
    if not live:
        invocation.terminal.note(FROM_MANIFESTS)
    return 0


def _swapped(roster: Roster, schedule: Ref, people: tuple[Ref, Ref], period: Period) -> tuple[Replacement, ...]:
    first, second = people
    name, names = roster.name_of(schedule), [roster.name_of(person) for person in people]
    if first == second:
        raise UsageError(f"{names[0]} cannot swap with the same person", "Name two people.")
    rendered = roster.render(schedule, period.since, period.until)
    if rendered is None:
        raise CliError(f"it is not known who is on call through {name!r}", "Add --live to read it from the account.")
    members = roster.members_of(schedule)
    absent = [roster.name_of(person) for person in people if person not in members]
    if absent:
        is_or_are = "is" if len(absent) == 1 else "are"
        hint = f"To put someone else on call, write an override into a {IN_MANIFESTS.kind.name} manifest."
        raise CliError(f"{' and '.join(absent)} {is_or_are} not in {name!r}, so there is nothing to swap", hint)
    turns = turns_of(roster, schedule, period.since, period.until)
    replacements = compute_swap(turns, first, second, has_rotations=has_rotations(roster, schedule))
    if not replacements:
        raise _nothing_to_swap(roster, schedule, people, period)
    return replacements


def _nothing_to_swap(roster: Roster, schedule: Ref, people: tuple[Ref, Ref], period: Period) -> CliError:
    names = " and ".join(roster.name_of(person) for person in people)
    rendered = roster.render(schedule, period.since, period.until)
    turns = turns_of(roster, schedule, period.since, period.until)
    if {shift.user for shift in turns} & set(people):
        why = "are always on call together"
    elif rendered is not None and {shift.user for shift in rendered.final} & set(people):
        why = "are on call by overrides alone"
    else:
        why = "are not on call"
    said = f"{names} {why} through {roster.name_of(schedule)!r} in this period, so there is nothing to swap"
    return CliError(said, f"To see who is: pdsync schedule show {roster.entries[schedule].key or schedule.value}")
