"""Urgency rules, support hours and scheduled actions."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pdsync.sandbox.api.urgency import urgency_at
from tests.sandbox.account import Account
from tests.sandbox.monitor import Monitor

_CONSTANT = {"type": "constant", "urgency": "low"}


_BY_HOURS = {
    "type": "use_support_hours",
    "during_support_hours": {"type": "constant", "urgency": "high"},
    "outside_support_hours": {"type": "constant", "urgency": "low"},
}


_HOURS = {
    "type": "fixed_time_per_day",
    "time_zone": "America/Lima",
    "start_time": "09:00",
    "end_time": "17:00:00",
    "days_of_week": [5, 1, 3],
}


_ACTION = {"type": "urgency_change", "at": {"type": "named_time", "name": "support_hours_start"}, "to_urgency": "high"}


_ALL = {"incident_urgency_rule": _BY_HOURS, "support_hours": _HOURS, "scheduled_actions": [_ACTION]}


def test_support_hours(account: Account) -> None:
    service = account.service(**_ALL)
    path = f"/services/{service['id']}"
    assert service["incident_urgency_rule"] == _BY_HOURS
    assert service["support_hours"] == {**_HOURS, "start_time": "09:00:00", "days_of_week": [1, 3, 5]}
    assert service["scheduled_actions"] == [_ACTION]
    assert account.put(path, "service", {"description": "x"})["support_hours"] == service["support_hours"]
    changed = account.put(path, "service", {"support_hours": {**_HOURS, "days_of_week": [7]}})
    assert changed["support_hours"]["days_of_week"] == [7]
    assert changed["scheduled_actions"] == [_ACTION]
    account.refused("PUT", path, {"service": {"support_hours": None}})
    constant = account.put(path, "service", {"incident_urgency_rule": _CONSTANT})
    assert (constant["support_hours"], constant["scheduled_actions"]) == (None, [])
    assert constant["incident_urgency_rule"]["urgency"] == "low"
    back = account.put(path, "service", {**_ALL, "scheduled_actions": []})
    assert (back["incident_urgency_rule"], back["scheduled_actions"]) == (_BY_HOURS, [])


@pytest.mark.parametrize(("severity", "urgency"), [("critical", "high"), ("error", "high"), ("warning", "low")])
def test_urgency_by_severity(account: Account, severity: str, urgency: str) -> None:
    monitor = Monitor(account, incident_urgency_rule={"type": "constant", "urgency": "severity_based"})
    monitor.sent("trigger", severity=severity)
    assert monitor.incidents()[0]["urgency"] == urgency


def test_support_hours_over_midnight_belong_to_the_day_on_which_they_begin() -> None:
    hours = {"time_zone": "UTC", "start_time": "22:00:00", "end_time": "06:00:00", "days_of_week": [1]}
    service = {
        "incident_urgency_rule": {
            "type": "use_support_hours",
            "during_support_hours": {"urgency": "high"},
            "outside_support_hours": {"urgency": "low"},
        },
        "support_hours": hours,
    }
    moments = [datetime(2026, 3, day, hour, tzinfo=UTC) for day, hour in ((2, 5), (2, 23), (3, 5), (3, 6), (3, 23))]
    assert [urgency_at(service, at) for at in moments] == ["low", "high", "high", "low", "low"]
