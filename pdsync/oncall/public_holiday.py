"""Public holidays: which country's a person has, and when they put someone who is on call off duty.

The library `holidays` knows the days. A country is written as its ISO 3166 code, with a subdivision where holidays differ within it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pdsync.model import Ref
from pdsync.model.name import fold_name
from pdsync.oncall.day_off import DayOff, days_between, zone_of_person
from pdsync.oncall.escalation_level import find_named
from pdsync.oncall.interval import Interval
from pdsync.oncall.reading import DAY_S, to_local
from pdsync.oncall.roster import Roster
from pdsync.oncall.rulebook import texts_of

COUNTRY_PATTERN = r"[A-Z]{2}(-[A-Z0-9]{1,5})?"
_COUNTRY = re.compile(COUNTRY_PATTERN)
_LANGUAGE = "en_US"
_EPOCH = date(1970, 1, 1)
_PERSON, _TEAM = "user", "team"
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Countries:
    """Which country's public holidays people have: a person's own, else that of a team of theirs, else the default."""

    default: str = ""
    """Empty: none."""
    people: tuple[tuple[str, str], ...] = ()
    """Country by what people are called."""
    teams: tuple[tuple[str, str], ...] = ()
    """Country by what teams are called. If a person is in two of these teams, the first one here counts."""

    def by_person(self, roster: Roster, people: Iterable[Ref]) -> Mapping[Ref, str]:
        """The country of each of these people who has one."""
        found = dict.fromkeys(people, self.default)
        teams, users = _by_text(roster, _TEAM), _by_text(roster, _PERSON)
        for team, country in reversed(self.teams):
            members = {member for ref in teams.get(fold_name(team), ()) for member in members_of_team(roster, ref)}
            found.update(dict.fromkeys(members & found.keys(), country))
        for person, country in self.people:
            found.update(dict.fromkeys(users.get(fold_name(person), set()) & found.keys(), country))
        return {person: country for person, country in found.items() if country}

    def unused(self, roster: Roster) -> Iterator[tuple[str, str, str]]:
        """Each name that names nothing: its place, the kind that it should name, and the text."""
        for key, kind, named in (("people", _PERSON, self.people), ("teams", _TEAM, self.teams)):
            known = _by_text(roster, kind)
            yield from ((f"countries.{key}", kind, text) for text, _ in named if fold_name(text) not in known)


def _by_text(roster: Roster, kind: str) -> Mapping[str, set[Ref]]:
    """The objects of a kind by all that they can be called."""
    found: dict[str, set[Ref]] = {}
    for ref, _ in roster.of_kind(kind):
        for text in texts_of(roster, ref):
            found.setdefault(text, set()).add(ref)
    return found


def read_countries(value: Mapping[str, Any]) -> Countries:
    """The countries of a configuration that was found right."""
    people, teams = (tuple((value.get(name) or {}).items()) for name in ("people", "teams"))
    return Countries(str(value.get("default") or ""), people, teams)


def people_called(roster: Roster, name: str) -> tuple[Ref, ...] | None:
    """The people of that name, and the members of the teams of that name; None where nothing has it."""
    people, teams = find_named(roster, name, (_PERSON,)), find_named(roster, name, (_TEAM,))
    if not people and not teams:
        return None
    return (*people, *(member for team in teams for member in members_of_team(roster, team)))


def members_of_team(roster: Roster, team: Ref) -> tuple[Ref, ...]:
    """The people of a team, as far as they are known."""
    entry = roster.entries.get(team)
    listed = [roster.find(member.get("user")) for member in (entry.children.get("members", ()) if entry else ())]
    return tuple(ref for ref in listed if ref is not None)


def doubt_of_country(text: str) -> str:
    """What is wrong with the name of a country; empty where the library knows it."""
    if not _COUNTRY.fullmatch(text):
        return "is not a country code. Write its ISO 3166 code: DE, or DE-BY with a subdivision."
    import holidays

    country, _, subdivision = text.partition("-")
    try:
        known = holidays.country_holidays(country)
    except NotImplementedError:
        return f"is not known: the library 'holidays' has no country {country}. Write an ISO 3166 code, such as DE or DE-BY."
    codes = (*known.subdivisions, *known.subdivisions_aliases.values()) if subdivision else ()
    if subdivision in codes or not subdivision:
        return ""
    listed = ", ".join(f"{country}-{code}" for code in known.subdivisions[:_SHOWN]) or f"{country} alone"
    more = " and others" if len(known.subdivisions) > _SHOWN else ""
    return f"is not known: {country} has no subdivision {subdivision}. Known: {listed}{more}."


def public_holidays_of(countries: Mapping[Ref, str], roster: Roster, zone: str, period: Interval) -> Iterator[DayOff]:
    """The public holidays of people that touch a period. `zone` is for those whose own is not known."""
    named: dict[tuple[str, int, int], list[tuple[int, str]]] = {}
    for person, country in countries.items():
        home = zone_of_person(roster, person, zone)
        first, last = (to_local(home, moment) // DAY_S for moment in period)
        key = country, first, last
        if key not in named:
            named[key] = list(_named_days(country, first, last))
        for day, name in named[key]:
            yield DayOff(*days_between(day, day, home), person, f"{name}, {country}")


def _named_days(country: str, first: int, last: int) -> Iterator[tuple[int, str]]:
    """The public holidays between two days (days since 1970), both included, with their names."""
    import holidays

    code, _, subdivision = country.partition("-")
    since, until = (_EPOCH + timedelta(days=day) for day in (first, last))
    years = range(since.year, until.year + 1)
    known = holidays.country_holidays(code, subdiv=subdivision or None, years=years, language=_LANGUAGE)
    for day in sorted(known):
        if since <= day <= until:
            yield (day - _EPOCH).days, "; ".join(known.get_list(day))
