"""Who is on call when: PagerDuty's worked examples, the change of clocks, and an independent slow reading as a property."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.sandbox.paging.rotation import layer_spans
from pdsync.sandbox.paging.span import Span, coverage_percent, cut, joined, overlay
from tests.sandbox.account import Account, layer, ref

_DAY_S, _WEEK_S = 86_400, 604_800


def rendered(account: Account, schedule: Any, query: str) -> Any:
    return account.get(f"/schedules/{schedule['id']}?{query}")["schedule"]


def final(account: Account, schedule: Any, query: str) -> list[tuple[str, str, str]]:
    entries = rendered(account, schedule, query)["final_schedule"]["rendered_schedule_entries"]
    return [(it["start"], it["end"], it["user"]["id"]) for it in entries]


def daily(start: str, hours: float) -> dict[str, Any]:
    return {"type": "daily_restriction", "start_time_of_day": start, "duration_seconds": int(hours * 3600)}


def weekly(day: int, start: str, hours: float) -> dict[str, Any]:
    return {**daily(start, hours), "type": "weekly_restriction", "start_day_of_week": day}


def test_nothing_is_rendered_without_a_period(account: Account) -> None:
    shown = rendered(account, account.schedule(layer(account.user())), "")
    for part in (*shown["schedule_layers"], shown["final_schedule"], shown["overrides_subschedule"]):
        assert (part["rendered_schedule_entries"], part["rendered_coverage_percentage"]) == ([], None)


def test_turns_go_round_in_the_order_of_the_list(account: Account) -> None:
    a, b, c = (account.user()["id"] for _ in range(3))
    schedule = account.schedule(
        layer(*({"id": id, "type": "user"} for id in (a, b, c)), rotation_turn_length_seconds=_DAY_S)
    )
    seen = final(account, schedule, "since=2026-03-03T09:00:00Z&until=2026-03-07T09:00:00Z")
    assert [(start[8:13], user) for start, _, user in seen] == [("03T09", b), ("04T09", c), ("05T09", a), ("06T09", b)]


def test_one_bound_makes_two_weeks_and_overflow_shows_whole_turns(account: Account) -> None:
    one, two = account.user(), account.user()
    schedule = account.schedule(layer(one, two))
    [first, second, third] = final(account, schedule, "since=2026-03-10T00:00:00Z")
    assert (first[0], third[1]) == ("2026-03-10T00:00:00Z", "2026-03-24T00:00:00Z")
    whole = final(account, schedule, "since=2026-03-10T00:00:00Z&overflow=true")
    assert (whole[0][0], whole[-1][1]) == ("2026-03-09T09:00:00Z", "2026-03-30T09:00:00Z")
    assert whole[1] == second
    assert final(account, schedule, "until=2026-03-24T00:00:00Z") == [first, second, third]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("since=2026-03-03&until=2026-03-02", "Until must be after since"),
        ("since=2026-03-03&until=2027-04-02", "longer than a year"),
        ("since=soon", "must be a date"),
    ],
)
def test_periods_that_are_none(account: Account, query: str, text: str) -> None:
    path = f"/schedules/{account.schedule(layer(account.user()))['id']}"
    assert text in account.refused("GET", f"{path}?{query}")["errors"][0]


def test_the_last_layer_wins_and_overrides_beat_all(account: Account) -> None:
    base, top, guest = account.user(), account.user(), account.user()
    schedule = account.schedule(layer(base), layer(top, restrictions=[daily("10:00:00", 4)]))
    override = {"start": "2026-03-03T11:00:00Z", "end": "2026-03-03T12:00:00Z", "user": ref(guest)}
    account.call("POST", f"/schedules/{schedule['id']}/overrides", {"overrides": [override]})
    shown = rendered(account, schedule, "since=2026-03-03T08:00:00Z&until=2026-03-03T16:00:00Z")
    entries = shown["final_schedule"]["rendered_schedule_entries"]
    assert [(it["start"][11:13], it["end"][11:13], it["user"]["id"]) for it in entries] == [
        ("08", "10", base["id"]),
        ("10", "11", top["id"]),
        ("11", "12", guest["id"]),
        ("12", "14", top["id"]),
        ("14", "16", base["id"]),
    ]
    parts = [*shown["schedule_layers"], shown["overrides_subschedule"], shown["final_schedule"]]
    assert [it["rendered_coverage_percentage"] for it in parts] == [50.0, 100.0, 12.5, 100.0]  # topmost layer first


def test_the_later_override_wins(account: Account) -> None:
    base, one, two = account.user(), account.user(), account.user()
    schedule = account.schedule(layer(base))
    for user, hours in ((one, ("10", "14")), (two, ("12", "16"))):
        body = {"start": f"2026-03-03T{hours[0]}:00:00Z", "end": f"2026-03-03T{hours[1]}:00:00Z", "user": ref(user)}
        account.call("POST", f"/schedules/{schedule['id']}/overrides", {"overrides": [body]})
    seen = final(account, schedule, "since=2026-03-03T10:00:00Z&until=2026-03-03T16:00:00Z")
    assert [(start[11:13], user) for start, _, user in seen] == [("10", one["id"]), ("12", two["id"])]


def test_example_of_two_staggered_layers_has_no_gap_and_nobody_twice(account: Account) -> None:
    """Support page Schedule Examples: six users, layers on alternate days, three weeks apart."""
    users = [account.user() for _ in range(6)]
    start = "2026-03-08T00:00:00Z"  # a Sunday
    common = {"start": start, "rotation_virtual_start": start}
    schedule = account.schedule(
        layer(*users, restrictions=[weekly(day, "00:00:00", 24) for day in (7, 2, 4, 6)], **common),
        layer(*users[3:], *users[:3], restrictions=[weekly(day, "00:00:00", 24) for day in (1, 3, 5)], **common),
    )
    seen = rendered(account, schedule, "since=2026-03-08T00:00:00Z&until=2026-04-19T00:00:00Z")
    assert seen["final_schedule"]["rendered_coverage_percentage"] == 100.0
    weeks: dict[int, set[str]] = {}
    for entry in seen["final_schedule"]["rendered_schedule_entries"]:
        at = datetime.fromisoformat(entry["start"]) - datetime(2026, 3, 8, tzinfo=UTC)
        weeks.setdefault(at // timedelta(days=7), set()).add(entry["user"]["id"])
    assert [len(it) for _, it in sorted(weeks.items())] == 6 * [2]
    assert all(sum(user["id"] in it for it in weeks.values()) == 2 for user in users)


def test_example_of_nights_on_weekdays_only(account: Account) -> None:
    """Support page Schedule Examples: 19:00 to 07:00 on weekdays: nobody by day, nor at the weekend."""
    night = [weekly(day, "19:00:00", 12) for day in range(1, 6)]
    schedule = account.schedule(layer(account.user(), restrictions=night, start="2026-03-02T19:00:00Z"))
    seen = final(account, schedule, "since=2026-03-09T00:00:00Z&until=2026-03-16T00:00:00Z")
    assert [(start[5:13], end[5:13]) for start, end, _ in seen] == [
        ("03-09T19", "03-10T07"),
        ("03-10T19", "03-11T07"),
        ("03-11T19", "03-12T07"),
        ("03-12T19", "03-13T07"),
        ("03-13T19", "03-14T07"),
    ]


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


def test_a_deleted_user_keeps_his_turn_and_is_not_on_call(account: Account) -> None:
    one, two = account.user(), account.user()
    schedule = account.schedule(layer(one, two, end="2026-03-20T00:00:00Z"))
    policy = account.policy(schedule)
    account.clock.forward(days=20)
    account.delete(f"/users/{two['id']}")
    account.clock.moment -= timedelta(days=10)  # in the week of the second
    assert [user for _, _, user in final(account, schedule, "since=2026-03-10&until=2026-03-12")] == [two["id"]]
    assert account.get(f"/oncalls?escalation_policy_ids[]={policy['id']}")["oncalls"] == []


def test_the_next_shift_of_a_user(account: Account) -> None:
    one, two = account.user(), account.user()
    schedule = account.schedule(layer(one, two))
    shown = account.get(f"/schedules?include_next_oncall_for_user={two['id']}")["schedules"][0]["next_oncall_for_user"]
    assert (shown["start"], shown["end"]) == ("2026-03-09T09:00:00Z", "2026-03-16T09:00:00Z")
    assert shown["user"]["id"] == two["id"]
    assert "next_oncall_for_user" not in rendered(account, schedule, "include_next_oncall_for_user=PNOBODY1")


def test_a_preview_shows_and_keeps_nothing(account: Account) -> None:
    user = account.user()
    before = account.get("/_sandbox/state")
    body = {"type": "schedule", "name": "Maybe", "time_zone": "Etc/UTC", "schedule_layers": [layer(user)]}
    query = "?since=2026-03-03T00:00:00Z&until=2026-03-05T00:00:00Z"
    answer = account.call("POST", f"/schedules/preview{query}", {"schedule": body})
    assert answer.status_code == 200
    shown = answer.json()["schedule"]
    assert shown["final_schedule"]["rendered_coverage_percentage"] == 100.0
    assert (shown["name"], "id" in shown) == ("Maybe", False)
    account.refused("POST", f"/schedules/preview{query}", {"schedule": {**body, "time_zone": "Mars"}})
    assert account.get("/_sandbox/state") == before


# Against a slow reading that looks at one moment only.

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


_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_CUTS = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 5), st.sampled_from("ab")), max_size=6)


def row(cuts: list[tuple[int, int, str]]) -> list[Span]:
    """Spans one after another: gap, length, user."""
    at, spans = 0, []
    for gap, length, user in cuts:
        at += gap % 4
        spans.append(Span(_MOMENT + timedelta(hours=at), _MOMENT + timedelta(hours=at + length), user))
        at += length
    return spans


@given(_CUTS, _CUTS)
def test_overlaying_is_what_each_hour_says(top: list[tuple[int, int, str]], bottom: list[tuple[int, int, str]]) -> None:
    above, below = row(top), row(bottom)

    def at(spans: list[Span], hour: int) -> str | None:
        moment = _MOMENT + timedelta(hours=hour)
        return next((it.user for it in spans if it.start <= moment < it.end), None)

    result = joined(overlay(above, below))
    hours = [at(result, hour) for hour in range(60)]
    assert hours == [at(above, hour) or at(below, hour) for hour in range(60)]
    assert all(one.end <= two.start for one, two in itertools.pairwise(result))
    until = _MOMENT + timedelta(hours=60)
    assert coverage_percent(result, _MOMENT, until) == round(100 * sum(it is not None for it in hours) / 60, 1)
    assert cut(result, _MOMENT, until) == result
