"""Figures of many incidents together, by unit of time and in the order of a column."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.story import Story


def test_time_with_a_major_incident_is_not_up_time(story: Story) -> None:
    day = {"created_at_start": "2026-03-02T00:00:00Z", "created_at_end": "2026-03-03T00:00:00Z"}
    [row] = story.rows("incidents/services/all", filters=day)
    # Ten minutes of the first, and four of the second, which has one of the two highest priorities.
    assert row["up_time_pct"] == pytest.approx(100 * (1 - 14 / 1440))
    assert story.rows("incidents/services/all", filters={"major": False})[0]["up_time_pct"] == 100


@pytest.mark.parametrize(
    ("unit", "starts"),
    [
        ("day", ["2026-03-02", "2026-03-09"]),
        ("week", ["2026-03-02", "2026-03-09"]),
        ("month", ["2026-03-01"]),
        (None, []),
    ],
)
def test_units_of_time(story: Story, unit: str | None, starts: list[str]) -> None:
    body = story.ask("incidents/all", aggregate_unit=unit, time_zone="Etc/UTC")
    assert [it["range_start"] for it in body["data"] if unit] == [f"{it}T00:00:00" for it in starts]
    assert body.get("aggregate_unit") == unit
    assert sum(it["total_incident_count"] for it in body["data"]) == 4


def test_units_begin_in_the_zone_that_is_asked_for(story: Story) -> None:
    body = story.ask("incidents/all", aggregate_unit="day", time_zone="Pacific/Kiritimati")
    assert [it["range_start"] for it in body["data"]] == ["2026-03-03T00:00:00", "2026-03-10T00:00:00"]
    assert body["time_zone"] == "Pacific/Kiritimati"


def test_the_order_is_that_of_a_column(story: Story) -> None:
    def names(order: str) -> list[Any]:
        return [it["responder_name"] for it in story.rows("responders/all", order_by="responder_name", order=order)]

    assert names("asc") == sorted(names("asc"))
    assert names("desc") == names("asc")[::-1]
    # Rows without a value are last either way.
    rows = story.rows("responders/all", order_by="mean_time_to_acknowledge_seconds", order="desc")
    assert rows[0]["mean_time_to_acknowledge_seconds"] == 60
    story.refused("responders/all", order_by="other")
