from __future__ import annotations

from tests.sandbox.account import Account, layer


def rotation_virtual_start(account: Account) -> str:
    layers = [layer(account.user(), rotation_virtual_start="2026-03-02T09:00:30Z")]
    body = {"type": "schedule", "name": "Rota", "time_zone": "Etc/UTC", "schedule_layers": layers}
    answer = account.call("POST", "/schedules", {"schedule": body})
    if answer.status_code == 400:
        assert "whole minute" in answer.text
        return "whole_minutes"
    assert answer.json()["schedule"]["schedule_layers"][0]["rotation_virtual_start"] == "2026-03-02T09:00:30Z"
    return "any_second"
