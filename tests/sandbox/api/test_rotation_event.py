from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.account import NOON, Account
from tests.sandbox.shifts import berlin, event_body, member, rotating, rotation, shift_schedule

_NOW, _TOMORROW, _LATER = "2026-03-02T12:00:07Z", "2026-03-03T12:00:00Z", "2026-03-09T12:00:00Z"


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


@pytest.fixture(scope="module")
def user(account: Account) -> Any:
    return account.user()


@pytest.fixture
def events(account: Account) -> Iterator[str]:
    """The path of the events of a new rotation, at the same moment for each test."""
    account.clock.moment = NOON
    account.server.control.set_account({"account": 1})
    yield f"{rotation(account, shift_schedule(account))}/events"
    assert account.server.control.breaks() == []


def test_an_event_is_made_read_changed_and_deleted(account: Account, user: Any, events: str) -> None:
    body = event_body(user, None, effective_since=_TOMORROW)
    one = account.post(events, "event", body)
    path = f"{events}/{one['id']}"
    assert one["type"] == "schedule_event"
    assert one["self"].endswith(path)
    # Moments are answered in UTC.
    times = {name: berlin(f"2026-03-02T{hour}:00:00Z") for name, hour in (("start_time", "08"), ("end_time", "16"))}
    assert {name: one[name] for name in body} == {**body, **times}
    assert account.get(path)["event"] == account.get(events)["events"][0] == one
    assert account.get(events.removesuffix("/events"))["rotation"]["events"] == [one]
    schedule = account.get(events.partition("/rotations")[0])["schedule"]
    assert schedule["rotations"][0]["events"] == [one]

    changed = {"name": "Other", "recurrence": ["RRULE:FREQ=WEEKLY", "EXDATE:20260309T090000"]}
    assert account.put(path, "event", changed) == {**one, **changed}
    account.delete(path)
    account.refused("GET", path, status=404)


def test_events_are_listed_by_the_moment_when_they_become_effective(account: Account, user: Any, events: str) -> None:
    late = account.post(events, "event", event_body(user, effective_since=_LATER))
    soon = account.post(events, "event", event_body(user, effective_since=_TOMORROW, effective_until=_LATER))
    assert [it["id"] for it in account.get(events)["events"]] == [soon["id"], late["id"]]


def test_a_past_effective_since_becomes_now(account: Account, user: Any, events: str) -> None:
    assert account.post(events, "event", event_body(user))["effective_since"] == _NOW


def test_of_an_effective_event_only_its_end_changes(account: Account, user: Any, events: str) -> None:
    one = account.post(events, "event", event_body(user))
    path = f"{events}/{one['id']}"
    account.clock.forward(hours=1)
    for name, value in (
        ("name", "Other"),
        ("effective_since", _TOMORROW),
        ("recurrence", ["RRULE:FREQ=WEEKLY"]),
        ("assignment_strategy", rotating(None)),
    ):
        assert list(account.refused("PUT", path, {"event": {name: value}})["errors"]) == [f"event.{name}"]
    # What it has already may be sent along.
    ended = account.put(path, "event", {**one, "effective_until": _TOMORROW})
    assert ended == {**one, "effective_until": _TOMORROW}
    assert account.put(path, "event", {"effective_until": None}) == one
    account.refused("PUT", path, {"event": {"effective_until": "2026-03-02T12:30:00Z"}})


def test_an_event_begins_and_ends_as_the_clock_moves(account: Account, user: Any, events: str) -> None:
    body = event_body(user, effective_since=_TOMORROW, effective_until=_LATER)
    path = f"{events}/{account.post(events, 'event', body)['id']}"
    account.put(path, "event", {"name": "To come"})
    account.clock.forward(days=2)
    account.refused("PUT", path, {"event": {"name": "Begun"}})
    account.put(path, "event", {"effective_until": _LATER})
    account.clock.forward(days=30)
    for change in ({"name": "Over"}, {"effective_until": None}, {}):
        assert list(account.refused("PUT", path, {"event": change})["errors"]) == ["event"]
    account.refused("DELETE", path)


def test_a_cut_event_can_be_followed_at_once(account: Account, user: Any, events: str) -> None:
    """An event without an end leaves no room for another one until it is cut."""
    one = account.post(events, "event", event_body(user))
    following = event_body(user, name="Following", effective_since=_TOMORROW)
    assert list(account.refused("POST", events, {"event": following})["errors"]) == ["event.effective_since"]
    account.put(f"{events}/{one['id']}", "event", {"effective_until": _TOMORROW})
    two = account.post(events, "event", following)
    error = account.refused("PUT", f"{events}/{one['id']}", {"event": {"effective_until": None}})
    assert list(error["errors"]) == ["event.effective_until"]
    account.put(f"{events}/{two['id']}", "event", {"effective_since": _LATER})
    account.put(f"{events}/{one['id']}", "event", {"effective_until": _LATER})


