from __future__ import annotations

from tests.sandbox.account import Account


def services_of_action_for_all(account: Account) -> str:
    account.service()
    does = {"action_type": "script", "action_data_reference": {"script": "true"}, "map_to_all_services": True}
    made = account.post("/automation_actions/actions", "action", {"name": "One", "description": "Text", **does})
    return "all" if made["services"] else "own"
