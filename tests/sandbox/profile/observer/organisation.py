from __future__ import annotations

from tests.sandbox.account import Account, ref


def incident_in_maintenance(account: Account) -> str:
    service = account.service()
    window = {"start_time": "2020-01-01T00:00:00Z", "end_time": "2099-01-01T00:00:00Z", "services": [ref(service)]}
    account.post("/maintenance_windows", "maintenance_window", {"type": "maintenance_window", **window})
    incident = {"type": "incident", "title": "Fire", "service": ref(service)}
    answer = account.call("POST", "/incidents", {"incident": incident})
    return {201: "made", 400: "refused"}[answer.status_code]
