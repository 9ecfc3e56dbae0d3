"""Schedules of both versions, policies, and who is on call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.support.pagerduty_mcp import PagerDutyMcp


def layers(mcp: PagerDutyMcp) -> None:
    """The tools read layer-based schedules and override them; they make none."""
    iris, jon = (mcp.row("user", name=name)["id"] for name in ("Iris Lane", "Jon Lane"))
    layer = {
        "start": "2026-01-05T00:00:00Z",
        "rotation_virtual_start": "2026-01-05T09:00:00Z",
        "rotation_turn_length_seconds": 604800,
        "users": [{"user": {"id": iris, "type": "user_reference"}}],
    }
    body = {"type": "schedule", "name": "Nights", "time_zone": "UTC", "schedule_layers": [layer]}
    nights = mcp.set_up("/schedules", {"schedule": body})["schedule"]["id"]
    assert mcp("get_schedule", schedule_id=nights)["name"] == "Nights"
    assert mcp("get_schedule", schedule_id=nights, kind="layer_based")["time_zone"] == "UTC"
    tomorrow = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    override = {"start": tomorrow.isoformat(), "end": (tomorrow + timedelta(days=1)).isoformat(), "user_id": jon}
    mcp("create_schedule_override", schedule_id=nights, override_request={"overrides": [override]})
    assert [it["user"]["id"] for it in mcp.rows("override")] == [jon]
    users = mcp("list_schedule_users", schedule_id=nights)
    assert [it["name"] for it in users] == ["Iris Lane", "Jon Lane"]


def shifts(mcp: PagerDutyMcp) -> None:
    """Shift-based schedules, whose ids the tools tell apart by what version 2 says of them."""
    team, nights = mcp.row("team", name="Payments")["id"], mcp.row("schedule", name="Nights")["id"]
    data = {"name": "Days", "time_zone": "Europe/Paris", "teams": [{"id": team, "type": "team_reference"}]}
    days = mcp("create_schedule", schedule_data=data)["id"]
    assert mcp.row("schedule_v3", name="Days")["time_zone"] == "Europe/Paris"
    listed = mcp("list_schedules", query_model={})
    assert [(it["name"], it["kind"]) for it in listed] == [("Nights", "layer_based"), ("Days", "shift_based")]
    assert [it["id"] for it in mcp("list_schedules", query_model={"query": "da", "limit": 5}, enrich=False)] == [days]
    assert mcp("get_schedule", schedule_id=days)["time_zone"] == "Europe/Paris"
    changed = mcp("update_schedule", schedule_id=days, schedule_data={"description": "By daylight"})
    assert (changed["name"], changed["description"]) == ("Days", "By daylight")
    assert mcp.row("schedule_v3", id=days)["description"] == "By daylight"
    said = mcp.refused("update_schedule", schedule_id=nights, schedule_data={"name": "x", "time_zone": "UTC"})
    assert "layer-based" in said
    assert mcp.row("schedule", id=nights)["name"] == "Nights"
    rotation, other = (mcp("create_schedule_v3_rotation", schedule_id=days)["id"] for _ in range(2))
    assert [it["id"] for it in mcp("list_schedule_v3_rotations", schedule_id=days)] == [rotation, other]
    assert mcp("get_schedule_v3_rotation", schedule_id=days, rotation_id=rotation)["events"] == []
    mcp("delete_schedule_v3_rotation", schedule_id=days, rotation_id=other)
    assert [it["id"] for it in mcp.rows("schedule_rotation")] == [rotation]
    gone = mcp("create_schedule", schedule_data={"name": "Gone", "time_zone": "UTC"})["id"]
    assert gone in mcp("delete_schedule_v3", schedule_id=gone)
    assert [it["name"] for it in mcp.rows("schedule_v3")] == ["Days"]


def escalation_policies(mcp: PagerDutyMcp) -> None:
    """The tools only read them."""
    team, nights = mcp.row("team", name="Payments")["id"], mcp.row("schedule", name="Nights")["id"]
    rule = {"escalation_delay_in_minutes": 10, "targets": [{"id": nights, "type": "schedule_reference"}]}
    body = {
        "type": "escalation_policy",
        "name": "Payments",
        "escalation_rules": [rule],
        "teams": [{"id": team, "type": "team_reference"}],
    }
    policy = mcp.set_up("/escalation_policies", {"escalation_policy": body})["escalation_policy"]["id"]
    assert [it["id"] for it in mcp("list_escalation_policies", query="pay")] == [policy]
    chosen = mcp("list_escalation_policies", team_ids=[team], include=["services", "teams"])
    assert [it["name"] for it in chosen] == ["Payments"]
    shown = mcp("get_escalation_policy", policy_id=policy)
    assert [it["id"] for it in shown["escalation_rules"][0]["targets"]] == [nights]


def who_is_on_call(mcp: PagerDutyMcp) -> None:
    policy, nights = mcp.row("escalation_policy", name="Payments")["id"], mcp.row("schedule", name="Nights")["id"]
    iris, jon = (mcp.row("user", name=name)["id"] for name in ("Iris Lane", "Jon Lane"))
    assert [it["user"]["id"] for it in mcp("list_oncalls", escalation_policy_ids=[policy], earliest=True)] == [iris]
    day = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1, hours=1)
    period = {"since": day.isoformat(), "until": (day + timedelta(hours=1)).isoformat()}
    assert [it["user"]["id"] for it in mcp("list_oncalls", schedule_ids=[nights], **period)] == [jon]
    assert mcp("list_oncalls", user_ids=[jon], limit=5) == []
