"""Incident workflows, triggers, actions and templates are read whole, in pages and by name, as any other collection."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer

from .sandbox_account import API_KEY

_TRIGGERS, _ACTIONS = "incident_workflows/triggers", "incident_workflows/actions"


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as it:
        yield it


@pytest.fixture(scope="module")
def client(server: SandboxServer) -> Iterator[RestApiV2Client]:
    with RestApiV2Client(API_KEY, base_url=server.url) as client:
        for number in range(5):
            workflow = client.rpost("incident_workflows", json={"name": f"Workflow {number}"})
            manual = {"trigger_type": "manual", "workflow": {"id": workflow["id"]}}
            client.rpost(_TRIGGERS, json=manual)
            client.rpost("templates", json={"name": f"Template {number}"})
        yield client


@pytest.mark.parametrize("path", [_TRIGGERS, _ACTIONS, "incident_workflows", "templates"])
def test_each_way_to_read_a_listing_gives_the_same(client: RestApiV2Client, path: str) -> None:
    items = client.list_all(path)
    assert len(items) >= 5
    assert list(client.iter_all(path, page_size=2)) == items
    assert client.list_all(path, page_size=2, complete=True) == items
    assert client.dict_all(path) == {it["id"]: it for it in items}


@pytest.mark.parametrize("path", [_TRIGGERS, _ACTIONS])
def test_a_listing_by_cursor_is_read_page_by_page(server: SandboxServer, client: RestApiV2Client, path: str) -> None:
    seen = len(server.requests())
    items = list(client.iter_cursor(path, page_size=2))
    asked = [it["query"] for it in server.requests()[seen:]]
    assert len(asked) == -(-len(items) // 2)
    assert [("cursor=" in query) for query in asked] == [False, *[True] * (len(asked) - 1)]


def test_an_item_is_found_by_any_attribute(client: RestApiV2Client) -> None:
    trigger = client.list_all(_TRIGGERS)[-1]
    assert client.find(_TRIGGERS, trigger["workflow_name"], "workflow_name") == trigger
    assert client.find(_TRIGGERS, None, where=lambda it: it["id"] == trigger["id"], unique=True) == trigger
    id = "pagerduty.com:zoom:create-zoom-meeting:1"
    action = client.find(_ACTIONS, id, "id")
    assert action == client.rget(f"{_ACTIONS}/{id}")
    for path, name in (("incident_workflows", "Workflow 3"), ("templates", "Template 3")):
        found = client.find(path, name.upper())
        assert found is not None
        assert found["name"] == name


def test_a_trigger_and_a_template_are_changed_and_deleted(client: RestApiV2Client) -> None:
    workflow = client.find("incident_workflows", "Workflow 0")
    assert workflow is not None
    trigger = client.rpost(_TRIGGERS, json={"trigger_type": "conditional", "workflow": workflow, "condition": ""})
    path = f"{_TRIGGERS}/{trigger['id']}"
    assert client.rput(path, json={"condition": "x"})["condition"] == "x"
    client.rdelete(path)
    assert client.get(path).status_code == 404
    template = client.rpost("templates", json={"name": "New"})
    assert client.rput(template, json={"name": "Newer"})["name"] == "Newer"
    assert client.rget("templates/fields")
    client.rdelete(template)
    client.rdelete(workflow)
    assert client.find("incident_workflows", "Workflow 0") is None
