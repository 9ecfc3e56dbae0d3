"""What is about the whole account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.support.pagerduty_mcp import PagerDutyMcp


def lookups(mcp: PagerDutyMcp) -> None:
    assert [it["summary"] for it in mcp("list_priorities")] == ["P1", "P2", "P3", "P4", "P5"]
    schemas = mcp("list_extension_schemas")
    assert "Generic V2 Webhook" in [it["label"] for it in schemas]
    first = schemas[0]
    assert mcp("get_extension_schema", schema_id=first["id"])["label"] == first["label"]


def log(mcp: PagerDutyMcp) -> None:
    # Without bounds it asks for what came before this very moment, which leaves out what has just been done.
    bounds = dict(zip(("since", "until"), _around_today(), strict=True))
    entries = mcp("list_log_entries", query_model={"limit": 50, "is_overview": True, **bounds})
    assert {"trigger_log_entry", "resolve_log_entry"} <= {it["type"] for it in entries}
    entry = mcp("get_log_entry", log_entry_id=entries[0]["id"])
    assert entry["summary"] == entries[0]["summary"]


def analytics(mcp: PagerDutyMcp) -> None:
    bounds = _around_today()
    created = dict(zip(("created_at_start", "created_at_end"), bounds, strict=True))
    dates = dict(zip(("date_range_start", "date_range_end"), bounds, strict=True))
    team = mcp.row("team", name="Payments")["id"]
    assert mcp("get_incident_metrics_all", **created)["total_incident_count"] == 4
    by_service = mcp("get_incident_metrics_by_service", **created, urgency="high", order_by="service_name")
    assert [it["service_name"] for it in by_service] == ["Checkout"]
    [of_team] = mcp("get_incident_metrics_by_team", **created, team_ids=[team])
    assert of_team["team_name"] == "Payments"
    responders = mcp("get_responder_metrics", **dates, team_ids=[team])
    assert "Iris Lane" in [it["responder_name"] for it in responders]
    load = mcp("get_responder_load_metrics", **dates)
    assert "Iris Lane" in [it["responder_name"] for it in load]


def _around_today() -> tuple[str, str]:
    now = datetime.now(UTC).replace(microsecond=0)
    return (now - timedelta(days=1)).isoformat(), (now + timedelta(days=1)).isoformat()
