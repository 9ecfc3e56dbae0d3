"""Tags are read by label where there are fewer labels than objects that need theirs, and else of each object."""

from __future__ import annotations

import pytest

from pdsync.account import Extent, fetch_account
from pdsync.client import RestApiV2Client
from pdsync.model import Resource
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import converge, team

LABELS = ("emea", "tier-1", "apac")


def teams(count: int, labels: int) -> list[Resource]:
    """Teams that each have two of the labels, but for the last, whose list is empty."""
    names = LABELS if labels == len(LABELS) else [f"label {number}" for number in range(labels)]
    tags = [[names[number % labels], names[(number + 1) % labels]] for number in range(count - 1)]
    return [team(f"t{number}", tags=found) for number, found in enumerate([*tags, []])]


@pytest.mark.parametrize(
    ("count", "labels", "requests"),
    [
        pytest.param(12, 3, 1 + 3 + 2, id="few labels, and two of others"),
        pytest.param(10, 12, 1 + 10, id="more labels than teams"),
        pytest.param(4, 3, 4, id="few teams"),
    ],
)
def test_the_tags_are_those_of_each_team(
    client: RestApiV2Client, sandbox: SandboxServer, count: int, labels: int, requests: int
) -> None:
    world = teams(count, labels)
    converge(client, world)
    of_others = client.rpost("teams", json={"team": {"type": "team", "name": "Others"}})
    client.post(f"teams/{of_others['id']}/change_tags", json={"add": [{"type": "tag", "label": "theirs"}]})
    forget(sandbox)
    account = fetch_account(client, Extent(world))
    assert sum("tags" in path for _, path in asked(sandbox)) == requests
    held = {live.name: {child.value["label"] for child in live.children["tags"]} for live in account.objects["team"] if "tags" in live.children}  # fmt: skip
    assert held == {made.key: {item["label"] for item in made.children["tags"]} for made in world}


@pytest.mark.parametrize("status", [402, 403, 404])
def test_where_the_labels_are_refused_each_team_tells_its_own(
    client: RestApiV2Client, sandbox: SandboxServer, status: int
) -> None:
    world = teams(12, 3)
    converge(client, world)
    sandbox.control.set_faults([{"match": {"path": "/tags"}, "action": {"type": "error", "status": status}}])
    account = fetch_account(client, Extent(world))
    held = {live.name: live.children["tags"] for live in account.objects["team"] if "tags" in live.children}
    assert {name: len(tags) for name, tags in held.items()} == {made.key: len(made.children["tags"]) for made in world}
