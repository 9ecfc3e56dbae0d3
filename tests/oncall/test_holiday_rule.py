"""The rule about public holidays: whose holiday counts, on which days, and who could take over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from pdsync.model import Ref, Resource
from pdsync.oncall.public_holiday import doubt_of_country
from pdsync.oncall.roster import Roster, roster_of_resources
from pdsync.oncall.rulebook import Rulebook, Setting
from pdsync.oncall.shift import Shift
from tests.support.world import layer, policy, schedule, team, user

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
POLICY = policy("shop", {"schedule": "s"})


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


CHRISTMAS = at("2026-12-14T09:00+01:00")


def world(*people: Resource, **spec: Any) -> Roster:
    keys = [person.key for person in people if person.kind == "user"]
    # A week each from Monday 09:00: of the first three, the second one has Christmas.
    turns = layer("Weekly", *keys, rotation_virtual_start="2026-12-14T09:00")
    return roster_of_resources([*people, schedule("s", turns, **spec), POLICY])


def judge(roster: Roster, moment: int = CHRISTMAS, **countries: Any) -> list[str]:
    book = Rulebook({"public_holidays": Setting("warning", {"countries": countries})})
    return [f"{finding.message} | {finding.hint}" for finding in book.judge(roster, moment)]


def when(roster: Roster, moment: int = CHRISTMAS, **countries: Any) -> tuple[tuple[int, int], ...]:
    book = Rulebook({"public_holidays": Setting("warning", {"countries": countries})})
    return tuple(span for finding in book.judge(roster, moment) for span in finding.when)


ANA, BEN, CLEO = user("ana", time_zone=BERLIN), user("ben", time_zone=BERLIN), user("cleo", time_zone=BERLIN)
AWAY = "'pdsync holidays --schedule s' prints the overrides."


def test_the_next_person_without_the_holiday_is_suggested() -> None:
    found = judge(world(ANA, BEN, CLEO), people={"ben": "DE-BE"}, default="")
    assert found == [
        "has people on call on their public holidays: ben on 2026-12-25 (Christmas Day, DE-BE), "
        "ben on 2026-12-26 (Second Day of Christmas, DE-BE) | "
        f"Who could take over: cleo on 2026-12-25, cleo on 2026-12-26. {AWAY}"
    ]
    assert when(world(ANA, BEN, CLEO), people={"ben": "DE-BE"}) == (
        (at("2026-12-25T00:00+01:00"), at("2026-12-26T00:00+01:00")),
        (at("2026-12-26T00:00+01:00"), at("2026-12-27T00:00+01:00")),
    )


def test_people_with_the_same_holiday_are_not_suggested() -> None:
    both = judge(world(ANA, BEN, CLEO), people={"ben": "DE-BE", "cleo": "DE-BE"})
    assert "take over: ana on 2026-12-25" in both[0]
    everyone = judge(world(ANA, BEN), default="DE-BE")
    assert "take over: no one on 2026-12-25" in everyone[0]


@pytest.mark.parametrize(
    ("countries", "found"),
    [
        ({"default": "DE-BE"}, True),
        ({"people": {"ben@example.com": "DE-BE"}}, True),
        ({"people": {"user/ben": "DE-BE"}}, True),
        ({"teams": {"berlin": "DE-BE"}}, True),
        ({"default": "DE-BE", "people": {"ben": "IL"}}, False),
        ({"default": "DE-BE", "teams": {"berlin": "IL"}}, False),
        ({"teams": {"haifa": "IL", "berlin": "DE-BE"}}, False),  # the first team of a person counts
        ({"teams": {"berlin": "DE-BE", "haifa": "IL"}}, True),
        ({"people": {"ana": "DE-BE"}}, False),  # she is not on call then
        ({}, False),
    ],
)
def test_whose_country_counts(countries: dict[str, Any], found: bool) -> None:
    teams = [team(name, members=[{"user": "ben"}]) for name in ("berlin", "haifa")]
    assert ("ben on 2026-12-25" in "".join(judge(world(ANA, BEN, CLEO, *teams), **countries))) is found


def test_a_day_is_one_of_the_zone_of_the_person() -> None:
    away = world(ANA, user("ben", time_zone=NEW_YORK), CLEO)
    assert when(away, people={"ben": "US"}) == ((at("2026-12-25T00:00-05:00"), at("2026-12-26T00:00-05:00")),)
    unknown = world(ANA, user("ben"), CLEO)
    assert when(unknown, people={"ben": "US"}) == ((at("2026-12-25T00:00+01:00"), at("2026-12-26T00:00+01:00")),)


def test_only_the_part_of_the_day_on_which_the_person_is_on_call() -> None:
    # Cleo's week begins at 09:00 on Easter Monday.
    turn = layer("Weekly", "cleo", "ana", rotation_virtual_start="2027-03-29T09:00")
    roster = roster_of_resources([ANA, CLEO, schedule("s", turn), POLICY])
    assert when(roster, at("2027-03-23T09:00+01:00"), people={"cleo": "DE-BE"}) == (
        (at("2027-03-29T09:00+02:00"), at("2027-03-30T00:00+02:00")),
    )


def test_an_override_that_frees_the_person_ends_the_finding() -> None:
    roster = world(ANA, BEN, CLEO)
    cleo = Ref("user", "key", "cleo")
    freed = Shift(at("2026-12-24T00:00+01:00"), at("2026-12-27T00:00+01:00"), cleo, "")
    after = roster.with_overrides({Ref("schedule", "key", "s"): (freed,)})
    assert judge(roster, people={"ben": "DE-BE"})
    assert not judge(after, people={"ben": "DE-BE"})


def test_a_schedule_that_pages_no_one_is_not_judged() -> None:
    turns = layer("Weekly", "ben")
    assert not judge(roster_of_resources([BEN, schedule("s", turns)]), default="DE-BE")


def test_a_name_in_the_countries_that_names_nothing_is_told() -> None:
    countries = {"people": {"ana": "DE", "anna": "DE"}, "teams": {"berlin": "DE"}}
    book = Rulebook({"public_holidays": Setting("warning", {"countries": countries})})
    assert [(it.place, it.kind, it.text) for it in book.unused_names(world(ANA, BEN))] == [
        ("public_holidays.countries.people", "user", "anna"),
        ("public_holidays.countries.teams", "team", "berlin"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("DE", ""),
        ("DE-BY", ""),
        ("US-CA", ""),
        ("de", "ISO 3166 code"),
        ("Germany", "ISO 3166 code"),
        ("DE-", "ISO 3166 code"),
        ("XX", "has no country XX"),
        ("DE-QQ", "DE has no subdivision QQ. Known: DE-BB, DE-BE"),
    ],
)
def test_what_is_a_country(text: str, says: str) -> None:
    doubt = doubt_of_country(text)
    assert bool(doubt) == bool(says)
    assert says in doubt
