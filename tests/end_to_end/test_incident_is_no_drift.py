"""An incident moves its service's status and timestamp. A reconciler must not see that as a change."""

from __future__ import annotations

import pytest
import requests

from pdsync.apply import apply_plan
from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.support.world import TOKEN, converge, plan_for, policy, service, user


@pytest.mark.empty_account
def test_an_incident_is_no_drift_and_no_conflict(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    people = [user("ana"), policy("first", {"user": "ana"})]
    converge(client, [*people, service("shop", "first")])
    wanted = [*people, service("shop", "first", auto_resolve_timeout=600)]
    reviewed = plan_for(client, wanted)
    headers = {"Authorization": f"Token token={TOKEN}"}
    before = requests.get(f"{sandbox.url}/services", headers=headers, timeout=30).json()["services"][0]
    body = {"incident": {"type": "incident", "title": "Fire", "service": {"id": before["id"]}}}
    assert requests.post(f"{sandbox.url}/incidents", json=body, headers=headers, timeout=30).status_code == 201
    after = requests.get(f"{sandbox.url}/services", headers=headers, timeout=30).json()["services"][0]
    assert (before["status"], after["status"]) == ("active", "critical")
    assert before["last_incident_timestamp"] != after["last_incident_timestamp"]
    assert not plan_for(client, [*people, service("shop", "first")]).changes
    assert apply_plan(reviewed, client).exit_code == 0
    assert not plan_for(client, wanted).changes
