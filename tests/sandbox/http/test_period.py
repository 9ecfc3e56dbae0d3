"""The parameters since and until."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pdsync.sandbox.http.period import in_period, utc_moment
from pdsync.sandbox.http.problem import Problem
from pdsync.sandbox.store.record import Record
from pdsync.sandbox.store.store import Store
from tests.sandbox.account import Account, layer
from tests.sandbox.calling import call_of
from tests.sandbox.paging.rendered import final, rendered


def test_nothing_is_rendered_without_a_period(account: Account) -> None:
    shown = rendered(account, account.schedule(layer(account.user())), "")
    for part in (*shown["schedule_layers"], shown["final_schedule"], shown["overrides_subschedule"]):
        assert (part["rendered_schedule_entries"], part["rendered_coverage_percentage"]) == ([], None)


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
        ("since=2026-03-03&until=2027-04-02", "longer than 366 days"),
        ("since=soon", "must be a date"),
    ],
)
def test_periods_that_are_none(account: Account, query: str, text: str) -> None:
    path = f"/schedules/{account.schedule(layer(account.user()))['id']}"
    assert text in account.refused("GET", f"{path}?{query}")["errors"][0]


@pytest.mark.parametrize(
    ("text", "is_taken"),
    [
        ("2026-01-02", True),
        ("2026-01-02T08:00:00", True),
        ("2026-01-02T08:00:00Z", True),
        ("2026-01-02T08:00:00+00:00", True),
        ("2026-01-02T08:00:00-0000", True),
        ("2026-01-02 08:00:00 +0000 UTC", True),
        ("2026-01-02T08:00:00+01:00", False),
        ("2026-01-02T08:00:00-0030", False),
        ("2026-01-02 08:00:00 +0200 CEST", False),
    ],
)
def test_where_only_utc_is_taken(text: str, is_taken: bool) -> None:
    store = Store()
    call = call_of(store, args={"since": [text]})
    if is_taken:
        assert utc_moment(call, "since") in (datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 2, 8, tzinfo=UTC))
    else:
        with pytest.raises(Problem, match="Invalid Input"):
            utc_moment(call, "since")
    store.close()


def test_the_end_of_a_period_is_not_part_of_it() -> None:
    record = Record(1, "incident", "P1", None, {"created_at": "2026-01-02T00:00:00Z"})
    first, second = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    assert in_period(record, second, None)
    assert in_period(record, None, None)
    assert not in_period(record, first, second)
