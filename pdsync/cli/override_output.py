"""What `swap` and `holidays` have in common: the schedule that they ask about, and where the items go that they suggest."""

from __future__ import annotations

from collections.abc import Sequence

from pdsync.cli.error import CliError
from pdsync.cli.invocation import Invocation
from pdsync.engine.name import KIND_NAMES
from pdsync.engine.override_item import write_items
from pdsync.export.yaml_writer import render_entry
from pdsync.model import Ref
from pdsync.model.instant import render_duration
from pdsync.model.naming import Called, NamingError, find_one
from pdsync.oncall.escalation_level import called_in
from pdsync.oncall.interval import intersect
from pdsync.oncall.question import people_among, schedules_among
from pdsync.oncall.replacement import Replacement
from pdsync.oncall.roster import Roster
from pdsync.report.text.safe_text import safe_text


def find_schedule(roster: Roster, name: str) -> Ref:
    """The one schedule of that name. Raises CliError."""
    known = [each for each in called_in(roster) if schedules_among([each.it])]
    return _find(name, known, "schedule")


def find_person(roster: Roster, name: str, schedule: Ref) -> Ref:
    """The one person of that name: also one whom only the schedule names, and no manifest. Raises CliError."""
    known = [each for each in called_in(roster) if people_among([each.it])]
    known += [
        Called(ref, ref.kind, ref.value) for ref in roster.members_of(schedule) if ref not in roster.entries
    ]  # fmt: skip
    return _find(name, known, "person")


def _find(name: str, known: Sequence[Called[Ref]], noun: str) -> Ref:
    try:
        return find_one(name, known, KIND_NAMES, noun).it
    except NamingError as error:
        hint = error.hint or "Without --live, only what manifests name is known."
        raise CliError(error.message, hint) from None


def show_items(
    invocation: Invocation,
    found: tuple[Roster, Ref, Sequence[Replacement]],
) -> None:
    """Prints the items, and says who takes over how much."""
    roster, schedule, replacements = found
    terminal = invocation.terminal
    items = write_items(roster, schedule, replacements)
    terminal.out("".join(f"{safe_text(line)}\n" for item in items for line in render_entry("-", item, 0)))
    for sentence in _sums(roster, replacements):
        terminal.note(sentence)
    if items:
        name = roster.name_of(schedule)
        terminal.note(f"These are items for 'overrides' of a ScheduleOverrides manifest of {name!r}.")
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
    """Of two overrides at once, the later one wins: the earlier one should be changed instead."""
    for each in replacements:
        rendered = roster.render(schedule, each.start, each.end)
        spans = [(shift.start, shift.end) for shift in rendered.overrides] if rendered is not None else []
        if intersect(spans, [(each.start, each.end)]):
            invocation.terminal.warn(
                f"{roster.name_of(schedule)!r} has an override in this time already. Change that one instead: two at once are a problem."
            )
            return
