"""Incidents, from the alert to the end."""

from __future__ import annotations

from typing import Any

from tests.support.pagerduty_mcp import PagerDutyMcp


def open_incidents(mcp: PagerDutyMcp) -> None:
    checkout, cart = (mcp.row("service", name=name)["id"] for name in ("Checkout", "Cart"))
    fire = {
        "title": "Payments fail",
        "service": {"id": checkout},
        "urgency": "high",
        "body": {"details": "All of them"},
    }
    made = mcp("create_incident", incident=fire)
    assert made["status"] == mcp.row("incident", id=made["id"])["status"] == "triggered"
    mcp("create_incident", incident={"title": "Cart is empty", "service": {"id": cart}, "urgency": "low"})
    assert {it["title"] for it in mcp("list_incidents")} == {"Payments fail", "Cart is empty"}
    chosen = mcp("list_incidents", statuses=["triggered"], urgencies=["low"], limit=5)
    assert [it["title"] for it in chosen] == ["Cart is empty"]
    assert mcp("list_incidents", request_scope="assigned") == []
    assert mcp("get_incident", incident_id=made["id"])["service"]["id"] == checkout
    included = mcp("get_incident", incident_id=made["id"], query_model={"include": ["assignees", "acknowledgers"]})
    assert [it["assignee"]["summary"] for it in included["assignments"]] == ["Iris Lane"]


def work_on_incident(mcp: PagerDutyMcp) -> None:
    fire, jon = mcp.row("incident", title="Payments fail")["id"], mcp.row("user", name="Jon Lane")["id"]

    def now() -> dict[str, Any]:
        return dict(mcp.get(f"/incidents/{fire}")["incident"])

    def manage(**change: Any) -> Any:
        [changed] = mcp("manage_incidents", manage_request={"incident_ids": [fire], **change})
        return changed

    assert manage(status="acknowledged")["status"] == now()["status"] == "acknowledged"
    manage(urgency="low")
    assert now()["urgency"] == "low"
    manage(assignement={"id": jon})  # its own spelling
    assert [it["assignee"]["id"] for it in now()["assignments"]] == [jon]
    manage(escalation_level=1)
    assert [it["assignee"]["summary"] for it in now()["assignments"]] == ["Iris Lane"]
    mcp("add_note_to_incident", incident_id=fire, note="Looking")
    assert [it["content"] for it in mcp("list_incident_notes", incident_id=fire)] == ["Looking"]
    assert [it["content"] for it in mcp.get(f"/incidents/{fire}/notes")["notes"]] == ["Looking"]
    target = {"responder_request_target": {"id": jon, "type": "user_reference"}}
    asked = mcp("add_responders", incident_id=fire, request={"message": "Help", "responder_request_targets": [target]})
    assert asked["message"] == "Help"
    assert [it["user"]["id"] for it in now()["incidents_responders"]] == [jon]


def changes(mcp: PagerDutyMcp) -> None:
    checkout = mcp.row("service", name="Checkout")["id"]
    integration = {"type": "events_api_v2_inbound_integration", "name": "Monitoring"}
    made = mcp.set_up(f"/services/{checkout}/integrations", {"integration": integration})["integration"]
    payload = {"summary": "Deployed 1.2", "source": "ci"}
    mcp.set_up("/v2/change/enqueue", {"routing_key": made["integration_key"], "payload": payload})
    [change] = mcp("list_change_events", limit=5)
    assert change["summary"] == "Deployed 1.2"
    assert mcp("get_change_event", change_event_id=change["id"])["source"] == "ci"
    assert [it["id"] for it in mcp("list_service_change_events", service_id=checkout)] == [change["id"]]


def alerts(mcp: PagerDutyMcp) -> None:
    """What was changed just before is related."""
    key = mcp.row("integration", name="Monitoring")["integration_key"]
    payload = {"summary": "Disk full", "source": "db1", "severity": "critical"}
    event = {"routing_key": key, "event_action": "trigger", "dedup_key": "disk", "payload": payload}
    mcp.set_up("/v2/enqueue", event)
    [incident] = [it["id"] for it in mcp("list_incidents", limit=10) if it["title"] == "Disk full"]
    [alert] = mcp("list_alerts_from_incident", incident_id=incident)
    assert alert["id"] == mcp.row("alert", alert_key="disk")["id"]
    assert mcp("get_alert_from_incident", incident_id=incident, alert_id=alert["id"])["severity"] == "critical"
    related = mcp("list_incident_change_events", incident_id=incident)
    assert [it["summary"] for it in related] == ["Deployed 1.2"]


def resolving(mcp: PagerDutyMcp) -> None:
    fire, disk = (mcp.row("incident", title=title)["id"] for title in ("Payments fail", "Disk full"))
    mcp("manage_incidents", manage_request={"incident_ids": [fire, disk], "status": "resolved"})
    assert {it["status"] for it in mcp.rows("incident") if it["id"] in (fire, disk)} == {"resolved"}
    again = mcp(
        "create_incident",
        incident={"title": "Payments fail", "service": {"id": mcp.row("service", name="Checkout")["id"]}},
    )
    past = mcp("get_past_incidents", incident_id=again["id"], query_model={"limit": 5})
    assert past["past_incidents"][0]["incident"]["id"] == fire
    outlier = mcp("get_outlier_incident", incident_id=again["id"], query_model={})
    assert outlier["outlier_incident"]["incident"]["id"] == again["id"]
    related = mcp("get_related_incidents", incident_id=again["id"], query_model={})
    assert [it["incident"]["title"] for it in related["related_incidents"]] == ["Cart is empty"]
    assert "404" in mcp.refused("get_incident", incident_id="PNONE00")
