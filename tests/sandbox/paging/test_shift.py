"""From when to when a user would be paged."""

from __future__ import annotations

from pdsync.sandbox.paging.shift import OnCall, on_calls
from pdsync.sandbox.store.store import Store
from tests.sandbox.account import Account, layer, ref
from tests.sandbox.calling import MONDAY, call_of, put_paged_user
from tests.sandbox.world import World, rows


def test_someone_who_never_goes_off_call_has_no_end(account: Account) -> None:
    user = account.user()
    account.policy(account.schedule(layer(user)))
    assert [row[4] for row in rows(account)] == [None]


def test_an_override_is_on_call(account: Account, world: World) -> None:
    body = {"start": "2026-03-02T11:00:00Z", "end": "2026-03-02T15:00:00Z", "user": ref(world.two)}
    account.call("POST", f"/schedules/{world.schedule['id']}/overrides", {"overrides": [body]})
    assert rows(account)[0] == ("A", 1, world.two["id"], "2026-03-02T11:00:00Z", "2026-03-02T15:00:00Z")
    service = account.service(escalation_policy=ref(world.policy))
    incident = account.post("/incidents", "incident", {"type": "incident", "title": "Fire", "service": ref(service)})
    assert [it["assignee"]["id"] for it in incident["assignments"]] == [world.two["id"]]


def test_the_future_is_ninety_days(account: Account, world: World) -> None:
    last = [it for it in rows(account, "?until=2027-03-01&limit=100") if it[3] is not None][-1]
    assert str(last[3]) <= "2026-05-31T12:00:07Z" < str(last[4])
    account.refused("GET", "/oncalls?since=2026-03-05&until=2026-03-04")


def test_a_user_who_is_a_target_is_always_on_call() -> None:
    store = Store()
    put_paged_user(store)
    policies = store.all("escalation_policy")
    [found] = on_calls(call_of(store), MONDAY, MONDAY, policies)
    assert found == OnCall(policies[0], 1, store.all("user")[0], None, None, None)
    store.close()
