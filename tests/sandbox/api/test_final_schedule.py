"""What the final schedule of a shift-based schedule says, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.account import NOON, Account
from tests.sandbox.shifts import (
    berlin,
    custom_shift,
    event_body,
    every,
    final,
    final_shifts,
    override,
    rotating,
    rotation,
    shift_schedule,
)


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


@pytest.fixture(scope="module")
def people(account: Account) -> list[Any]:
    return [account.user() for _ in range(3)]


@pytest.fixture
def schedule(account: Account) -> str:
    account.clock.moment = NOON
    account.server.control.set_account({"account": 1})
    return shift_schedule(account)


def _event(account: Account, schedule: str, *users: Any, **fields: Any) -> str:
    place = rotation(account, schedule)
    account.post(f"{place}/events", "event", event_body(*users, **fields))
    return place


def test_members_take_turns_in_order(account: Account, schedule: str, people: list[Any]) -> None:
    ana, ben, _ = people
    _event(account, schedule, ana, ben, None, recurrence=["RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR"])
    assert final(account, schedule, "2026-03-02", "2026-03-10") == [
        ("03-02 13:00", "03-02 17:00", ana["id"]),  # the event is effective from now on
        ("03-03 09:00", "03-03 17:00", ben["id"]),
        ("03-04 09:00", "03-04 17:00", None),
        ("03-05 09:00", "03-05 17:00", ana["id"]),
        ("03-06 09:00", "03-06 17:00", ben["id"]),
        ("03-09 09:00", "03-09 17:00", None),
    ]


def test_a_member_has_several_shifts_in_a_row(account: Account, schedule: str, people: list[Any]) -> None:
    """The example of PagerDuty's blog: three days on call, and no weekends."""
    ana, ben, cleo = people
    strategy = rotating(ana, ben, cleo, shifts_per_member=3)
    _event(account, schedule, recurrence=["RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR"], assignment_strategy=strategy)
    users = [user for _, _, user in final(account, schedule, "2026-03-02", "2026-03-13")]
    assert users == [it["id"] for it in (ana, ana, ana, ben, ben, ben, cleo, cleo, cleo)]


def test_turns_go_on_from_the_first_shift(account: Account, schedule: str, people: list[Any]) -> None:
    ana, ben, cleo = people
    body = {"start_time": berlin("2026-02-01T09:00:00"), "end_time": berlin("2026-02-01T17:00:00")}
    _event(account, schedule, ana, ben, cleo, **body)
    # 1 February is a first turn, 30 days before 3 March.
    assert final(account, schedule, "2026-03-03", "2026-03-04") == [("03-03 09:00", "03-03 17:00", ana["id"])]


def test_every_member_is_on_call_at_once(account: Account, schedule: str, people: list[Any]) -> None:
    ana, ben, _ = people
    _event(account, schedule, assignment_strategy=every(ana, None, ben))
    shown = final(account, schedule, "2026-03-03", "2026-03-04")
    assert [user for _, _, user in shown] == [ana["id"], None, ben["id"]]


def test_shifts_stay_at_their_time_of_day_when_the_clocks_change(
    account: Account, schedule: str, people: list[Any]
) -> None:
    """In Berlin they go forward on 29 March, when the night has an hour less."""
    nights = {"start_time": berlin("2026-03-02T22:00:00"), "end_time": berlin("2026-03-03T06:00:00")}
    _event(account, schedule, people[0], **nights)
    query = "include[]=final_schedule&since=2026-03-28T12:00:00Z&until=2026-03-30T12:00:00Z&time_zone=UTC"
    shifts = account.get(f"{schedule}?{query}")["schedule"]["final_schedule"]["computed_shift_assignments"]
    assert [(it["start_time"], it["end_time"]) for it in shifts] == [
        ("2026-03-28T21:00:00Z", "2026-03-29T04:00:00Z"),
        ("2026-03-29T20:00:00Z", "2026-03-30T04:00:00Z"),
    ]


def test_shifts_end_with_their_event_and_the_next_one_goes_on(
    account: Account, schedule: str, people: list[Any]
) -> None:
    ana, ben, _ = people
    hand_off = "2026-03-04T12:00:00Z"
    place = _event(account, schedule, ana, effective_until=hand_off)
    account.post(f"{place}/events", "event", event_body(ben, effective_since=hand_off))
    assert final(account, schedule, "2026-03-04", "2026-03-05") == [
        ("03-04 09:00", "03-04 13:00", ana["id"]),
        ("03-04 13:00", "03-04 17:00", ben["id"]),
    ]


def test_shifts_are_cut_at_the_period_unless_overflow_is_asked_for(
    account: Account, schedule: str, people: list[Any]
) -> None:
    [ana, *_] = people
    _event(account, schedule, ana)
    period = ("2026-03-03T10:00:00+01:00", "2026-03-03T12:00:00+01:00")
    assert final(account, schedule, *period) == [("03-03 10:00", "03-03 12:00", ana["id"])]
    assert final(account, schedule, *period, overflow="true") == [("03-03 09:00", "03-03 17:00", ana["id"])]


