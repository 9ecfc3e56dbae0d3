"""The package `pdpyras`, which came before `pagerduty` and is still in many scripts. It speaks plain http."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from pdsync.sandbox import SandboxServer
from tests.contract.conftest import TOKEN

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says that it is deprecated
    import pdpyras


@pytest.fixture
def session(server: SandboxServer) -> Iterator[Any]:
    made = pdpyras.APISession(TOKEN, default_from="owner@example.com")
    made.url = server.url
    made.sleep_timer = 0.01
    yield made
    made.close()


def test_lists_and_pages(session: Any, server: SandboxServer) -> None:
    session.default_page_size = 2
    users = list(session.iter_all("users"))
    assert len({user["id"] for user in users}) == len(server.control.state()["user"])
    assert session.find("services", session.list_all("services")[0]["name"])["type"] == "service"
    assert session.subdomain == "pdsync-sandbox"
    assert session.api_key_access == "user"


def test_the_life_of_a_team_and_its_members(session: Any) -> None:
    team = session.rpost("teams", json={"name": "Contract", "type": "team"})
    user = session.list_all("users")[1]
    session.put(f"/teams/{team['id']}/users/{user['id']}", json={"role": "responder"})
    assert [it["user"]["id"] for it in session.list_all(f"/teams/{team['id']}/members")] == [user["id"]]
    session.rput(team["self"], json={**team, "name": "Renamed"})
    assert session.jget(f"/teams/{team['id']}")["team"]["name"] == "Renamed"
    session.rdelete(f"/teams/{team['id']}")
    with pytest.raises(pdpyras.PDClientError) as caught:
        session.rget(f"/teams/{team['id']}")
    assert caught.value.response.json()["error"] == {"message": "Team Not Found", "code": 6001}


def test_user_children_and_overrides(session: Any) -> None:
    user = session.list_all("users")[1]
    method = session.rpost(
        f"/users/{user['id']}/contact_methods",
        json={"type": "phone_contact_method", "address": "5551234", "label": "Work"},
    )
    rule = session.rpost(
        f"/users/{user['id']}/notification_rules",
        json={
            "type": "assignment_notification_rule",
            "urgency": "high",
            "start_delay_in_minutes": 10,
            "contact_method": {"id": method["id"], "type": "phone_contact_method_reference"},
        },
    )
    assert session.rget(f"/users/{user['id']}/notification_rules/{rule['id']}")["start_delay_in_minutes"] == 10
    schedule = session.list_all("schedules")[0]
    override = {
        "start": "2030-01-01T00:00:00Z",
        "end": "2030-01-02T00:00:00Z",
        "user": {"id": user["id"], "type": "user_reference"},
    }
    [made] = session.post(f"/schedules/{schedule['id']}/overrides", json={"overrides": [override]}).json()
    assert made["status"] == 201
    query = {"since": "2030-01-01T00:00:00Z", "until": "2030-01-02T00:00:00Z"}
    shown = session.rget(f"/schedules/{schedule['id']}", params=query)
    entries = shown["final_schedule"]["rendered_schedule_entries"]
    assert [it["user"]["id"] for it in entries] == [user["id"]]
    assert shown["final_schedule"]["rendered_coverage_percentage"] == 100.0


# Its timestamps come from datetime.utcnow, which warns from Python 3.12 on.
@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning:pdpyras")
def test_events_and_changes(session: Any, server: SandboxServer) -> None:
    service = session.list_all("services")[0]
    path = f"/services/{service['id']}/integrations"
    integration = session.rpost(path, json={"type": "events_api_v2_inbound_integration", "name": "In"})
    events = pdpyras.EventsAPISession(integration["integration_key"])
    events.url = server.url
    key = events.trigger("Disk full", "db1")
    events.acknowledge(key)
    assert [it["status"] for it in session.list_all("incidents") if it["title"] == "Disk full"] == ["acknowledged"]
    events.resolve(key)
    changes = pdpyras.ChangeEventsAPISession(integration["integration_key"])
    changes.url = server.url
    changes.submit("Deployed")
    assert [it["summary"] for it in server.control.state()["change_event"]] == ["Deployed"]
    events.close()
    changes.close()
