"""The schedules of the examples cover what their comments promise, also in weeks in which clocks change."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tests.examples.rota import DAY_S, layers_at, on_call, seconds, week, weeks_with_clock_changes
from tests.examples.tree import specs

SCHEDULES = specs("Schedule")
USERS = specs("User")
ORDINARY = datetime(2026, 6, 8)
LONDON = ZoneInfo("Europe/London")
WEEKS = [
    ORDINARY,
    *weeks_with_clock_changes(2026, "Europe/London", "Europe/Berlin", "America/Chicago", "Australia/Melbourne"),
]
ids = [monday.date().isoformat() for monday in WEEKS]


def test_the_sample_weeks_hold_every_clock_change_of_the_year() -> None:
    # Berlin and London together, Chicago and Melbourne apart: two changes each.
    assert len(WEEKS) == 1 + 6


@pytest.mark.parametrize("monday", WEEKS, ids=ids)
def test_the_sun_never_sets_on_the_platform(monday: datetime) -> None:
    rota = SCHEDULES["platform-follow-the-sun"]
    for moment in week(monday):
        who = on_call(rota, moment)
        assert who is not None, f"no one at {moment}"
        assert len(layers_at(rota, moment)) == 1, f"two continents at {moment}"
        local = moment.astimezone(ZoneInfo(USERS[who]["time_zone"]))
        assert 7 <= local.hour < 17, f"{who} at {local}"


def test_follow_the_sun_is_three_windows_of_one_day_and_three_zones() -> None:
    layers = SCHEDULES["platform-follow-the-sun"]["schedule_layers"]
    windows = [restriction for layer in layers for restriction in layer["restrictions"]]
    assert [it["type"] for it in windows] == ["daily_restriction"] * 3
    assert sum(seconds(it["duration_seconds"]) for it in windows) == DAY_S
    zones = [{USERS[user]["time_zone"] for user in layer["users"]} for layer in layers]
    assert zones == [{"Australia/Melbourne"}, {"Europe/Berlin"}, {"America/Chicago"}]


def test_follow_the_sun_hands_over_between_people_of_one_place_at_the_start_of_their_day() -> None:
    rota = SCHEDULES["platform-follow-the-sun"]
    for layer in rota["schedule_layers"]:
        start = datetime.fromisoformat(layer["rotation_virtual_start"]).replace(tzinfo=UTC)
        local = start.astimezone(ZoneInfo(USERS[layer["users"][0]]["time_zone"]))
        assert (local.isoweekday(), local.hour in (7, 8, 9)) == (1, True), layer["name"]
        assert on_call(rota, start) == layer["users"][0]
        assert on_call(rota, start + timedelta(days=7)) == layer["users"][1]


@pytest.mark.parametrize("monday", WEEKS, ids=ids)
def test_tracking_is_covered_by_exactly_one_of_its_two_schedules(monday: datetime) -> None:
    for moment in week(monday):
        held = [on_call(SCHEDULES[key], moment) for key in ("tracking-weekdays", "tracking-weekends")]
        assert sum(who is not None for who in held) == 1, f"{held} at {moment}"


def test_tracking_gives_everyone_days_then_nights_then_the_weekend_then_a_free_week() -> None:
    duties: list[tuple[str | None, ...]] = []
    for number in range(8):
        monday = datetime(2026, 1, 5, tzinfo=LONDON) + timedelta(weeks=number)
        points = {
            "days": [monday + timedelta(days=day, hours=hour) for day in range(5) for hour in (8, 12, 17)],
            "nights": [monday + timedelta(days=day, hours=hour) for day in range(4) for hour in (18, 24, 31)],
            "weekend": [monday + timedelta(days=4, hours=hour) for hour in (18, 24, 48, 79)],
        }
        key = {"days": "tracking-weekdays", "nights": "tracking-weekdays", "weekend": "tracking-weekends"}
        held = {duty: {on_call(SCHEDULES[key[duty]], at) for at in moments} for duty, moments in points.items()}
        assert all(len(people) == 1 for people in held.values()), f"a duty changes hands in week {number}: {held}"
        duties.append(tuple(people.pop() for people in held.values()))
        assert len(set(duties[-1])) == 3, f"someone has two duties in week {number}"
    for earlier, later in pairwise(duties):
        assert (earlier[0], earlier[1]) == (later[1], later[2])
    assert Counter(who for held in duties[:4] for who in held) == dict.fromkeys(
        ("hugh-pemberton", "aisha-rahman", "owen-griffiths", "meilin-zhou"), 3
    )


@pytest.mark.parametrize("monday", WEEKS, ids=ids)
def test_the_day_shift_of_the_hub_lies_on_top_of_a_base_that_covers_everything(monday: datetime) -> None:
    rota = SCHEDULES["hub-floor"]
    nights, days = (set(layer["users"]) for layer in rota["schedule_layers"])
    reversed_rota = {**rota, "schedule_layers": rota["schedule_layers"][::-1]}
    for moment in week(monday):
        by_day = 6 <= moment.astimezone(LONDON).hour < 18
        assert on_call(rota, moment) in (days if by_day else nights), moment
        assert on_call(reversed_rota, moment) in nights, "the comment on layer order is wrong"


@pytest.mark.parametrize("monday", WEEKS, ids=ids)
@pytest.mark.parametrize("key", ["booking-weekly", "duty-managers"])
def test_plain_rotations_have_no_gap_and_hand_over_on_monday_morning(key: str, monday: datetime) -> None:
    rota = SCHEDULES[key]
    zone = ZoneInfo(rota["time_zone"])
    start = datetime.fromisoformat(rota["schedule_layers"][0]["rotation_virtual_start"])
    held = [(moment.astimezone(zone), on_call(rota, moment)) for moment in week(monday)]
    assert None not in {who for _, who in held}
    changes = [at for (_, before), (at, after) in pairwise(held) if before != after]
    assert {(at.isoweekday(), at.time()) for at in changes} <= {(1, start.time())}
    if key == "booking-weekly":
        assert changes


def test_peak_season_hides_the_fortnights_and_gives_them_back_where_they_would_have_been() -> None:
    rota = SCHEDULES["duty-managers"]
    base = {**rota, "schedule_layers": rota["schedule_layers"][:1]}
    before, during, after = (datetime(*day, 12, tzinfo=LONDON) for day in ((2027, 11, 21), (2027, 12, 1), (2028, 1, 4)))
    assert [len(layers_at(rota, moment)) for moment in (before, during, after)] == [1, 2, 1]
    assert on_call(rota, before) == on_call(base, before)
    assert on_call(rota, after) == on_call(base, after)
    assert len({on_call(rota, during + timedelta(days=day)) for day in range(3)}) == 3
