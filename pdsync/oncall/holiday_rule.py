"""The rule that people are off call on their public holidays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING

from pdsync.model import Ref
from pdsync.oncall.day_off import Clash, find_clashes, zone_of_person
from pdsync.oncall.public_holiday import public_holidays_of, read_countries
from pdsync.oncall.reading import to_local
from pdsync.oncall.roster import Roster

if TYPE_CHECKING:
    from pdsync.oncall.rule import Breach, Case, Limits

_SHOWN = 4


def judge_public_holidays(case: Case, limits: Limits) -> Iterator[Breach]:
    """A breach for each schedule in use that has someone on call on a public holiday of theirs."""
    from pdsync.oncall.rule import Breach

    roster, period = case.roster, (case.moment, case.until)
    members = {ref: roster.members_of(ref, case.moment) for ref in sorted(case.schedules_in_use)}
    of_people = read_countries(limits["countries"]).by_person(roster, chain(*members.values()))
    for ref, people in members.items():
        schedule, countries = roster.schedule(ref), {it: of_people[it] for it in people if it in of_people}
        if schedule is None or not countries:
            continue
        clashes = find_clashes(roster, ref, public_holidays_of(countries, roster, schedule.zone, period), period)
        if clashes:
            yield Breach(
                ref,
                f"has people on call on their public holidays: {_listed(_days(roster, clashes, schedule.zone))}",
                _suggestion(roster, ref, clashes, schedule.zone),
                sum(clash.end - clash.start for clash in clashes),
                tuple((clash.start, clash.end) for clash in clashes),
            )


def _days(roster: Roster, clashes: Sequence[Clash], zone: str) -> list[str]:
    """Each person and day once, such as ``Ana Lima on 2026-12-25 (Christmas Day, DE)``."""
    said = (
        f"{roster.name_of(clash.day.user)} on {_date(roster, clash, zone)} ({clash.day.name})"
        for clash in clashes
    )  # fmt: skip
    return list(dict.fromkeys(said))


def _suggestion(roster: Roster, schedule: Ref, clashes: Sequence[Clash], zone: str) -> str:
    takers = (
        f"{roster.name_of(clash.substitute) if clash.substitute is not None else 'no one'} on {_date(roster, clash, zone)}"
        for clash in clashes
    )
    name = roster.entries[schedule].key or schedule.value
    listed = _listed(list(dict.fromkeys(takers)))
    return f"Who could take over: {listed}. 'pdsync holidays --schedule {name}' prints the overrides."


def _date(roster: Roster, clash: Clash, zone: str) -> str:
    """The day on the calendar of the person who is off."""
    home = zone_of_person(roster, clash.day.user, zone)
    return f"{datetime.fromtimestamp(to_local(home, clash.day.start), UTC):%Y-%m-%d}"


def _listed(texts: Sequence[str]) -> str:
    more = f", and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    return ", ".join(texts[:_SHOWN]) + more