def test_an_override_replaces_one_member_of_one_rotation(account: Account, schedule: str, people: list[Any]) -> None:
    ana, ben, cleo = people
    place = _event(account, schedule, assignment_strategy=every(ana, ben))
    other = _event(account, schedule, ana)
    made = override(account, schedule, place, "2026-03-03T10:00", "2026-03-03T12:00", ana, cleo)
    shown = final_shifts(account, schedule, "2026-03-03", "2026-03-04")
    by_source = {(it["source"]["type"], it["source"]["rotation_id"]) for it in shown}
    ids = {name: path.rpartition("/")[2] for name, path in (("place", place), ("other", other))}
    assert by_source == {
        ("schedule_rotation", ids["place"]),
        ("schedule_rotation", ids["other"]),
        ("schedule_rotation_override", ids["place"]),
    }
    assert [it["source"]["override_id"] for it in shown if "override_id" in it["source"]] == [made["id"]]
    assert sorted(final(account, schedule, "2026-03-03", "2026-03-04")) == sorted(
        [
            ("03-03 09:00", "03-03 10:00", ana["id"]),
            ("03-03 10:00", "03-03 12:00", cleo["id"]),
            ("03-03 12:00", "03-03 17:00", ana["id"]),
            ("03-03 09:00", "03-03 17:00", ben["id"]),
            ("03-03 09:00", "03-03 17:00", ana["id"]),
        ]
    )


def test_the_last_override_wins(account: Account, schedule: str, people: list[Any]) -> None:
    """It may relieve who has the shift by the first one, or who had it before."""
    ana, ben, cleo = people
    place = _event(account, schedule, ana)
    override(account, schedule, place, "2026-03-03T10:00", "2026-03-03T12:00", ana, ben)
    override(account, schedule, place, "2026-03-03T10:30", "2026-03-03T11:00", ben, cleo)
    override(account, schedule, place, "2026-03-03T11:30", "2026-03-03T12:00", ana, None)
    assert [(start[6:], user) for start, _, user in final(account, schedule, "2026-03-03", "2026-03-04")] == [
        ("09:00", ana["id"]),
        ("10:00", ben["id"]),
        ("10:30", cleo["id"]),
        ("11:00", ben["id"]),
        ("11:30", None),
        ("12:00", ana["id"]),
    ]


def test_an_override_of_a_member_without_a_shift_has_no_effect(
    account: Account, schedule: str, people: list[Any]
) -> None:
    ana, ben, cleo = people
    place = _event(account, schedule, ana)
    before = final(account, schedule, "2026-03-03", "2026-03-04")
    override(account, schedule, place, "2026-03-03T10:00", "2026-03-03T12:00", ben, cleo)
    assert final(account, schedule, "2026-03-03", "2026-03-04") == before


def test_a_custom_shift_is_next_to_the_rotations_and_can_be_overridden(
    account: Account, schedule: str, people: list[Any]
) -> None:
    ana, ben, cleo = people
    _event(account, schedule, ana)
    shift = custom_shift(account, schedule, "2026-03-03T16:00", "2026-03-03T20:00", ben)
    override(account, schedule, shift, "2026-03-03T18:00", "2026-03-03T20:00", ben, cleo)
    shown = final_shifts(account, schedule, "2026-03-03", "2026-03-04")
    assert [it["source"].get("shift_id") for it in shown] == [None, shift["id"], shift["id"]]
    assert [it["source"]["type"] for it in shown] == ["schedule_rotation", "custom_shift", "custom_shift_override"]
    assert final(account, schedule, "2026-03-03", "2026-03-04") == [
        ("03-03 09:00", "03-03 17:00", ana["id"]),
        ("03-03 16:00", "03-03 18:00", ben["id"]),
        ("03-03 18:00", "03-03 20:00", cleo["id"]),
    ]


def test_coverage_counts_each_minute_once_and_no_empty_member(
    account: Account, schedule: str, people: list[Any]
) -> None:
    ana, ben, _ = people
    _event(account, schedule, assignment_strategy=every(ana, ben))
    custom_shift(account, schedule, "2026-03-03T15:00", "2026-03-03T21:00", ana)
    custom_shift(account, schedule, "2026-03-03T21:00", "2026-03-04T00:00", None)
    query = "include[]=final_schedule&since=2026-03-03T00:00:00%2B01:00&until=2026-03-04T00:00:00%2B01:00"
    assert account.get(f"{schedule}?{query}")["schedule"]["final_schedule"]["rendered_coverage_percentage"] == 50


def test_a_deleted_rotation_keeps_the_shifts_that_were(account: Account, schedule: str, people: list[Any]) -> None:
    [ana, *_] = people
    place = _event(account, schedule, ana)
    account.clock.forward(days=1)
    account.delete(place)
    assert final(account, schedule, "2026-03-02", "2026-03-10") == [
        ("03-02 13:00", "03-02 17:00", ana["id"]),
        ("03-03 09:00", "03-03 13:00", ana["id"]),
    ]


def test_the_final_schedule_needs_both_ends_of_a_period(account: Account, schedule: str, people: list[Any]) -> None:
    _event(account, schedule, people[0])
    whole = "include[]=final_schedule&since=2026-03-03T00:00:00Z&until=2026-03-04T00:00:00Z"
    assert "final_schedule" in account.get(f"{schedule}?{whole}")["schedule"]
    for query in (whole.removeprefix("include[]=final_schedule&"), whole.partition("&until")[0]):
        assert "final_schedule" not in account.get(f"{schedule}?{query}")["schedule"]
    account.refused("GET", f"{schedule}?{whole.replace('04T', '02T')}")


def test_users_are_there_where_they_are_asked_for(account: Account, schedule: str, people: list[Any]) -> None:
    ana, ben, _ = people
    _event(account, schedule, ana, None, ben, ana)
    assert "users" not in account.get(schedule)["schedule"]
    users = account.get(f"{schedule}?include[]=users")["schedule"]["users"]
    assert [(it["id"], it["type"]) for it in users] == [(it["id"], "user_reference") for it in (ana, ben)]
