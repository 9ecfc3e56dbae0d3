"""Alerts that are resolved, moved and merged."""

from __future__ import annotations

from pdsync.sandbox.api.alert import alert_routes
from tests.sandbox.account import Account
from tests.sandbox.monitor import Monitor


def test_an_incident_ends_with_its_last_alert(account: Account, monitor: Monitor) -> None:
    monitor.sent("trigger", "a")
    [incident] = monitor.incidents()
    [alert] = monitor.alerts(incident)
    path = f"/incidents/{incident['id']}/alerts/{alert['id']}"
    done = account.put(path, "alert", {"type": "alert", "status": "resolved"})
    assert (done["status"], done["resolved_at"]) == ("resolved", "2026-03-02T12:00:07Z")
    assert account.get(f"/incidents/{incident['id']}")["incident"]["status"] == "resolved"
    account.refused("PUT", path, {"alert": {"status": "triggered"}})
    account.refused("PUT", path, {"alert": {"status": "acknowledged"}})
    account.refused("PUT", f"/incidents/{incident['id']}/alerts/P0", {"alert": {"status": "resolved"}}, 404)


def test_alerts_move_and_events_follow_them(account: Account, monitor: Monitor) -> None:
    for key in ("a", "b"):
        monitor.sent("trigger", key)
    first, second = monitor.incidents()
    [alert] = monitor.alerts(first)
    body = {
        "alerts": [{"id": alert["id"], "type": "alert", "incident": {"id": second["id"], "type": "incident_reference"}}]
    }
    answer = account.call("PUT", f"/incidents/{first['id']}/alerts", body)
    assert answer.status_code == 200, answer.text
    assert [it["incident"]["id"] for it in answer.json()["alerts"]] == [second["id"]]
    assert monitor.alerts(first) == []
    assert {it["alert_key"] for it in monitor.alerts(second)} == {"a", "b"}
    monitor.sent("resolve", "b")
    assert account.get(f"/incidents/{second['id']}")["incident"]["status"] == "triggered"
    monitor.sent("resolve", "a")
    assert account.get(f"/incidents/{second['id']}")["incident"]["status"] == "resolved"
    assert account.server.control.breaks() == []


def test_many_alerts_are_changed_all_or_none(account: Account, monitor: Monitor) -> None:
    monitor.sent("trigger", "a")
    [incident] = monitor.incidents()
    [alert] = monitor.alerts(incident)
    path, one = f"/incidents/{incident['id']}/alerts", {"id": alert["id"], "status": "resolved"}
    before = account.get("/_sandbox/state")
    account.refused("PUT", path, {"alerts": [one, {**one, "id": "P0"}]})
    account.refused("PUT", path, {"alerts": []})
    account.refused("PUT", path, {"alerts": 251 * [one]}, 413)
    assert account.get("/_sandbox/state") == before


def test_merging(account: Account, monitor: Monitor) -> None:
    for key in ("a", "b", "c"):
        monitor.sent("trigger", key)
    target, *sources = monitor.incidents()
    body = {"source_incidents": [{"id": it["id"], "type": "incident_reference"} for it in sources]}
    path = f"/incidents/{target['id']}/merge"
    before = account.get("/_sandbox/state")
    account.refused("PUT", path, {"source_incidents": [*body["source_incidents"], {"id": target["id"]}]})
    account.refused("PUT", path, {"source_incidents": [{"id": "P0"}]})
    assert account.get("/_sandbox/state") == before
    answer = account.call("PUT", path, body)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["incident"]["id"], answer.json()["incident"]["type"]) == (target["id"], "incident_reference")
    assert len(monitor.alerts(target)) == 3
    assert [it["status"] for it in monitor.incidents()] == ["triggered", "resolved", "resolved"]
    account.refused("PUT", f"/incidents/{sources[0]['id']}/merge", {"source_incidents": [{"id": target["id"]}]})
    assert account.server.control.breaks() == []


def test_unknown_ids_are_not_found(account: Account) -> None:
    account.check_unknown_ids(alert_routes())
