"""What analytics says of the story, by service, team, policy and responder."""

from __future__ import annotations

from tests.sandbox.story import Story


def test_all_incidents_together(story: Story) -> None:
    [row] = story.rows("incidents/all")
    expected = {
        "total_incident_count": 4,
        "total_incidents_acknowledged": 1,
        "total_incidents_auto_resolved": 1,
        "total_incidents_manual_escalated": 1,
        "total_incidents_timeout_escalated": 0,
        "total_incidents_reassigned": 1,
        "total_escalation_count": 1,
        "total_engaged_seconds": 9 * 60 + 8 * 60,
        "mean_seconds_to_first_ack": 60,
        "mean_seconds_to_engage": 60,
        "mean_seconds_to_mobilize": 120,
        "mean_seconds_to_resolve": round((600 + 240 + 300) / 3),
        "p50_seconds_to_resolve": 300,
        "p95_seconds_to_resolve": 600,
        # An email for each assignment: four at the start, one for the escalation, one for the user it was given to.
        "total_notifications": 6,
        "total_interruptions": 0,
    }
    assert {name: row[name] for name in expected} == expected
    assert "up_time_pct" not in row


def test_a_row_for_each_service_team_and_policy(story: Story) -> None:
    rows = story.rows("incidents/services", order_by="total_incident_count")
    assert [(it["service_id"], it["service_name"], it["total_incident_count"]) for it in rows] == [
        (service["id"], service["name"], 2) for service in story.services
    ]
    assert [it["team_id"] for it in rows] == [story.team["id"], None]
    teams = story.rows("incidents/teams")
    assert [(it["team_id"], it["total_incident_count"]) for it in teams] == [(story.team["id"], 2), (None, 2)]
    [policy, other] = story.rows("incidents/escalation_policies")
    assert (policy["escalation_policy_name"], policy["distinct_responder_count"]) == ("Policy", 2)
    assert other["distinct_responder_count"] == 0
    assert [story.rows(f"incidents/{kind}/all")[0]["total_incident_count"] for kind in ("services", "teams")] == [4, 2]
    assert story.rows("incidents/escalation_policies/all")[0]["distinct_responder_count"] == 2


def test_responders(story: Story) -> None:
    first, second = story.users
    rows = {it["responder_id"]: it for it in story.rows("responders/all")}
    expected = {
        "responder_name": first["name"],
        "total_incident_count": 2,
        "total_incidents_acknowledged": 1,
        "mean_time_to_acknowledge_seconds": 60,
        "mean_engaged_seconds": 540,
        "total_incidents_manual_escalated_from": 1,
        "total_incidents_manual_escalated_to": 0,
        "total_incidents_reassigned_to": 1,
        "total_incidents_reassigned_from": 0,
        "total_notifications": 3,
    }
    assert {name: rows[first["id"]][name] for name in expected} == expected
    assert rows[second["id"]]["total_incidents_manual_escalated_to"] == 1
    assert rows[second["id"]]["total_incidents_reassigned_from"] == 1
    # They engaged without ever being assigned the incident.
    assert rows[second["id"]]["mean_time_to_acknowledge_seconds"] is None
    team = story.rows("responders/teams", filters={"responder_ids": [first["id"]]})
    assert [(it["responder_id"], it["team_id"]) for it in team] == [(first["id"], story.team["id"])]
    none = {"date_range_start": "2026-04-01T00:00:00Z", "date_range_end": "2026-05-01T00:00:00Z"}
    assert story.rows("responders/teams", filters=none) == []
