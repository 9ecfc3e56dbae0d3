"""``pdsync holidays``: overrides for the days off of the people on call. Writes nothing to PagerDuty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pdsync.cli.command.oncall import When
from pdsync.cli.error import CliError, UsageError
from pdsync.cli.invocation import Invocation
from pdsync.cli.override_output import read_schedule, show_items
from pdsync.cli.roster_source import FROM_MANIFESTS
from pdsync.cli.setting.setting import Settings, load_settings
from pdsync.cli.setting.time_option import AskedTime, read_future
from pdsync.engine.roster import Period
from pdsync.model import Ref
from pdsync.model.name import fold_name
from pdsync.oncall.calendar_text import CalendarError
from pdsync.oncall.day_off import DayOff, find_clashes, zone_of_person
from pdsync.oncall.holiday_calendar import Holiday, read_holidays
from pdsync.oncall.public_holiday import Countries, people_called, public_holidays_of, read_countries
from pdsync.oncall.replacement import Replacement, join_replacements
from pdsync.oncall.roster import Roster
from pdsync.report.oncall.clash_text import render_clashes

_LARGEST = 10_000_000
_RULE = "public_holidays"


@dataclass(frozen=True, slots=True)
class Holidays:
    """What the command line asks for."""

    schedule: str
    calendar: str | None = None
    people: tuple[str, ...] = ()
    into: str | None = None


@dataclass(frozen=True, slots=True)
class _Question:
    """The schedule, its people, and the time that is asked about."""

    roster: Roster
    schedule: Ref
    members: tuple[Ref, ...]
    zone: str
    period: Period


def holidays(invocation: Invocation, asked: Holidays, when: When, *, live: bool) -> int:
    """Prints who is off while on call, and the items of the overrides. Exits 1 where a calendar cannot be read."""
    settings, warn = load_settings(invocation), invocation.terminal.warn
    events = _read_calendar(asked.calendar) if asked.calendar is not None else ()
    countries = _countries(settings)
    if asked.calendar is None and countries is None:
        raise UsageError(
            "there is no calendar, and pdsync.yaml does not say which country's public holidays people have",
            f"Name an iCalendar file, or set the rule {_RULE} with its countries.",
        )

    def time_in(zone: str | None) -> AskedTime:
        return read_future(when.since, when.until, when.timezone or zone, warn, days=365)

    roster, schedule, span = read_schedule(invocation, settings, asked.schedule, time_in, live=live)
    question = _ask(roster, schedule, span)
    days = [*_days_of_calendar(question, events, asked), *_public_days(question, countries)]
    clashes = find_clashes(roster, question.schedule, days, (span.since, span.until))
    terminal = invocation.terminal
    terminal.err(render_clashes(roster, question.schedule, clashes, terminal.error_palette))
    taken = [
        Replacement(clash.start, clash.end, clash.substitute, clash.day.user, clash.rotation)
        for clash in clashes
        if clash.substitute is not None
    ]
    if taken:
        show_items(invocation, settings, (roster, question.schedule, join_replacements(taken)), asked.into)
    if not live:
        terminal.note(FROM_MANIFESTS)
    return 0


def _ask(roster: Roster, ref: Ref, period: Period) -> _Question:
    zone = str(roster.entries[ref].fields.get("time_zone") or "Etc/UTC")
    if roster.render(ref, period.since, period.until) is None:
        raise CliError(
            f"it is not known who is on call through {roster.name_of(ref)!r}", "Add --live to read it from the account."
        )
    return _Question(roster, ref, roster.members_of(ref, period.since), zone, period)


def _read_calendar(file: str) -> Sequence[Holiday]:
    """The events of a file. Raises CliError, with file and line."""
    try:
        with Path(file).open("rb") as opened:
            data = opened.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise CliError(f"{file}: is larger than {_LARGEST // 1_000_000} MB, so it is not a calendar of days off")
        return read_holidays(data.decode("utf-8-sig"))
    except OSError as error:
        raise CliError(f"{file}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise CliError(f"{file}: is not UTF-8 text, so it is not an iCalendar file") from None
    except CalendarError as error:
        raise CliError(f"{file}:{error.line}: {error.message}", error.hint) from None


def _countries(settings: Settings) -> Countries | None:
    rules = settings.workspace().rules
    rule = rules.settings.get(_RULE) if rules is not None else None
    return read_countries(rule.limits["countries"]) if rule is not None else None


def _public_days(question: _Question, countries: Countries | None) -> Iterator[DayOff]:
    if countries is not None:
        period = question.period.since, question.period.until
        of_people = countries.by_person(question.roster, question.members)
        yield from public_holidays_of(of_people, question.roster, question.zone, period)


def _days_of_calendar(question: _Question, events: Sequence[Holiday], asked: Holidays) -> Iterator[DayOff]:
    """The days off of each person of the schedule by the calendar."""
    everyone = _named(question, asked.people) if asked.people else question.members
    by_email = _by_email(question)
    for event in events:
        people = [by_email[text] for text in event.people if text in by_email] if event.people else everyone
        for person in people:
            zone = zone_of_person(question.roster, person, question.zone)
            try:
                for start, end in event.spans(zone, question.period.since, question.period.until):
                    yield DayOff(start, end, person, event.name)
            except CalendarError as error:
                raise CliError(f"{asked.calendar}:{error.line}: {error.message}", error.hint) from None


def _by_email(question: _Question) -> Mapping[str, Ref]:
    found = {}
    for ref in question.members:
        entry = question.roster.entries.get(ref)
        found[fold_name(str(entry.fields.get("email") or "") if entry is not None else ref.value)] = ref
    return found


def _named(question: _Question, names: Sequence[str]) -> list[Ref]:
    """The people of these names, and of the teams of these names, who are in the schedule. Raises CliError."""
    found: dict[Ref, None] = {}
    for name in names:
        people = people_called(question.roster, name)
        unmanaged = [ref for ref in question.members if fold_name(ref.value) == fold_name(name)]
        if people is None and not unmanaged:
            raise CliError(f"no person and no team is called {name!r}", "Name people of the schedule, or teams.")
        found.update(dict.fromkeys(ref for ref in (*(people or ()), *unmanaged) if ref in question.members))
    return list(found)
