"""From when to when a user would be paged."""

from __future__ import annotations

import pytest

from tests.sandbox.account import Account, layer, ref


class World:
    def __init__(self, account: Account) -> None:
        self.one, self.two, self.boss = (account.user() for _ in range(3))
        self.schedule = account.schedule(layer(self.one, self.two))
        rules = [
            {"escalation_delay_in_minutes": 5, "targets": [ref(self.schedule)]},
            {"escalation_delay_in_minutes": 5, "targets": [ref(self.boss)]},
        ]
        self.policy = account.policy(escalation_rules=rules, name="A")
        self.other = account.policy(self.one, name="B")


@pytest.fixture
def world(account: Account) -> World:
    return World(account)


def rows(account: Account, query: str = "") -> list[tuple[str, int, str, str | None, str | None]]:
    found = account.get(f"/oncalls{query}")["oncalls"]
    return [
        (it["escalation_policy"]["summary"], it["escalation_level"], it["user"]["id"], it["start"], it["end"])
        for it in found
    ]


def test_somebody_who_never_goes_off_call_has_no_end(account: Account) -> None:
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
