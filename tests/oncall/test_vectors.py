"""Schedules whose rendering was worked out by hand: PagerDuty's published examples, and the edges of calendars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pdsync.client import RestApiV2Client
from pdsync.kinds.schedule import SCHEDULE
from pdsync.model import Ref, Scope
from pdsync.oncall.schedule import Rendered, read_schedule
from pdsync.oncall.shift import Shift, covered, join_shifts, overlay, shift_at
from pdsync.sandbox import SandboxServer
from tests.support.world import TOKEN

HOUR, DAY, WEEK = 3600, 86_400, 604_800


def layer(users: str, first: str, turn_s: int, *restrictions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "name": more.pop("name", "Only"),
        "users": users.split(),
        "rotation_virtual_start": first,
        "rotation_turn_length_seconds": turn_s,
        "restrictions": list(restrictions),
        **more,
    }


def daily(start: str, duration_s: int) -> dict[str, Any]:
    return {"type": "daily_restriction", "start_time_of_day": start, "duration_seconds": duration_s}


def weekly(day: int, start: str, duration_s: int) -> dict[str, Any]:
    return {"type": "weekly_restriction", "start_day_of_week": day, "start_time_of_day": start, "duration_seconds": duration_s}  # fmt: skip


def render(zone: str, since: str, until: str, *layers: dict[str, Any]) -> Rendered:
    scope = Scope()
    spec = {"name": "Any", "time_zone": zone, "schedule_layers": list(layers)}
    fields, _, _ = SCHEDULE.read_desired(spec, scope, ())
    assert not scope.problems, scope.problems
    return read_schedule(fields, lambda user: user).render(instant(since, zone), instant(until, zone))


def instant(text: str, zone: str) -> int:
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).timestamp())


def shown(rendered: Rendered, zone: str) -> list[str]:
    """One line for each shift, in local time with its offset."""

    def at(moment: int) -> str:
        return datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(zone)).strftime("%m-%d %H:%M%z")

    return [f"{at(one.start)} {at(one.end)} {one.user.value if one.user else '-'}" for one in rendered.final]


CASES: list[tuple[str, str, str, str, list[dict[str, Any]], list[str]]] = [
    (
        "a day that has 23 hours: the hand-off stays at nine",
        "Europe/Berlin",
        "2027-03-27T09:00",
        "2027-03-29T09:00",
        [layer("ana bo", "2027-03-27T09:00", DAY)],
        ["03-27 09:00+0100 03-28 09:00+0200 ana", "03-28 09:00+0200 03-29 09:00+0200 bo"],
    ),
    (
        "twelve hours are twelve hours, whatever the clock says",
        "Europe/Berlin",
        "2027-03-27T21:00",
        "2027-03-28T22:00",
        [layer("ana bo", "2027-03-27T21:00", 12 * HOUR)],
        ["03-27 21:00+0100 03-28 10:00+0200 ana", "03-28 10:00+0200 03-28 22:00+0200 bo"],
    ),
    (
        "a night that has 25 hours around it",
        "America/New_York",
        "2027-11-06T12:00",
        "2027-11-07T12:00",
        [layer("ana", "2027-11-01T09:00", DAY, daily("22:00", 8 * HOUR))],
        ["11-06 22:00-0400 11-07 06:00-0500 ana"],
    ),
    (
        "half an hour of summer time",
        "Australia/Lord_Howe",
        "2027-04-03T09:00",
        "2027-04-05T09:00",
        [layer("ana bo", "2027-04-03T09:00", DAY)],
        ["04-03 09:00+1100 04-04 09:00+1030 ana", "04-04 09:00+1030 04-05 09:00+1030 bo"],
    ),
    (
        "a zone of a half hour, restricted over midnight",
        "Asia/Kolkata",
        "2027-01-01T00:00",
        "2027-01-02T12:00",
        [layer("ana", "2027-01-01T00:00", WEEK, daily("22:30", 4 * HOUR))],
        ["01-01 00:00+0530 01-01 02:30+0530 ana", "01-01 22:30+0530 01-02 02:30+0530 ana"],
    ),
    (
        "a zone that gave its summer time up (Brazil, 2019)",
        "America/Sao_Paulo",
        "2019-02-16T12:00",
        "2019-02-18T12:00",
        [layer("ana bo", "2019-02-16T12:00", DAY)],
        ["02-16 12:00-0200 02-17 12:00-0300 ana", "02-17 12:00-0300 02-18 12:00-0300 bo"],
    ),
    (
        "a leap day is a day",
        "Europe/London",
        "2028-02-28T08:00",
        "2028-03-02T08:00",
        [layer("ana bo cy", "2028-02-28T08:00", DAY)],
        ["02-28 08:00+0000 02-29 08:00+0000 ana", "02-29 08:00+0000 03-01 08:00+0000 bo", "03-01 08:00+0000 03-02 08:00+0000 cy"],
    ),
    (
        "turns that are no whole days",
        "Etc/UTC",
        "2027-01-01T00:00",
        "2027-01-04T03:00",
        [layer("ana bo", "2027-01-01T00:00", 25 * HOUR)],
        ["01-01 00:00+0000 01-02 01:00+0000 ana", "01-02 01:00+0000 01-03 02:00+0000 bo", "01-03 02:00+0000 01-04 03:00+0000 ana"],
    ),
    (
        "one person has no hand-off",
        "Europe/Berlin",
        "2027-03-01T00:00",
        "2027-04-01T00:00",
        [layer("ana", "2027-01-01T00:00", DAY)],
        ["03-01 00:00+0100 04-01 00:00+0200 ana"],
    ),
    (
        "the same person twice in a row",
        "Etc/UTC",
        "2027-01-01T00:00",
        "2027-01-05T00:00",
        [layer("ana ana bo", "2027-01-01T00:00", DAY)],
        ["01-01 00:00+0000 01-03 00:00+0000 ana", "01-03 00:00+0000 01-04 00:00+0000 bo", "01-04 00:00+0000 01-05 00:00+0000 ana"],
    ),
    (
        "a day less a minute leaves a minute",
        "Etc/UTC",
        "2027-01-01T00:00",
        "2027-01-02T12:00",
        [layer("ana", "2027-01-01T00:00", WEEK, daily("00:00", DAY - 60))],
        ["01-01 00:00+0000 01-01 23:59+0000 ana", "01-02 00:00+0000 01-02 12:00+0000 ana"],
    ),
    (
        "a layer that has ended, over one that goes on",
        "Etc/UTC",
        "2027-01-01T00:00",
        "2027-01-03T00:00",
        [layer("ana", "2026-01-01T00:00", DAY), layer("bo", "2026-01-01T00:00", DAY, name="Old", end="2026-06-01T00:00")],
        ["01-01 00:00+0000 01-03 00:00+0000 ana"],
    ),
    (
        "a start in the future: the later layer takes over then",
        "Etc/UTC",
        "2027-01-01T00:00",
        "2027-01-03T00:00",
        [layer("ana", "2026-01-01T00:00", DAY), layer("bo", "2026-01-01T00:00", DAY, name="New", start="2027-01-02T06:00")],
        ["01-01 00:00+0000 01-02 06:00+0000 ana", "01-02 06:00+0000 01-03 00:00+0000 bo"],
    ),
    (
        "a weekend that spans the end of the week, over a base that shows through again",
        "Europe/Berlin",
        "2027-01-08T12:00",
        "2027-01-11T12:00",
        [layer("ana", "2027-01-01T00:00", WEEK), layer("bo", "2027-01-01T00:00", WEEK, weekly(5, "18:00", 62 * HOUR), name="Weekend")],
        ["01-08 12:00+0100 01-08 18:00+0100 ana", "01-08 18:00+0100 01-11 08:00+0100 bo", "01-11 08:00+0100 01-11 12:00+0100 ana"],
    ),
    (
        "a restriction that begins at a time which is skipped begins after it",
        "Europe/Berlin",
        "2027-03-28T00:00",
        "2027-03-28T12:00",
        [layer("ana", "2027-01-01T00:00", WEEK, daily("02:30", 2 * HOUR))],
        ["03-28 03:30+0200 03-28 04:30+0200 ana"],
    ),
    (
        "before the virtual start the rotation goes backwards",
        "Etc/UTC",
        "2027-01-01T00:00",
        "2027-01-03T00:00",
        [layer("ana bo cy", "2027-01-03T00:00", DAY)],
        ["01-01 00:00+0000 01-02 00:00+0000 bo", "01-02 00:00+0000 01-03 00:00+0000 cy"],
    ),
    (
        "a zone that gives summer time up for Ramadan",
        "Africa/Casablanca",
        "2024-03-09T09:00",
        "2024-03-11T09:00",
        [layer("ana bo", "2024-03-09T09:00", DAY)],
        ["03-09 09:00+0100 03-10 09:00+0000 ana", "03-10 09:00+0000 03-11 09:00+0000 bo"],
    ),
    (
        "a zone whose summer time is decided from year to year",
        "Asia/Gaza",
        "2023-04-28T09:00",
        "2023-04-30T09:00",
        [layer("ana bo", "2023-04-28T09:00", DAY)],
        ["04-28 09:00+0200 04-29 09:00+0300 ana", "04-29 09:00+0300 04-30 09:00+0300 bo"],
    ),
    (
        "a zone that took summer time up again, at midnight: that hand-off is an hour later",
        "Africa/Cairo",
        "2023-04-27T00:00",
        "2023-04-29T00:00",
        [layer("ana bo", "2023-04-27T00:00", DAY)],
        ["04-27 00:00+0200 04-28 01:00+0300 ana", "04-28 01:00+0300 04-29 00:00+0300 bo"],
    ),
    (
        "a zone that went without 30 December 2011: the turn of that day does not happen",
        "Pacific/Apia",
        "2011-12-28T09:00",
        "2012-01-01T09:00",
        [layer("ana bo cy di", "2011-12-28T09:00", DAY)],
        ["12-28 09:00-1000 12-29 09:00-1000 ana", "12-29 09:00-1000 12-31 09:00+1400 bo", "12-31 09:00+1400 01-01 09:00+1400 di"],
    ),
    (
        "the same zone, for turns that are counted in hours",
        "Pacific/Apia",
        "2011-12-29T09:00",
        "2012-01-01T09:00",
        [layer("ana bo", "2011-12-29T09:00", 36 * HOUR)],
        ["12-29 09:00-1000 12-31 21:00+1400 ana", "12-31 21:00+1400 01-01 09:00+1400 bo"],
    ),
    (
        "a restriction that begins in the half hour which is skipped",
        "Australia/Lord_Howe",
        "2027-10-03T00:00",
        "2027-10-03T12:00",
        [layer("ana", "2027-01-01T00:00", WEEK, daily("02:10", HOUR))],
        ["10-03 02:40+1100 10-03 03:10+1100 ana"],
    ),
    (
        "a zone of a half hour with summer time",
        "America/St_Johns",
        "2027-03-13T09:00",
        "2027-03-15T09:00",
        [layer("ana bo", "2027-03-13T09:00", DAY)],
        ["03-13 09:00-0330 03-14 09:00-0230 ana", "03-14 09:00-0230 03-15 09:00-0230 bo"],
    ),
    (
        "a hand-off at an hour that is listed twice is at the first one",
        "America/New_York",
        "2027-11-06T01:30",
        "2027-11-08T01:30",
        [layer("ana bo", "2027-11-06T01:30", DAY)],
        ["11-06 01:30-0400 11-07 01:30-0400 ana", "11-07 01:30-0400 11-08 01:30-0500 bo"],
    ),
    (
        "a day less a minute, on a day of 25 hours",
        "Europe/Berlin",
        "2027-10-31T00:00",
        "2027-11-01T00:00",
        [layer("ana", "2027-01-01T00:00", WEEK, daily("00:00", DAY - 60))],
        ["10-31 00:00+0200 10-31 23:59+0100 ana"],
    ),
    (
        "a day less a minute, from a leap day on",
        "Europe/Berlin",
        "2028-02-28T00:00",
        "2028-03-06T00:00",
        [layer("ana", "2027-01-01T00:00", WEEK, weekly(2, "10:00", DAY - 60))],
        ["02-29 10:00+0100 03-01 09:59+0100 ana"],
    ),
    (
        "a turn of a week over a leap day",
        "Europe/Berlin",
        "2028-02-26T12:00",
        "2028-03-11T12:00",
        [layer("ana bo", "2028-02-26T12:00", WEEK)],
        ["02-26 12:00+0100 03-04 12:00+0100 ana", "03-04 12:00+0100 03-11 12:00+0100 bo"],
    ),
    (
        "a layer that begins and ends in the middle of turns",
        "Etc/UTC",
        "2027-01-01T00:00",
        "2027-01-05T00:00",
        [layer("ana bo", "2027-01-01T00:00", DAY, start="2027-01-01T18:00", end="2027-01-03T06:00")],
        ["01-01 18:00+0000 01-02 00:00+0000 ana", "01-02 00:00+0000 01-03 00:00+0000 bo", "01-03 00:00+0000 01-03 06:00+0000 ana"],
    ),
    (
        "the same person at the end and the beginning of the list is on call twice in a row",
        "Asia/Kathmandu",
        "2027-01-01T00:00",
        "2027-01-05T00:00",
        [layer("ana bo ana", "2027-01-01T00:00", DAY)],
        ["01-01 00:00+0545 01-02 00:00+0545 ana", "01-02 00:00+0545 01-03 00:00+0545 bo", "01-03 00:00+0545 01-05 00:00+0545 ana"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "since", "until", "layers", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])  # fmt: skip
def test_vectors(zone: str, since: str, until: str, layers: list[dict[str, Any]], expected: list[str]) -> None:
    assert shown(render(zone, since, until, *layers), zone) == expected


@pytest.fixture(scope="module")
def sandbox() -> Iterator[tuple[RestApiV2Client, dict[str, str]]]:
    """A sandbox in the year 2000, so that nothing of the vectors is history that cannot be written, and its people's ids."""
    with (
        SandboxServer(now=lambda: datetime(2000, 1, 1, tzinfo=UTC)) as server,
        RestApiV2Client(TOKEN, base_url=server.url) as client,
    ):
        people = {}
        for name in ("ana", "bo", "cy", "di"):
            body = {"type": "user", "name": name, "email": f"{name}@example.com", "role": "limited_user"}
            people[name] = client.rpost("users", json=body)["id"]
        yield client, people


