from __future__ import annotations

from tests.sandbox.account import Account, ref


def webhook_description_null(account: Account) -> str:
    hook = {
        "type": "webhook_subscription",
        "description": "Ours",
        "delivery_method": {"type": "http_delivery_method", "url": "https://example.com/hook"},
        "filter": ref(account.service()),
        "events": ["incident.triggered"],
    }
    made = account.call("POST", "/webhook_subscriptions", {"webhook_subscription": hook}).json()["webhook_subscription"]
    path = f"/webhook_subscriptions/{made['id']}"
    answer = account.call("PUT", path, {"webhook_subscription": {**hook, "description": None}})
    shown = account.get(path)["webhook_subscription"]["description"]
    if answer.status_code == 400:
        return "refused"
    return {"": "cleared", "Ours": "kept"}[shown]
