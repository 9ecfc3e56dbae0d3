"""What is over leaves nothing behind: a sandbox may run for months."""

from __future__ import annotations

from pdsync.sandbox.http.rate import RateLimiter
from pdsync.sandbox.store.store import Store


def test_objects_that_are_gone_leave_no_trace_in_the_indexes() -> None:
    store = Store()
    for id in ("P1", "P2", "P3"):
        with store.transaction():
            store.put("tag", id, {"user": {"id": "PUSER", "type": "user_reference"}}, parent="PUSER")
        assert [it.id for it in store.children("tag", "PUSER")] == [id]
        assert store.is_mentioned("tag", "PUSER")
        store.referrers("tag", id)  # nor do questions
        with store.transaction():
            store.delete(id)
    assert not store.is_mentioned("tag", "PUSER")
    assert (dict(store._children), dict(store._referrers)) == ({}, {})
    store.close()


def test_tokens_of_the_past_are_forgotten_and_those_of_this_minute_are_not() -> None:
    now = [0.0]
    limiter = RateLimiter(2, lambda: now[0])
    for minute in range(10):
        now[0] = 60.0 * minute
        for number in range(1_500):
            assert limiter.take(f"{minute}-{number}").remaining == 1
    assert len(limiter._windows) <= 3_000
    assert [limiter.take("9-0").granted for _ in range(2)] == [True, False]
