"""Maintenance windows, as a state holds them."""

from __future__ import annotations

from tests.terraform.given import NOW, imported, spec_of
from tests.terraform.provider import TfResource


def window(start: str, end: str) -> TfResource:
    values = {"id": "PWIND01", "description": "Patches", "start_time": start, "end_time": end, "services": ["PSERV01"]}
    return TfResource("pagerduty_maintenance_window", "patches", values)


def test_a_window_that_is_to_come_has_its_moments() -> None:
    assert spec_of(window("2026-12-06T02:00:00+01:00", "2026-12-06T04:00:00+01:00")) == {
        "description": "Patches",
        "start_time": "2026-12-06T01:00:00Z",
        "end_time": "2026-12-06T03:00:00Z",
        "services": [{"id": "PSERV01"}],
    }


def test_a_window_that_has_begun_stays_with_terraform() -> None:
    made = imported([window("2026-05-31T00:00:00Z", "2027-01-01T00:00:00Z")])
    assert NOW > "2026-05-31T00:00:00Z"
    assert not made.export.exported
    (reason,) = made.left_out
    assert "it has begun, and ends by itself" in reason
