"""Objects that a create may have made are found by their line, many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from pdsync.apply.finder import Finder
from pdsync.apply.wire import Wire
from pdsync.client import RestApiV2Client
from pdsync.kinds import BY_SLUG
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import converge, plan_for, team


def test_changes_that_look_together_each_find_their_own(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    wanted = [team(f"t{n}", name=f"Team {n}") for n in range(5)]
    plan = plan_for(client, wanted)
    converge(client, wanted[:3])
    client.rpost("teams", json={"type": "team", "name": "Team 3"})
    finder = Finder(Wire(client, lambda seconds: None, lambda event: None), plan.includes)
    forget(sandbox)
    with ThreadPoolExecutor(5) as pool:
        found = dict(
            zip(
                [change.name for change in plan.changes],
                pool.map(lambda change: finder.find(change, whole=True), plan.changes),
                strict=True,
            )
        )
    assert {name: len(what.ours) for name, what in found.items()} == {
        **{f"Team {n}": 1 for n in range(3)},
        "Team 3": 0,
        "Team 4": 0,
    }
    assert [name for name, what in found.items() if what.same_name] == ["Team 3"]
    assert all(what.ours[0].name == name for name, what in found.items() if what.ours)
    assert len(asked(sandbox)) <= 5


def test_a_collection_without_query_is_read_whole(
    client: RestApiV2Client, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_for(client, [team("red")])
    converge(client, [team("red")])
    listing = BY_SLUG["team"].source
    without = replace(BY_SLUG["team"], source=replace(listing, has_query=False))
    monkeypatch.setattr("pdsync.apply.finder.BY_SLUG", {**BY_SLUG, "team": without})
    queries: list[str] = []
    client.hooks["response"].append(lambda response, **options: queries.append(response.request.url or ""))
    finder = Finder(Wire(client, lambda seconds: None, lambda event: None), plan.includes)
    found = finder.find(plan.changes[0])
    assert [live.name for live in found.ours] == ["red"]
    assert queries
    assert not [url for url in queries if "query=" in url]
