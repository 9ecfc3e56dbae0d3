"""The budget of requests of each token."""

from __future__ import annotations

from pdsync.sandbox.http.rate import RateLimiter
from tests.sandbox.account import TOKEN, USER_TOKEN, Account


def test_rate_limit() -> None:
    with Account(rate_limit_per_minute=3) as account:
        seen = [account.call("GET", "/abilities", token=TOKEN) for _ in range(4)]
        assert [it.status_code for it in seen] == [200, 200, 200, 429]
        assert [it.headers["ratelimit-remaining"] for it in seen] == ["2", "1", "0", "0"]
        assert {it.headers["ratelimit-limit"] for it in seen} == {"3"}
        assert seen[3].headers["ratelimit-reset"] == seen[3].headers["Retry-After"] == "60"
        assert (seen[3].json()["error"]["message"], seen[3].json()["error"]["code"]) == ("Rate Limit Exceeded", 2020)
        assert account.call("GET", "/abilities", token=USER_TOKEN).status_code == 200  # a budget of its own
        account.clock.forward(seconds=59)
        assert account.call("GET", "/abilities", token=TOKEN).headers["ratelimit-reset"] == "1"
        account.clock.forward(seconds=1)
        assert account.call("GET", "/abilities", token=TOKEN).status_code == 200


def test_tokens_of_the_past_are_forgotten_and_those_of_this_minute_are_not() -> None:
    now = [0.0]
    limiter = RateLimiter(2, lambda: now[0])
    for minute in range(10):
        now[0] = 60.0 * minute
        for number in range(1_500):
            assert limiter.take(f"{minute}-{number}").remaining == 1
    assert len(limiter._windows) <= 3_000
    assert [limiter.take("9-0").granted for _ in range(2)] == [True, False]


def test_updates_of_incidents_have_a_budget_of_their_own() -> None:
    with Account(rate_limit_per_minute=4) as account:  # half of it, as 500 are of 960
        codes = [account.call("PUT", "/incidents", {}).status_code for _ in range(3)]
        assert codes == [400, 400, 429]
        assert account.call("GET", "/users/me").status_code == 200
