from __future__ import annotations

from tests.sandbox.account import Account


def warnings_in_reads(account: Account) -> str:
    id = account.post("/event_orchestrations", "orchestration", {"name": "Events"})["id"]
    path = f"/event_orchestrations/{id}/router"
    rules = [{"label": "Lost", "actions": {"route_to": "PUNKNOWN"}}]
    answer = account.call("PUT", path, {"orchestration_path": {"sets": [{"id": "start", "rules": rules}]}}).json()
    assert answer["warnings"]
    return "shown" if account.get(path).get("warnings") == answer["warnings"] else "left_out"
