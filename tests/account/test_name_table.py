"""Tags are read by label where there are fewer labels than objects that need theirs, and else of each object."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from pdsync.account import Extent, fetch_account
from pdsync.account.name_table import NameTables
from pdsync.client import RestApiV2Client
from pdsync.model import ByName, Resource
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


class Crowded:
    """A client of an account whose labels each have many pages of holders."""

    def __init__(self) -> None:
        self.pages = 0

    def list_all(self, path: str, *, complete: bool, on_page: Callable[[list[Any]], None] | None = None) -> list[Any]:
        assert complete
        if path == "tags":
            return [{"id": f"T{number}", "label": f"label {number}"} for number in range(3)]
        for _ in range(40):
            self.pages += 1
            if on_page is not None:
                on_page([{"id": "someone else"}])
        return []


def test_labels_that_many_others_have_cost_no_more_pages_than_there_are_objects_to_ask() -> None:
    client, parents = Crowded(), [f"P{number}" for number in range(12)]
    by_name = ByName("change", "tag", names="tags", holders="tags/{id}/teams")
    with ThreadPoolExecutor(1) as pages:
        found = NameTables().read(cast("RestApiV2Client", client), pages, by_name, parents)
    assert found is None, "each is asked for its own"
    assert client.pages <= len(parents) + 3


@pytest.mark.parametrize("path", ["/tags", "/tags/*/teams"])
@pytest.mark.parametrize("status", [402, 403, 404])
def test_where_the_labels_are_refused_each_team_tells_its_own(
    client: RestApiV2Client, sandbox: SandboxServer, status: int, path: str
) -> None:
    world = teams(12, 3)
    converge(client, world)
    sandbox.control.set_faults([{"match": {"path": path}, "action": {"type": "error", "status": status}}])
    account = fetch_account(client, Extent(world))
    held = {live.name: live.children["tags"] for live in account.objects["team"] if "tags" in live.children}
    assert {name: len(tags) for name, tags in held.items()} == {made.key: len(made.children["tags"]) for made in world}
