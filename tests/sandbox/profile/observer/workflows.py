from __future__ import annotations

from typing import Any

from tests.sandbox.account import Account

_TRIGGERS = "/incident_workflows/triggers"


def trigger_put(account: Account) -> str:
    made = account.post(_TRIGGERS, "trigger", {**_conditional(account), "services": [{"id": account.service()["id"]}]})
    shown = account.put(f"{_TRIGGERS}/{made['id']}", "trigger", {"condition": "incident.priority matches 'P2'"})
    return "part" if shown["services"] else "whole"


def fixed_of_trigger(account: Account) -> str:
    body = _conditional(account)
    made = account.post(_TRIGGERS, "trigger", body)
    answer = account.call("PUT", f"{_TRIGGERS}/{made['id']}", {"trigger": {**body, "trigger_type": "manual"}})
    if answer.status_code == 400:
        return "refused"
    return {"conditional": "ignored"}[answer.json()["trigger"]["trigger_type"]]


def trigger_without_condition(account: Account) -> str:
    body = _conditional(account)
    del body["condition"]
    return {201: "taken", 400: "refused"}[account.call("POST", _TRIGGERS, {"trigger": body}).status_code]


def trigger_of_all_and_some(account: Account) -> str:
    some = {"services": [{"id": account.service()["id"]}], "is_subscribed_to_all_services": True}
    answer = account.call("POST", _TRIGGERS, {"trigger": {**_conditional(account), **some}})
    if answer.status_code == 400:
        return "refused"
    return "all" if answer.json()["trigger"]["services"] == [] else "some"


def trigger_service_filter(account: Account) -> str:
    service = account.service()
    account.post(_TRIGGERS, "trigger", {**_conditional(account), "is_subscribed_to_all_services": True})
    return "with_all" if account.get(f"{_TRIGGERS}?service_id={service['id']}")["triggers"] else "named"


def _conditional(account: Account) -> dict[str, Any]:
    workflow = account.post("/incident_workflows", "incident_workflow", {"name": account.name("Workflow")})
    condition = "incident.priority matches 'P1'"
    return {"trigger_type": "conditional", "workflow": {"id": workflow["id"]}, "condition": condition}
