"""/oncalls: computed from policies and rendered schedules."""

from __future__ import annotations

from typing import Any

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


def test_who_is_on_call_now(account: Account, world: World) -> None:
    assert rows(account) == [
        # The layer was made at noon: its start, in the past, became now.
        ("A", 1, world.one["id"], "2026-03-02T12:00:07Z", "2026-03-09T09:00:00Z"),
        ("A", 2, world.boss["id"], None, None),
        ("B", 1, world.one["id"], None, None),
    ]
    account.clock.forward(days=7)
    assert rows(account)[0] == ("A", 1, world.two["id"], "2026-03-09T09:00:00Z", "2026-03-16T09:00:00Z")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?until=2026-03-20T00:00:00Z", 5),
        ("?until=2026-03-20T00:00:00Z&earliest=true", 4),
        ("?since=2026-03-17&until=2026-03-18", 3),
        ("?user_ids[]={boss}", 1),
        ("?escalation_policy_ids[]={other}", 1),
        ("?schedule_ids[]={schedule}", 1),
        ("?schedule_ids[]=null", 2),
        ("?schedule_ids[]={schedule}&schedule_ids[]=null&until=2026-03-12", 4),
        ("?limit=2", 2),
    ],
)
def test_filters(account: Account, world: World, query: str, count: int) -> None:
    ids = {name: thing["id"] for name, thing in vars(world).items()}
    assert len(rows(account, query.format(**ids))) == count


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


def test_includes_and_zone(account: Account, world: World) -> None:
    query = "?include[]=users&include[]=schedules&include[]=escalation_policies&time_zone=America/New_York"
    first: Any = account.get(f"/oncalls{query}")["oncalls"][0]
    assert first["user"]["email"] == world.one["email"]
    assert first["schedule"]["time_zone"] == "Etc/UTC"
    assert first["escalation_policy"]["num_loops"] == 0
    assert first["end"] == "2026-03-09T05:00:00-04:00"


def test_the_future_is_ninety_days(account: Account, world: World) -> None:
    last = [it for it in rows(account, "?until=2027-03-01&limit=100") if it[3] is not None][-1]
    assert str(last[3]) <= "2026-05-31T12:00:07Z" < str(last[4])
    account.refused("GET", "/oncalls?since=2026-03-05&until=2026-03-04")
