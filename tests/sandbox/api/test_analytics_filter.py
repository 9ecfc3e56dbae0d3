"""Which incidents of the story a request for analytics is about."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.story import Story


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({}, "0123"),
        ({"created_at_start": "2026-03-03T00:00:00Z"}, "23"),
        ({"created_at_end": "2026-03-02T13:00:00+01:00"}, ""),
        ({"urgency": "low"}, "1"),
        ({"major": True}, "01"),
        ({"major": False}, "23"),
        ({"min_ackowledgements": 2}, "0"),
        ({"min_manual_escalations": 1}, "1"),
        ({"min_timeout_escalations": 1}, ""),
        ({"priority_ids": ["P53ZZH5"]}, "1"),
        ({"priority_names": ["P2", "P3"]}, "1"),
        ({"priority_names": []}, "0123"),
        ({"pd_advance_used": True}, ""),
        ({"incident_type_ids": ["PTYPE"]}, ""),
        ({"updated_after": "2026-03-03T00:00:00Z"}, "23"),
        ({"urgency": None, "team_ids": None}, "0123"),
    ],
)
def test_filters_choose_incidents(story: Story, filters: dict[str, Any], wanted: str) -> None:
    answer = story.account.call("POST", "/analytics/raw/incidents", {"filters": filters, "order": "asc"}).json()
    assert [it["id"] for it in answer["data"]] == [story.incidents[int(it)] for it in wanted]
    [count] = [it["total_incident_count"] for it in story.rows("incidents/all", filters=filters)] or [0]
    assert count == len(wanted)


def test_filters_by_what_an_incident_belongs_to(story: Story) -> None:
    for name, id in (("service_ids", story.services[0]["id"]), ("team_ids", story.team["id"])):
        [row] = story.rows("incidents/all", filters={name: [id, "PUNKNOWN"]})
        assert row["total_incident_count"] == 2
    assert story.rows("incidents/all", filters={"service_ids": ["PUNKNOWN"]}) == []


@pytest.mark.parametrize(
    "body",
    [
        {"filters": 7},
        {"filters": {"urgency": "medium"}},
        {"filters": {"major": "yes"}},
        {"filters": {"team_ids": "P1"}},
        {"filters": {"team_ids": [7]}},
        {"filters": {"created_at_start": "then"}},
        {"filters": {"created_at_start": "2026-01-02T00:00:00Z", "created_at_end": "2026-01-01T00:00:00Z"}},
        {"filters": {"created_at_start": "2024-01-01T00:00:00Z", "created_at_end": "2026-01-01T00:00:00Z"}},
        {"filters": {"min_ackowledgements": -1}},
        {"aggregate_unit": "year"},
        {"time_zone": "Mars/Base"},
        {"order": "up"},
        {"order_by": 7},
    ],
)
def test_what_is_wrong_is_refused(story: Story, body: dict[str, Any]) -> None:
    story.refused("incidents/all", **body)


def test_the_answer_repeats_what_was_asked_with_moments_in_utc(story: Story) -> None:
    filters = {"created_at_start": "2026-03-01T00:00:00+01:00", "urgency": "high"}
    body = story.ask("incidents/all", filters=filters, order="asc", order_by="total_incident_count")
    assert body["filters"] == {"created_at_start": "2026-02-28T23:00:00Z", "urgency": "high"}
    assert (body["order"], body["order_by"], body["time_zone"]) == ("asc", "total_incident_count", "Etc/UTC")