@pytest.mark.parametrize(("zone", "since", "until", "layers", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])  # fmt: skip
def test_the_sandbox_which_knows_nothing_of_this_agrees(
    sandbox: tuple[RestApiV2Client, dict[str, str]],
    zone: str,
    since: str,
    until: str,
    layers: list[dict[str, Any]],
    expected: list[str],
) -> None:
    client, people = sandbox
    names = {identity: name for name, identity in people.items()}
    asked = [
        {
            "start": "2000-01-02T00:00:00",
            **each,
            "users": [{"user": {"id": people[name], "type": "user_reference"}} for name in each["users"]],
        }
        for each in layers
    ]
    body = {"type": "schedule", "name": "Any", "time_zone": zone, "schedule_layers": asked}
    period = {name: datetime.fromtimestamp(instant(at, zone), UTC).isoformat() for name, at in (("since", since), ("until", until))}  # fmt: skip
    answer = client.post("schedules/preview", params=period, json={"schedule": body})
    assert answer.status_code == 200, answer.text
    entries = answer.json()["schedule"]["final_schedule"]["rendered_schedule_entries"]
    shifts = [
        Shift(_at(one["start"]), _at(one["end"]), Ref("user", "key", names[one["user"]["id"]]), "") for one in entries
    ]
    assert shown(Rendered(0, 0, (), (), join_shifts(shifts)), zone) == expected


