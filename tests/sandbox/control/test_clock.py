"""Time that is moved from outside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pdsync.sandbox.control.clock import FURTHEST_S, Clock
from tests.sandbox.account import NOON, Account, layer, ref


def on_call(account: Account, schedule: dict[str, Any]) -> list[str]:
    now = account.get("/_sandbox/clock")["now"]
    asked = {"schedule_ids[]": schedule["id"], "since": now, "until": now}
    answer = account.call("GET", "/oncalls", params=asked)
    return [it["user"]["id"] for it in answer.json()["oncalls"]]


def test_a_week_later_the_next_one_is_on_call_and_the_window_is_over(account: Account) -> None:
    one, two = account.user(), account.user()
    schedule = account.schedule(layer(one, two))
    service = account.service(escalation_policy=ref(account.policy(schedule)))
    window = {"start_time": "2026-03-02T00:00:00Z", "end_time": "2026-03-03T00:00:00Z", "services": [ref(service)]}
    account.post("/maintenance_windows", "maintenance_window", {"type": "maintenance_window", **window})
    path = f"/services/{service['id']}"
    assert (on_call(account, schedule), account.get(path)["service"]["status"]) == ([one["id"]], "maintenance")
    moved = account.call("POST", "/_sandbox/clock", {"advance_s": 7 * 86_400})
    assert moved.json() == {"now": "2026-03-09T12:00:07+00:00", "ahead_s": 604_800}
    assert (on_call(account, schedule), account.get(path)["service"]["status"]) == ([two["id"]], "active")
    account.server.control.advance(0.5)
    assert account.call("DELETE", "/_sandbox/clock").status_code == 204
    assert account.get("/_sandbox/clock") == {"now": NOON.isoformat(), "ahead_s": 0}


@pytest.mark.parametrize("seconds", [-1, "60", None, True, 1e300, [], 631_000_000])
def test_what_is_no_span_moves_nothing(account: Account, seconds: Any) -> None:
    account.refused("POST", "/_sandbox/clock", {"advance_s": seconds})
    account.refused("POST", "/_sandbox/clock", [seconds])
    with pytest.raises(ValueError, match="seconds must be"):
        account.server.control.advance(seconds)
    assert account.get("/_sandbox/clock")["ahead_s"] == 0


def test_the_furthest_moment_can_be_lived_in(account: Account) -> None:
    schedule = account.schedule(layer(account.user()))
    account.policy(schedule)
    account.server.control.advance(20 * 365 * 86_400)
    account.refused("POST", "/_sandbox/clock", {"advance_s": 1})
    assert len(on_call(account, schedule)) == 1
    assert account.call("GET", "/").status_code == 200


def test_a_clock_goes_forward_only_and_not_beyond_its_bound() -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    clock = Clock(lambda: begin)
    clock.advance(FURTHEST_S)
    for seconds in (-1, 1, True, "1"):
        with pytest.raises(ValueError, match="seconds"):
            clock.advance(seconds)  # type: ignore[arg-type]
    assert clock.now() - begin == timedelta(seconds=clock.ahead_s) == timedelta(seconds=FURTHEST_S)
    clock.reset()
    assert clock.now() == begin
