from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.account import NOON, Account
from tests.sandbox.shifts import custom_shift, event_body, member, override, rotation, shift_schedule

_QUERY = "since=2026-03-03T00:00:00Z&until=2026-03-05T00:00:00Z"


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


@pytest.fixture(scope="module")
def people(account: Account) -> list[Any]:
    return [account.user() for _ in range(2)]


@pytest.fixture
def place(account: Account, people: list[Any]) -> Iterator[str]:
    """A rotation in which the first of the people has a shift from nine to five on every day."""
    account.clock.moment = NOON
    it = rotation(account, shift_schedule(account))
    account.post(f"{it}/events", "event", event_body(people[0]))
    yield it
    assert account.server.control.breaks() == []


def _schedule(place: str) -> str:
    return place.partition("/rotations")[0]


def _body(place: str, people: list[Any], **fields: Any) -> dict[str, Any]:
    ana, ben = people
    return {
        "type": "override_shift",
        "rotation_id": place.rpartition("/")[2],
        "start_time": "2026-03-03T09:00:00Z",
        "end_time": "2026-03-03T10:00:00Z",
        "overridden_member": member(ana),
        "overriding_member": member(ben),
        **fields,
    }


def test_overrides_are_made_read_changed_and_deleted(account: Account, people: list[Any], place: str) -> None:
    path = f"{_schedule(place)}/overrides"
    bodies = [_body(place, people), _body(place, people, overriding_member=member(None))]
    one, other = account.post(path, "overrides", bodies)
    assert {name: one[name] for name in bodies[0]} == bodies[0]
    assert one["self"].endswith(f"{path}/{one['id']}")
    assert account.get(f"{path}/{one['id']}")["override"] == one
    listed = account.get(f"{path}?{_QUERY}&time_zone=UTC")
    assert (listed["overrides"], listed["limit"], listed["more"]) == ([one, other], 25, False)

    change = {"end_time": "2026-03-03T11:00:00Z", "overriding_member": member(people[0])}
    assert account.put(f"{path}/{one['id']}", "override", change) == {**one, **change}
    account.delete(f"{path}/{one['id']}")
    account.refused("GET", f"{path}/{one['id']}", status=404)


def test_lists_have_the_zone_of_the_schedule_and_end_where_the_period_does(
    account: Account, people: list[Any], place: str
) -> None:
    schedule = _schedule(place)
    override(account, schedule, place, "2026-03-03T10:00", "2026-03-03T12:00", *people)
    override(account, schedule, place, "2026-03-09T10:00", "2026-03-09T12:00", *people)
    period = "since=2026-03-03T11:00:00%2B01:00&until=2026-03-04T11:00:00%2B01:00"
    for query, start in ((period, "11"), (f"{period}&overflow=true", "10")):
        [shown] = account.get(f"{schedule}/overrides?{query}")["overrides"]
        times = (f"2026-03-03T{start}:00:00+01:00", "2026-03-03T12:00:00+01:00")
        assert (shown["start_time"], shown["end_time"]) == times
    for query in ("", "?since=2026-03-03", "?since=2026-03-04&until=2026-03-03"):
        account.refused("GET", f"{schedule}/overrides{query}")


def test_an_override_that_has_begun_can_end(account: Account, people: list[Any], place: str) -> None:
    schedule = _schedule(place)
    made = [override(account, schedule, place, "2026-03-03T10:00", "2026-03-03T12:00", *people) for _ in range(2)]
    paths = [f"{schedule}/overrides/{it['id']}" for it in made]
    account.clock.forward(hours=21, minutes=30)  # 10:30 of the next day in Berlin
    error = account.refused("PUT", paths[0], {"override": {"start_time": "2026-03-03T09:15:00Z"}})
    assert list(error["errors"]) == ["override.start_time"]
    account.put(paths[0], "override", {"end_time": "2026-03-03T10:30:00Z"})
    account.delete(paths[1])
    assert account.get(paths[1])["override"]["end_time"] == "2026-03-03T09:30:07Z"
    account.clock.forward(days=1)
    for method, body in (("PUT", {"override": {}}), ("DELETE", None)):
        account.refused(method, paths[0], body)


def test_all_are_made_or_none(account: Account, people: list[Any], place: str) -> None:
    path = f"{_schedule(place)}/overrides"
    bodies = [_body(place, people), _body(place, people, end_time="2026-03-03T09:00:00Z")]
    error = account.refused("POST", path, {"overrides": bodies})
    assert list(error["errors"]) == ["overrides[1].end_time"]
    assert account.get(f"{path}?{_QUERY}")["overrides"] == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"type": "override"}, ".type"),
        ({"rotation_id": None}, ""),
        ({"custom_shift_id": "PUNKNOWN"}, ""),
        ({"rotation_id": "PUNKNOWN"}, ".rotation_id"),
        ({"start_time": "soon"}, ".start_time"),
        ({"start_time": "2026-03-01T09:00:00Z", "end_time": "2026-03-01T10:00:00Z"}, ".end_time"),
        ({"overridden_member": None}, ".overridden_member"),
        ({"overriding_member": {"type": "user_member", "user_id": "PUNKNOWN"}}, ".overriding_member"),
    ],
)
def test_what_is_wrong_is_refused_by_its_path(
    account: Account, people: list[Any], place: str, fields: dict[str, Any], field: str
) -> None:
    error = account.refused("POST", f"{_schedule(place)}/overrides", {"overrides": [_body(place, people, **fields)]})
    assert list(error["errors"]) == [f"overrides[0]{field}"]


def test_only_a_list_that_is_not_empty_is_taken(account: Account, place: str) -> None:
    for body in ({}, {"overrides": []}, {"overrides": {}}, {"overrides": ["x"]}):
        assert list(account.refused("POST", f"{_schedule(place)}/overrides", body)["errors"]) == ["overrides"]


def test_overrides_go_with_what_they_are_of(account: Account, people: list[Any], place: str) -> None:
    ana, ben = people
    schedule = _schedule(place)
    shift = custom_shift(account, schedule, "2026-03-04T10:00", "2026-03-04T12:00", ana)
    of_shift = override(account, schedule, shift, "2026-03-04T10:00", "2026-03-04T12:00", ana, ben)
    past = override(account, schedule, place, "2026-03-02T13:00", "2026-03-02T14:00", ana, ben)
    running = override(account, schedule, place, "2026-03-02T13:00", "2026-03-03T17:00", ana, ben)
    coming = override(account, schedule, place, "2026-03-05T09:00", "2026-03-05T17:00", ana, ben)
    account.clock.forward(hours=2)
    account.delete(place)
    account.delete(f"{schedule}/custom_shifts/{shift['id']}")
    for gone in (of_shift, coming):
        account.refused("GET", f"{schedule}/overrides/{gone['id']}", status=404)
    assert account.get(f"{schedule}/overrides/{past['id']}")["override"] == past
    ended = account.get(f"{schedule}/overrides/{running['id']}")["override"]
    assert ended == {**running, "end_time": "2026-03-02T14:00:07Z"}
    account.refused("POST", f"{schedule}/overrides", {"overrides": [_body(place, people)]})
