"""/oncalls: computed from policies and rendered schedules."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.account import Account
from tests.sandbox.world import World, rows


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


def test_includes_and_zone(account: Account, world: World) -> None:
    query = "?include[]=users&include[]=schedules&include[]=escalation_policies&time_zone=America/New_York"
    first: Any = account.get(f"/oncalls{query}")["oncalls"][0]
    assert first["user"]["email"] == world.one["email"]
    assert first["schedule"]["time_zone"] == "Etc/UTC"
    assert first["escalation_policy"]["num_loops"] == 0
    assert first["end"] == "2026-03-09T05:00:00-04:00"
