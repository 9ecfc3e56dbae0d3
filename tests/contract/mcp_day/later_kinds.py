"""Event orchestrations, webhooks, workflows and status pages."""

from __future__ import annotations

from tests.support.pagerduty_mcp import PagerDutyMcp


def orchestrations(mcp: PagerDutyMcp) -> None:
    """The tools make rules of the router, and read the rest."""
    checkout, cart = (mcp.row("service", name=name)["id"] for name in ("Checkout", "Cart"))
    team = {"id": mcp.row("team", name="Payments")["id"], "type": "team_reference"}
    body = {"orchestration": {"name": "Routing", "description": "By name", "team": team}}
    routing = mcp.set_up("/event_orchestrations", body)["orchestration"]["id"]
    assert [it["id"] for it in mcp("list_event_orchestrations", sort_by="name:desc")] == [routing]
    assert mcp("get_event_orchestration", orchestration_id=routing)["name"] == "Routing"
    unrouted = {"actions": {"route_to": "unrouted"}}
    rule = {
        "label": "Payments",
        "conditions": [{"expression": "event.summary matches part 'payment'"}],
        "actions": {"route_to": checkout},
    }
    path = {"sets": [{"id": "start", "rules": [{"id": "one", **rule}]}], "catch_all": unrouted}
    mcp("update_event_orchestration_router", orchestration_id=routing, router_update={"orchestration_path": path})
    second = {**rule, "label": "Baskets", "actions": {"route_to": cart}}
    mcp("append_event_orchestration_router_rule", orchestration_id=routing, new_rule=second)
    stored = mcp.get(f"/event_orchestrations/{routing}/router")["orchestration_path"]["sets"][0]["rules"]
    assert [(it["label"], it["actions"]["route_to"]) for it in stored] == [("Payments", checkout), ("Baskets", cart)]
    shown = mcp("get_event_orchestration_router", orchestration_id=routing)["orchestration_path"]
    assert [it["id"] for it in shown["sets"][0]["rules"]] == [it["id"] for it in stored]
    assert mcp("get_event_orchestration_global", orchestration_id=routing)["orchestration_path"]["type"] == "global"
    of_service = mcp("get_event_orchestration_service", service_id=checkout)["orchestration_path"]
    assert of_service["parent"]["id"] == checkout


def webhooks(mcp: PagerDutyMcp) -> None:
    data = {
        "delivery_method": {"type": "http_delivery_method", "url": "https://hooks.example.com"},
        "events": ["incident.triggered"],
        "filter": {"type": "service_reference", "id": mcp.row("service", name="Checkout")["id"]},
        "description": "To the chat",
    }
    made = mcp("create_webhook_subscription", webhook_data=data)
    assert made["delivery_method"]["secret"]
    changed = mcp(
        "update_webhook_subscription", subscription_id=made["id"], webhook_data={"events": ["incident.resolved"]}
    )
    assert changed["events"] == mcp.row("webhook_subscription", id=made["id"])["events"] == ["incident.resolved"]
    shown = mcp("get_webhook_subscription", subscription_id=made["id"])
    assert shown["description"] == "To the chat"
    assert not shown["delivery_method"].get("secret")
    assert [it["id"] for it in mcp("list_webhook_subscriptions")] == [made["id"]]
    mcp("delete_webhook_subscription", subscription_id=made["id"])
    assert mcp.rows("webhook_subscription") == []


def workflows(mcp: PagerDutyMcp) -> None:
    assert mcp("list_incident_workflows", include=["steps", "team"]) == []
    wait = {"action_id": "pagerduty.com:incident-workflows:delay:1", "inputs": [{"name": "Delay", "value": "5"}]}
    workflow = {"name": "Major incident", "steps": [{"name": "Wait", "action_configuration": wait}]}
    id = mcp.set_up("/incident_workflows", {"incident_workflow": workflow})["incident_workflow"]["id"]
    (step,) = mcp("get_incident_workflow", workflow_id=id)["steps"]
    assert step["action_configuration"]["inputs"][0]["value"] == "5"
    assert [it["id"] for it in mcp("list_incident_workflows", query="major")] == [id]
    incident = {"id": mcp.rows("incident")[0]["id"], "type": "incident_reference"}
    request = {"incident_workflow_instance": {"type": "incident_workflow_instance", "incident": incident}}
    assert mcp("start_incident_workflow", workflow_id=id, instance_request=request)["incident"]["id"] == incident["id"]


def status_pages(mcp: PagerDutyMcp) -> None:
    assert mcp("list_status_pages", query_model={"status_page_type": "public"}) == []
