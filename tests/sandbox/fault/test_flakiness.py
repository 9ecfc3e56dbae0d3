from __future__ import annotations

import pytest

from pdsync.sandbox import SandboxServer
from pdsync.sandbox.fault.flakiness import Flakiness
from tests.sandbox.account import USER_TOKEN, Account


def test_refusals_come_before_processing_with_headers() -> None:
    with Account(flaky_429=0.5, flaky_seed=1) as account:
        statuses = []
        for number in range(40):
            answer = account.call("POST", "/teams", {"team": {"name": f"Team {number}"}})
            statuses.append(answer.status_code)
            if answer.status_code == 429:
                assert answer.json()["error"]["code"] == 2020
                assert answer.headers["Retry-After"] == answer.headers["ratelimit-reset"] == "1"
                assert answer.headers["ratelimit-remaining"] == "0"
        made = account.server._store.all("team")  # type: ignore[union-attr]
        assert len(made) == statuses.count(201)
        assert 5 < statuses.count(429) < 35
        headers = {"Authorization": f"Bearer {USER_TOKEN}"}
        while (left := account.session.get(account.server.url + "/users", headers=headers)).status_code == 429:
            pass
        assert int(left.headers["ratelimit-remaining"]) == 100_000 - statuses.count(201) - 1  # refusals cost nothing
    with Account(flaky_429=0.5, flaky_seed=1) as account:
        again = [account.call("POST", "/teams", {"team": {"name": f"Team {n}"}}).status_code for n in range(40)]
        assert again == statuses


def test_events_are_refused_too_and_seeds_are_not() -> None:
    with Account(flaky_429=1.0, seed="example") as account:
        answer = account.session.post(account.server.url + "/v2/enqueue", json={}, timeout=30)
        assert (answer.status_code, answer.json()["status"]) == (429, "throttle exceeded")
        assert account.get("/_sandbox/state")["user"]


def test_it_is_a_probability() -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        SandboxServer(flaky_429=2)


def test_it_is_calm_until_it_begins() -> None:
    flakiness = Flakiness(1.0, seed=1)
    assert not flakiness.strikes()
    flakiness.begin()
    assert flakiness.strikes()
