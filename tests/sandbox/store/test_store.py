"""Objects in memory and in SQLite: all of a write or none of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from pdsync.sandbox.store.store import Store
from tests.sandbox.account import Account, ref


def test_a_refused_write_changes_nothing(account: Account) -> None:
    team, user = account.team(), account.user()
    policy = account.policy(user)
    before = account.get("/_sandbox/state")
    body = {"name": "Renamed", "teams": [ref(team)], "num_loops": 99}
    account.refused("PUT", f"/escalation_policies/{policy['id']}", {"escalation_policy": body})
    account.refused("POST", f"/users/{user['id']}/contact_methods", {"contact_method": {"type": "nonsense"}})
    account.refused("DELETE", f"/users/{user['id']}")
    assert account.get("/_sandbox/state") == before


def test_threads_do_not_lose_writes(account: Account) -> None:
    team = account.team()

    def add(number: int) -> str:
        body = {"user": {"type": "user", "name": "Same Name", "email": f"thread{number}@example.com"}}
        answer = account.call("POST", "/users", body)
        id = str(answer.json()["user"]["id"])
        assert account.call("PUT", f"/teams/{team['id']}/users/{id}").status_code == 204
        return id

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(add, range(40)))
    members = account.get(f"/teams/{team['id']}/members?limit=100")["members"]
    assert sorted(it["user"]["id"] for it in members) == sorted(ids)
    assert len(set(ids)) == 40


def test_of_two_equal_creations_one_wins(account: Account) -> None:
    body = {"team": {"type": "team", "name": "Only one"}}
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(lambda _: account.call("POST", "/teams", body).status_code, range(8)))
    assert statuses == [201] + 7 * [400]


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