def test_a_rotation_has_at_most_five_events_that_are_not_over(account: Account, user: Any, events: str) -> None:
    for day in range(2, 7):
        moments = {"effective_since": f"2026-03-0{day}T12:00:08Z", "effective_until": f"2026-03-0{day + 1}T12:00:08Z"}
        account.post(events, "event", event_body(user, **moments))
    following = {"event": event_body(user, effective_since=_LATER)}
    assert list(account.refused("POST", events, following)["errors"]) == ["event"]
    account.clock.forward(days=1, minutes=1)
    account.post(events, "event", following["event"])
    assert len(account.get(events)["events"]) == 6


def test_the_end_of_an_effective_event_that_is_deleted_is_now(account: Account, user: Any, events: str) -> None:
    path = f"{events}/{account.post(events, 'event', event_body(user))['id']}"
    account.clock.forward(hours=1)
    account.delete(path)
    assert account.get(path)["event"]["effective_until"] == "2026-03-02T13:00:07Z"


def test_utc_gets_another_name(account: Account, user: Any, events: str) -> None:
    times = {
        name: {"date_time": f"2026-03-02T{hour}:00:00Z", "time_zone": "UTC"}
        for name, hour in (("start_time", "09"), ("end_time", "17"))
    }
    one = account.post(events, "event", event_body(user, **times))
    assert one["start_time"] == {"date_time": "2026-03-02T09:00:00Z", "time_zone": "Etc/UTC"}


def test_a_time_without_an_offset_is_local(account: Account, user: Any, events: str) -> None:
    body = event_body(user, start_time=berlin("2026-07-06T09:00:00"), end_time=berlin("2026-07-06T17:00:00"))
    assert account.post(events, "event", body)["start_time"] == berlin("2026-07-06T07:00:00Z")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("name", None),
        ("name", ""),
        ("name", "x" * 256),
        ("start_time", None),
        ("start_time.date_time", "soon"),
        ("start_time.date_time", 7),
        ("start_time.time_zone", "Mars/Base"),
        ("start_time.time_zone", None),
        ("end_time", berlin("2026-03-02T08:00:00Z")),
        ("end_time.time_zone", "Europe/Paris"),
        ("effective_since", None),
        ("effective_since", "2027-03-02T12:00:08Z"),
        ("effective_until", "2026-03-02T12:00:07Z"),
        ("recurrence", []),
        ("recurrence", ["RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"]),
        ("recurrence", ["EXDATE:20260302T090000Z"]),
        ("recurrence", ["RRULE:FREQ=YEARLY"]),
        ("assignment_strategy", "rotating"),
        ("assignment_strategy.type", "fair"),
        ("assignment_strategy.shifts_per_member", 0),
        ("assignment_strategy.shifts_per_member", None),
        ("assignment_strategy.members", []),
        ("assignment_strategy.members", [member(None)] * 21),
        ("assignment_strategy.members", [{"type": "user_member", "user_id": "PUNKNOWN"}]),
        ("assignment_strategy.members", [{"type": "user_member"}]),
        ("assignment_strategy.members", [{"type": "team_member"}]),
    ],
)
def test_what_is_wrong_is_refused_by_its_path(
    account: Account, user: Any, events: str, path: str, value: object
) -> None:
    body = event_body(user)
    name, _, inner = path.partition(".")
    body[name] = {**body[name], inner: value} if inner else value
    assert list(account.refused("POST", events, {"event": body})["errors"]) == [f"event.{path}"]


def test_the_last_moment_to_become_effective_is_in_twelve_months(account: Account, user: Any, events: str) -> None:
    account.post(events, "event", event_body(user, effective_since="2027-03-02T12:00:07Z"))


def test_every_member_needs_no_number_of_shifts(account: Account, user: Any, events: str) -> None:
    strategy = {"type": "every_member_assignment_strategy", "members": [member(user)], "shifts_per_member": "x"}
    one = account.post(events, "event", event_body(assignment_strategy=strategy))
    assert one["assignment_strategy"] == {key: strategy[key] for key in ("type", "members")}


def test_a_put_with_everything_can_end_an_event_under_each_reading(account: Account, user: Any, events: str) -> None:
    """So a client that does not know the answer sends the event as it is, with another end."""
    for readings in (
        {},
        {"fixed_of_active_event": "ignored"},
        {"partial_event_put": "refused"},
        {"first_shift_with_offset": "wall_clock"},
    ):
        account.server.control.set_account({"account": 1, "readings": readings})
        place = f"{rotation(account, events.partition('/rotations')[0])}/events"
        one = account.post(place, "event", event_body(user))
        account.clock.forward(minutes=1)
        ended = account.put(f"{place}/{one['id']}", "event", {**one, "effective_until": _LATER})
        assert ended == {**one, "effective_until": _LATER}
