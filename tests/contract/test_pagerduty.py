"""The package `pagerduty` (7.x): another HTTP stack, which refuses plain http, so over TLS with the sandbox's certificate."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any

import pagerduty
import pytest

from pdsync.sandbox import SandboxServer
from tests.contract.conftest import TOKEN


@pytest.fixture
def client(tls_server: SandboxServer) -> Iterator[pagerduty.RestApiV2Client]:
    context = ssl.create_default_context(cafile=str(tls_server.ca_file))
    made = pagerduty.RestApiV2Client(TOKEN, base_url=tls_server.url, default_from="owner@example.com", verify=context)
    made.sleep_timer = made.sleep_timer_base = 0.01
    yield made
    made.close()


def test_lists_entities_and_pages(client: pagerduty.RestApiV2Client, tls_server: SandboxServer) -> None:
    client.default_page_size = 2
    users = client.list_all("users", params={"include[]": ["contact_methods", "notification_rules"]})
    assert len(users) == len(tls_server.control.state()["user"])
    assert all(user["contact_methods"][0]["address"] for user in users)
    assert len([it for it in tls_server.requests() if it["path"] == "/users"]) == -(-len(users) // 2)
    services = client.dict_all("services", by="name")
    assert services
    assert set(services) == {it["name"] for it in tls_server.control.state()["service"]}
    assert client.find("users", users[0]["email"], attribute="email")["id"] == users[0]["id"]


def test_the_life_of_a_service(client: pagerduty.RestApiV2Client) -> None:
    policy = client.list_all("escalation_policies")[0]
    body = {
        "type": "service",
        "name": "Contract",
        "escalation_policy": {"id": policy["id"], "type": "escalation_policy_reference"},
    }
    made = client.rpost("services", json=body)
    assert client.rget(made["self"])["name"] == "Contract"
    assert client.rput(made, json={**made, "description": "Changed"})["description"] == "Changed"
    integration = client.rpost(
        f"services/{made['id']}/integrations", json={"type": "events_api_v2_inbound_integration", "name": "In"}
    )
    assert len(integration["integration_key"]) == 32
    client.rdelete(made)
    with pytest.raises(pagerduty.HttpError) as caught:
        client.rget(f"services/{made['id']}")
    assert caught.value.response.status_code == 404


def test_persist_makes_once_and_then_updates(client: pagerduty.RestApiV2Client) -> None:
    body = {"type": "team", "name": "Persistent", "description": "One"}
    first = client.persist("teams", "name", body)
    second = client.persist("teams", "name", {**body, "description": "Two"}, update=True)
    assert second["id"] == first["id"]
    assert client.rget(f"/teams/{first['id']}")["description"] == "Two"


def test_incidents_and_multi_update(client: pagerduty.RestApiV2Client) -> None:
    service = client.list_all("services")[0]
    body = {"type": "incident", "title": "Fire", "service": {"id": service["id"], "type": "service_reference"}}
    incident = client.rpost("incidents", json=body)
    changed = client.rput(
        "incidents", json=[{"id": incident["id"], "type": "incident_reference", "status": "resolved"}]
    )
    assert changed[0]["status"] == "resolved"
    entries = client.list_all(f"incidents/{incident['id']}/log_entries")
    assert {it["type"] for it in entries} >= {"trigger_log_entry", "resolve_log_entry"}


def test_who_is_on_call(client: pagerduty.RestApiV2Client) -> None:
    found = client.list_all("oncalls", params={"include[]": ["users"]})
    assert found
    assert all("@" in it["user"]["email"] for it in found)


def test_cursor_pages(client: pagerduty.RestApiV2Client) -> None:
    for number in range(5):
        client.rpost("teams", json={"type": "team", "name": f"Audited {number}"})
    records: list[Any] = list(client.iter_cursor("/audit/records", params={"limit": 2}))
    names = [it["root_resource"]["summary"] for it in records]
    assert names[:5] == [f"Audited {number}" for number in (4, 3, 2, 1, 0)]


def test_it_retries_what_the_sandbox_refuses(client: pagerduty.RestApiV2Client, tls_server: SandboxServer) -> None:
    tls_server.control.set_faults([{"match": {"nth": [1, 2]}, "action": {"type": "rate_limit", "retry_after_s": 0}}])
    assert client.list_all("priorities")
    assert [it["status"] for it in tls_server.requests()] == [429, 429, 200]


def test_events(tls_server: SandboxServer, client: pagerduty.RestApiV2Client) -> None:
    service = client.list_all("services")[0]
    integration = client.rpost(
        f"services/{service['id']}/integrations", json={"type": "events_api_v2_inbound_integration"}
    )
    context = ssl.create_default_context(cafile=str(tls_server.ca_file))
    events = pagerduty.EventsApiV2Client(integration["integration_key"], base_url=tls_server.url, verify=context)
    key = events.trigger("Disk full", "db1", severity="critical")
    assert [it["title"] for it in client.list_all("incidents")].count("Disk full") == 1
    events.resolve(key)
    assert client.list_all("incidents", params={"statuses[]": ["triggered"], "date_range": "all"}) == []
    events.close()
