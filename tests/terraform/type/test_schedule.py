"""Layers: their order, and moments in the forms that versions of the provider keep."""

from __future__ import annotations

from typing import Any

import pytest

from tests.terraform.given import imported, spec_of
from tests.terraform.provider import TfResource


def layer(name: str, **values: Any) -> dict[str, Any]:
    return {
        "id": "PLAYER1",
        "name": name,
        "start": "2020-01-06T09:00:00+01:00",
        "end": "",
        "rotation_virtual_start": "2020-01-06T09:00:00+01:00",
        "rotation_turn_length_seconds": 604800,
        "users": ["PUSER01", ""],
        "restriction": [],
        **values,
    }


def layers_of(*layers: dict[str, Any]) -> list[dict[str, Any]]:
    values = {"id": "PSCHED1", "name": "S", "time_zone": "Europe/Berlin", "layer": list(layers), "teams": [""]}
    spec = spec_of(TfResource("pagerduty_schedule", "s", values))
    assert spec.keys() == {"name", "time_zone", "schedule_layers"}
    return list(spec["schedule_layers"])


def test_the_order_is_that_of_the_configuration_and_ended_layers_are_gone() -> None:
    gone = layer("Gone", end="2021-01-01T00:00:00Z")
    assert [it["name"] for it in layers_of(layer("Base"), gone, layer("Top"))] == ["Base", "Top"]


@pytest.mark.parametrize(
    "moment",
    [
        "2020-01-06T09:00:00+01:00",
        "2020-01-06T08:00:00Z",
        "2020-01-06 08:00:00 +0000 UTC",
        "2020-01-06 09:00:00 +0100 CET",
    ],
)
def test_a_moment_is_the_same_in_every_form(moment: str) -> None:
    (only,) = layers_of(layer("Only", rotation_virtual_start=moment))
    assert only == {
        "name": "Only",
        "rotation_virtual_start": "2020-01-06T09:00",
        "rotation_turn_length_seconds": "1w",
        "users": [{"id": "PUSER01"}],
    }


def test_the_day_of_a_daily_restriction_is_an_invention_of_the_provider() -> None:
    daily = {"type": "daily_restriction", "start_time_of_day": "20:00:00", "start_day_of_week": 0}
    weekly = {"type": "weekly_restriction", "start_time_of_day": "00:00:00", "start_day_of_week": 6}
    both = [{**daily, "duration_seconds": 43200}, {**weekly, "duration_seconds": 172800}]
    (only,) = layers_of(layer("Only", restriction=both))
    assert only["restrictions"] == [
        {"type": "daily_restriction", "start_time_of_day": "20:00", "duration_seconds": "12h"},
        {
            "type": "weekly_restriction",
            "start_day_of_week": 6,
            "start_time_of_day": "00:00",
            "duration_seconds": "2d",
        },
    ]


def test_a_layer_without_a_name_is_named_with_what_to_do() -> None:
    values = {"id": "PSCHED1", "name": "S", "time_zone": "Europe/Berlin", "layer": [layer("")], "teams": [""]}
    (said,) = imported([TfResource("pagerduty_schedule", "s", values)]).left_out
    assert "schedule_layers[0]: 'name' is missing" in said
    assert said.endswith("Correct it in PagerDuty, run 'terraform apply -refresh-only', and import again")
