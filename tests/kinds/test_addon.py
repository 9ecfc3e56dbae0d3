"""Add-ons: found by name and type, changed in place, and deleted by a tombstone alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.plan import Operation
from pdsync.sandbox import SandboxServer
from tests.kinds.unmarked_world import UnmarkedWorld, begin
from tests.support.world import TOKEN

SRC = "https://intranet.example.com/status"


def manifest(key: str = "status", lifecycle: str = "", **spec: str) -> str:
    fields = {"name": "Status page", "type": "full_page_addon", "src": SRC, **spec}
    lines = ["apiVersion: pdsync/v1", "kind: Addon", f"metadata: {{name: {key}}}"]
    lines += [f"lifecycle: {{{lifecycle}}}"] if lifecycle else []
    return "\n".join([*lines, "spec:", *(f"  {name}: {value}" for name, value in fields.items())]) + "\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(seed="none") as server:
        yield server


@pytest.fixture
def world(sandbox: SandboxServer, tmp_path: Path) -> Iterator[UnmarkedWorld]:
    with RestApiV2Client(TOKEN, base_url=sandbox.url, retry_ambiguous_posts=False) as client:
        yield begin(sandbox, client, tmp_path, "addons")


def live(world: UnmarkedWorld) -> dict[str, Any]:
    (row,) = world.client.list_all("addons")
    return {name: row[name] for name in ("name", "type", "src")}


def test_it_is_made_changed_and_deleted(world: UnmarkedWorld) -> None:
    world.write(manifest())
    assert world.apply() == [("addon/status", Operation.CREATE)]
    assert live(world) == {"name": "Status page", "type": "full_page_addon_reference", "src": SRC}
    world.write(manifest(src="https://other.example.com"))
    assert world.apply() == [("addon/status", Operation.UPDATE)]
    assert live(world)["src"] == "https://other.example.com"
    world.write(manifest("other", name="Other"))
    assert [change.address for change in world.plan(prune=True).changes] == ["addon/other"]
    world.write(manifest(lifecycle="absent: true"))
    assert any("add 'adopt: true'" in text for text in world.blockers())
    world.write(manifest(lifecycle="absent: true, adopt: true"))
    assert world.apply() == [("addon/status", Operation.DELETE)]
    assert world.client.list_all("addons") == []


def test_one_that_a_person_made_is_managed_by_naming_it(world: UnmarkedWorld) -> None:
    body = {"type": "incident_show_addon", "name": "Maps", "src": "https://maps.example.com"}
    made = world.client.rpost("addons", json=body)
    world.write(manifest("maps", name="Maps", type="incident_show_addon"))
    ((address, operation),) = world.apply()
    assert (address, operation) == ("addon/maps", Operation.UPDATE)
    assert world.client.rget(f"addons/{made['id']}")["src"] == SRC


def test_another_type_is_another_addon(world: UnmarkedWorld) -> None:
    """PagerDuty does not change the type of one, and a second one of that name is made only where a person says so."""
    world.write(manifest())
    world.apply()
    (made,) = world.client.list_all("addons")
    world.write(manifest(type="incident_show_addon"))
    found = world.blockers()
    assert len(found) == 1, found
    (text,) = found
    assert f"distinct_from: [{made['id']}]" in text
    world.write(manifest(type="incident_show_addon", lifecycle=f"distinct_from: [{made['id']}]"))
    assert world.apply() == [("addon/status", Operation.CREATE)]
    assert len(world.client.list_all("addons")) == 2


def test_two_of_one_name_and_type_are_a_problem(world: UnmarkedWorld) -> None:
    ids = [world.client.rpost("addons", json={"type": "full_page_addon", "name": "Status page", "src": SRC})["id"]]
    ids += [world.client.rpost("addons", json={"type": "full_page_addon", "name": "Status page", "src": SRC})["id"]]
    world.write(manifest())
    found = world.blockers()
    assert len(found) == 1, found
    (text,) = found
    assert all(identity in text for identity in ids)
    assert "metadata.id" in text


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("src", "http://intranet.example.com", "https://"),
        ("type", "page", "full_page_addon"),
        ("name", "x" * 101, "100"),
        ("services", "[shop]", "services"),
    ],
)
def test_what_is_wrong_is_said(world: UnmarkedWorld, field: str, value: str, says: str) -> None:
    world.write(manifest(**{field: value}))
    ((line, message, hint),) = world.problems()
    assert line > 3
    assert says in message + hint


def test_an_export_is_a_plan_without_changes(world: UnmarkedWorld) -> None:
    world.client.rpost("addons", json={"type": "incident_show_addon", "name": "Maps", "src": SRC})
    files = world.exported()
    (text,) = [text for name, text in files.items() if "addon" in name]
    world.write(text)
    assert not world.plan().changes
