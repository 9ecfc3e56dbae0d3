"""What `swap` and `holidays` have in common: the schedule that they ask about, and where the items go that they suggest."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from typing import TypeAlias

from pdsync.cli.error import CliError
from pdsync.cli.invocation import Done, Invocation
from pdsync.cli.roster_source import Asked, read_roster
from pdsync.cli.setting.setting import Settings
from pdsync.cli.setting.time_option import AskedTime
from pdsync.engine.override_item import write_items
from pdsync.engine.roster import Period, bind_manifests
from pdsync.export.yaml_writer import render_entry
from pdsync.model import Canonical, Ref
from pdsync.model.instant import is_zone, render_duration
from pdsync.model.naming import NamingError
from pdsync.oncall.called import address_in_manifests, person_called, schedule_called
from pdsync.oncall.interval import intersect
from pdsync.oncall.replacement import IN_MANIFESTS, Replacement
from pdsync.oncall.roster import Roster
from pdsync.report.text.safe_text import safe_text

TimeIn: TypeAlias = Callable[[str | None], AskedTime]
"""The time that the command line names, where times without an offset are on the clock of a zone."""
_ZONE = "time_zone"


def read_schedule(
    invocation: Invocation, settings: Settings, name: str, time_in: TimeIn, *, live: bool
) -> tuple[Roster, Ref, Period]:
    """The roster of the manifests or of the account, the one schedule of that name, and the time that is asked about. `time_in` gives
    the time in the zone of the schedule. Raises CliError."""
    workspace = settings.workspace()
    resources = workspace.load().resources
    address = address_in_manifests(resources, name)
    zone = next((it.fields.get(_ZONE) for it in resources if it.address == address), None)
    if not live:
        roster, period = read_roster(invocation, settings, Asked(time_in(_zone(zone)), name), live=False)
        return roster, find_schedule(roster, name), period

    def time_of(roster: Roster) -> AskedTime:
        return time_in(_zone(zone or roster.entries[find_schedule(roster, address)].fields.get(_ZONE)))

    roster, period = read_roster(invocation, settings, Asked(AskedTime(None), address, time_of), live=True)
    roster = bind_manifests(roster, workspace)
    return roster, find_schedule(roster, address), period


def _zone(value: Canonical) -> str | None:
    return str.__str__(value) if is_zone(value) else None


def find_schedule(roster: Roster, name: str) -> Ref:
    """The one schedule of that name. Raises CliError."""
    return _found(lambda: schedule_called(roster, name))


def find_person(roster: Roster, name: str, schedule: Ref) -> Ref:
    """The one person of that name; the schedule may be all that knows it. Raises CliError."""
    return _found(lambda: person_called(roster, name, schedule))


def _found(find: Callable[[], Ref]) -> Ref:
    try:
        return find()
    except NamingError as error:
        raise CliError(error.message, error.hint or "Without --live, only what manifests name is known.") from None


def show_items(
    invocation: Invocation,
    settings: Settings,
    found: tuple[Roster, Ref, Sequence[Replacement]],
    into: str | None,
) -> None:
    """Prints the items, or writes them into the manifest in a file and prints the difference; and says who takes over how much."""
    roster, schedule, replacements = found
    terminal = invocation.terminal
    items = write_items(roster, schedule, replacements)
    if into is None:
        terminal.out("".join(f"{safe_text(line)}\n" for item in items for line in render_entry("-", item, 0)))
    else:
        from pdsync.engine.override_file import add_items

        edited = add_items(settings.workspace(), IN_MANIFESTS, into, (roster, schedule), items)
        lines = difflib.unified_diff(
            edited.before.splitlines(), edited.after.splitlines(), edited.file, edited.file, lineterm="", n=2
        )
        terminal.out("".join(f"{safe_text(line)}\n" for line in lines))
        edited.write()
        invocation.done = Done()
    for sentence in _sums(roster, replacements):
        terminal.note(sentence)
    if into is None and items:
        name = roster.name_of(schedule)
        terminal.note(f"These are items for {IN_MANIFESTS.items!r} of a {IN_MANIFESTS.kind.name} manifest of {name!r}.")
    _warn_of_overrides(invocation, roster, schedule, replacements)


def _sums(roster: Roster, replacements: Sequence[Replacement]) -> list[str]:
    """How long each person takes over from each other one."""
    sums: dict[tuple[Ref, Ref], int] = {}
    for each in replacements:
        people = each.user, each.relieved
        sums[people] = sums.get(people, 0) + each.end - each.start
    return [
        f"{roster.name_of(user)} takes over {render_duration(seconds)} from {roster.name_of(relieved)}."
        for (user, relieved), seconds in sums.items()
    ]


def _warn_of_overrides(
    invocation: Invocation, roster: Roster, schedule: Ref, replacements: Sequence[Replacement]
) -> None:
    """Where two overrides overlap, the later one wins: the earlier one should be changed instead."""
    for each in replacements:
        rendered = roster.render(schedule, each.start, each.end)
        spans = [(shift.start, shift.end) for shift in rendered.overrides] if rendered is not None else []
        if intersect(spans, [(each.start, each.end)]):
            invocation.terminal.warn(
                f"{roster.name_of(schedule)!r} has an override in this time already. Change that one instead: two at once are a problem."
            )
            return
