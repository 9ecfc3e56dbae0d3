"""Events become alerts and incidents; the same key is the same problem while it is open."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.account import Account, ref
from tests.sandbox.monitor import PAYLOAD, Monitor


def test_the_life_of_a_problem(monitor: Monitor) -> None:
    assert (monitor.shown()["status"], monitor.shown()["last_incident_timestamp"]) == ("active", None)
    key = monitor.sent("trigger")
    assert monitor.sent("trigger", key) == key
    [incident] = monitor.incidents()
    assert (incident["title"], incident["status"], incident["incident_key"]) == ("Disk is full", "triggered", None)
    [alert] = monitor.alerts(incident)
    assert (alert["alert_key"], alert["status"], alert["severity"]) == (key, "triggered", "critical")
    assert alert["integration"]["id"] == monitor.integration["id"]
    assert monitor.shown()["status"] == "critical"
    assert monitor.shown()["last_incident_timestamp"] == incident["created_at"]
    monitor.sent("acknowledge", key)
    assert monitor.incidents()[0]["status"] == "acknowledged"
    assert monitor.shown()["status"] == "warning"
    monitor.sent("resolve", key)
    [incident] = monitor.incidents()
    assert (incident["status"], incident["assignments"]) == ("resolved", [])
    assert incident["alert_counts"] == {"all": 1, "triggered": 0, "resolved": 1}
    assert monitor.shown()["status"] == "active"
    assert monitor.sent("trigger", key) == key
    assert [it["status"] for it in monitor.incidents()] == ["resolved", "triggered"]


def test_keys_are_made_when_absent_and_never_the_same(monitor: Monitor) -> None:
    assert monitor.sent("trigger") != monitor.sent("trigger")
    assert len(monitor.incidents()) == 2


def test_a_disabled_service_and_a_policy_without_anyone_drop_events(account: Account) -> None:
    disabled = Monitor(account)
    account.put(f"/services/{disabled.service['id']}", "service", {"status": "disabled"})
    no_one = Monitor(account, escalation_policy=ref(account.policy(account.schedule())))
    for monitor in (disabled, no_one):
        monitor.sent("trigger")
        assert monitor.incidents() == []


def test_a_service_without_alerts_keys_its_incidents(account: Account) -> None:
    monitor = Monitor(account, alert_creation="create_incidents")
    monitor.sent("trigger", "k")
    monitor.sent("trigger", "k")
    [incident] = monitor.incidents()
    assert (incident["incident_key"], monitor.alerts(incident)) == ("k", [])
    monitor.sent("resolve", "k")
    assert monitor.incidents()[0]["status"] == "resolved"


@pytest.mark.parametrize(
    ("event", "errors"),
    [
        (
            {"routing_key": "e+23rschqsESqk9Q6_-g", "event_action": "resolve", "dedup_key": "x"},
            [
                "Length of 'routing_key' is incorrect (should be 32 characters)",
                "'routing_key' cannot contain non-alphanumeric characters.",
            ],
        ),
        ({"routing_key": 32 * "0", "event_action": "resolve", "dedup_key": "x"}, ["Invalid routing key"]),
        ({"routing_key": None, "event_action": "resolve", "dedup_key": "x"}, ["'routing_key' is missing or blank"]),
        ({"payload": PAYLOAD}, ["'event_action' is missing or blank"]),
        ({"event_action": "resolve"}, ["'dedup_key' is required for resolve events"]),
        ({"event_action": "trigger"}, ["'payload' is missing or blank"]),
        (
            {"event_action": "trigger", "payload": {"summary": " "}},
            [f"'payload.{name}' is missing or blank" for name in ("summary", "source", "severity")],
        ),
    ],
)
def test_refused_events(monitor: Monitor, event: dict[str, Any], errors: list[str]) -> None:
    answer = monitor.send(**event)
    assert answer.status_code == 400
    assert answer.json() == {"status": "invalid event", "message": "Event object is invalid", "errors": errors}
    assert monitor.incidents() == []


def test_a_body_that_is_not_json(account: Account) -> None:
    answer = account.session.post(account.server.url + "/v2/enqueue", data=b"{", timeout=30)
    assert (answer.status_code, answer.json()["status"]) == (400, "Unrecognized object")


def test_events_have_at_most_512_kilobytes(monitor: Monitor) -> None:
    base = len(json.dumps({"routing_key": 32 * "0", "event_action": "trigger", "payload": {**PAYLOAD, "group": ""}}))
    for size, status in ((512 * 1024, 202), (512 * 1024 + 1, 413)):
        answer = monitor.send(event_action="trigger", payload={**PAYLOAD, "group": (size - base) * "x"})
        assert len(answer.request.body or "") == size
        assert answer.status_code == status, answer.text


def test_change_events_make_no_incident(monitor: Monitor) -> None:
    answer = monitor.send("/v2/change/enqueue", payload={"summary": "Deployed", "source": "ci"})
    assert (answer.status_code, answer.json()["status"]) == (202, "success")
    assert monitor.incidents() == []
    [change] = monitor.account.get("/_sandbox/state")["change_event"]
    assert (change["summary"], change["parent"]) == ("Deployed", monitor.service["id"])
    assert monitor.send("/v2/change/enqueue", payload={}).status_code == 400