def _at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def test_published_odd_and_even_days_leave_no_gap_and_no_double_week() -> None:
    """Schedule Examples: six people, weekly turns, alternate days, the second layer three people on."""
    odd = [weekly(day, "00:00", DAY) for day in (7, 2, 4, 6)]
    even = [weekly(day, "00:00", DAY) for day in (1, 3, 5)]
    people = "a b c d e f"
    first = layer(people, "2027-01-03T00:00", WEEK, *odd, name="Odd")
    second = layer(people, "2026-12-14T00:00", WEEK, *even, name="Even")
    rendered = render("America/New_York", "2027-01-04T00:00", "2027-04-26T00:00", first, second)
    assert rendered.gaps == []
    assert rendered.coverage == 1
    weeks = [(sunday, sunday + WEEK) for sunday in range(rendered.since + 6 * DAY, rendered.until - WEEK - HOUR, WEEK)]
    for start, end in weeks:
        odd_people, even_people = (
            {one.user for one in shifts if one.start < end - 2 * HOUR and one.end > start + 2 * HOUR}
            for _, shifts in rendered.layers
        )
        assert len(odd_people) == len(even_people) == 1
        assert odd_people != even_people


def test_published_weekday_nights_leave_days_and_weekends_open() -> None:
    """Schedule Examples: 19:00 to 07:00 on weekdays only."""
    nights = [weekly(day, "19:00", 12 * HOUR) for day in range(1, 6)]
    rendered = render("Etc/UTC", "2027-01-04T00:00", "2027-01-11T00:00", layer("a b", "2027-01-04T19:00", DAY, *nights))
    hours = [(one.start - rendered.since) // HOUR for one in rendered.final]
    assert hours == [19, 43, 67, 91, 115]
    assert [one.user.value for one in rendered.final if one.user] == ["a", "b", "a", "b", "a"]
    assert rendered.coverage == pytest.approx(60 / 168)
    assert [(end - start) // HOUR for start, end in rendered.gaps] == [19, 12, 12, 12, 12, 41]


def test_published_weekends_of_whole_days_and_short_nights() -> None:
    """Schedule Examples: evenings 17:00 to 08:00 on weekdays, weekend days of 24 hours from 08:00, four weekly layers."""
    evening = 15 * HOUR
    base = "2027-01-04T08:00"
    rendered = render(
        "Etc/UTC",
        base,
        "2027-01-18T08:00",
        layer("one two", base, WEEK, weekly(2, "17:00", evening), weekly(3, "17:00", evening), name="Early"),
        layer("two one", base, WEEK, weekly(4, "17:00", evening), weekly(5, "17:00", evening), name="Late"),
        layer("one two", base, WEEK, weekly(6, "08:00", DAY), name="Saturday"),
        layer("two one", base, WEEK, weekly(7, "08:00", DAY), weekly(1, "17:00", evening), name="Sunday"),
    )
    seconds = {user.value: spent for user, spent in rendered.seconds.items()}
    assert seconds == {
        "one": (3 * 15 + 24) * HOUR + 2 * 15 * HOUR + 24 * HOUR,
        "two": (2 * 15 + 24 + 15) * HOUR + 54 * HOUR,
    }
    assert all(before.end <= after.start for before, after in pairwise(rendered.final))


def test_overlay_lets_the_layer_below_show_through_again() -> None:
    low, high = Shift(0, 10, None, "low"), Shift(3, 5, None, "high")
    seen = overlay([low], [high])
    assert [(one.start, one.end, one.layer) for one in seen] == [(0, 3, "low"), (3, 5, "high"), (5, 10, "low")]


def test_the_turn_of_someone_who_was_deleted_is_a_gap() -> None:
    fields, _, _ = SCHEDULE.read_desired(
        {"name": "Any", "time_zone": "Etc/UTC", "schedule_layers": [layer("ana gone", "2027-01-01T00:00", DAY)]},
        Scope(),
        (),
    )
    schedule = read_schedule(fields, lambda user: None if user.value == "gone" else user)
    since = instant("2027-01-01T00:00", "Etc/UTC")
    rendered = schedule.render(since, since + 2 * DAY)
    assert rendered.gaps == [(since + DAY, since + 2 * DAY)]
    assert covered(rendered.final) == [(since, since + DAY)]
    held = shift_at(rendered.final, since + DAY)
    assert held is not None
    assert held.user is None
