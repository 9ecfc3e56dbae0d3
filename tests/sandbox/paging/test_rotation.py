"""Turns and restrictions of one layer."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from pdsync.sandbox.paging.rotation import layer_spans
from tests.sandbox.account import Account, layer
from tests.sandbox.paging.rendered import daily, final, weekly

_DAY_S, _WEEK_S = 86_400, 604_800


def test_turns_go_round_in_the_order_of_the_list(account: Account) -> None:
    a, b, c = (account.user()["id"] for _ in range(3))
    schedule = account.schedule(
        layer(*({"id": id, "type": "user"} for id in (a, b, c)), rotation_turn_length_seconds=_DAY_S)
    )
    seen = final(account, schedule, "since=2026-03-03T09:00:00Z&until=2026-03-07T09:00:00Z")
    assert [(start[8:13], user) for start, _, user in seen] == [("03T09", b), ("04T09", c), ("05T09", a), ("06T09", b)]


def test_hand_offs_keep_their_hour_when_the_clocks_change(account: Account) -> None:
    users = [account.user(), account.user()]
    moments = {"start": "2026-03-06T09:00:00-05:00", "rotation_virtual_start": "2026-03-06T09:00:00-05:00"}
    by_day = layer(*users, rotation_turn_length_seconds=_DAY_S, **moments)
    by_hours = layer(*users, rotation_turn_length_seconds=12 * 3600, **moments)
    for body, expected in ((by_day, {"09"}), (by_hours, {"10", "22"})):
        schedule = account.schedule(body, time_zone="America/New_York")
        seen = final(account, schedule, "since=2026-03-09T00:00:00Z&until=2026-03-12T00:00:00Z")  # from the 8th on
        assert {start[11:13] for start, _, _ in seen[1:]} == expected
        assert all(start.endswith("-04:00") for start, _, _ in seen)


_ZONES = ["Etc/UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"]


_HOURS = st.integers(0, 23).map(lambda hour: f"{hour:02}:00:00")


_RESTRICTIONS = st.lists(
    st.builds(daily, _HOURS, st.integers(1, 23)) | st.builds(weekly, st.integers(1, 7), _HOURS, st.integers(1, 100)),
    max_size=3,
)


_LAYERS = st.fixed_dictionaries(
    {
        "start": st.sampled_from(["2026-03-01T00:00:00Z", "2026-03-20T07:30:00Z"]),
        "end": st.sampled_from([None, "2026-03-29T04:00:00Z"]),
        "rotation_virtual_start": st.sampled_from(["2026-02-27T09:00:00Z", "2026-03-25T22:15:00Z"]),
        "rotation_turn_length_seconds": st.sampled_from([3600, 7 * 3600, _DAY_S, 2 * _DAY_S, _WEEK_S]),
        "users": st.integers(1, 3).map(lambda count: [{"id": f"U{n}"} for n in range(count)]),
        "restrictions": _RESTRICTIONS,
    }
)


def who(body: dict[str, Any], zone_name: str, at: datetime) -> str | None:
    zone = ZoneInfo(zone_name)
    if at < datetime.fromisoformat(body["start"]) or (body["end"] and at >= datetime.fromisoformat(body["end"])):
        return None
    open_now = not body["restrictions"]
    for restriction in body["restrictions"]:
        for back in range(9):
            day = (at.astimezone(zone) - timedelta(days=back)).date()
            if restriction["type"] == "weekly_restriction" and day.isoweekday() != restriction["start_day_of_week"]:
                continue
            local = datetime.fromisoformat(f"{day}T{restriction['start_time_of_day']}")
            low = local.replace(tzinfo=zone).astimezone(UTC)
            high = (local + timedelta(seconds=restriction["duration_seconds"])).replace(tzinfo=zone).astimezone(UTC)
            open_now = open_now or low <= at < high
    if not open_now:
        return None
    origin, length = datetime.fromisoformat(body["rotation_virtual_start"]), body["rotation_turn_length_seconds"]
    if length % _DAY_S:
        number = (at - origin) // timedelta(seconds=length)
    else:
        local_origin = origin.astimezone(zone).replace(tzinfo=None)
        number = -100
        while (local_origin + (number + 1) * timedelta(seconds=length)).replace(tzinfo=zone).astimezone(UTC) <= at:
            number += 1
    users = [user["id"] for user in body["users"]]
    return users[number % len(users)]


@given(_LAYERS, st.sampled_from(_ZONES), st.integers(0, 40 * 48))
def test_a_layer_is_what_a_look_at_each_moment_says(body: dict[str, Any], zone: str, half_hours: int) -> None:
    at = datetime(2026, 2, 28, tzinfo=UTC) + timedelta(minutes=30 * half_hours)
    for width in (timedelta(minutes=15), timedelta(days=9)):
        spans = layer_spans(body, zone, at - width, at + width)
        assert [it.user for it in spans if it.start <= at < it.end] == (
            [found] if (found := who(body, zone, at)) else []
        )
        assert all(one.end <= two.start for one, two in itertools.pairwise(spans))
