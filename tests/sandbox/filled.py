"""An account that holds one of everything."""

from __future__ import annotations

from tests.sandbox.account import Account, layer, ref


def fill(account: Account) -> None:
    user, team = account.user(), account.team()
    sub = account.team(parent=ref(team))
    schedule = account.schedule(layer(user), teams=[ref(sub)])
    service = account.service(escalation_policy=ref(account.policy(schedule, user, teams=[ref(team)])))
    key = account.integration(service, type="events_api_v2_inbound_integration")["integration_key"]
    fire = account.post("/incidents", "incident", {"type": "incident", "title": "Fire", "service": ref(service)})
    path = f"/incidents/{fire['id']}"
    account.call("POST", f"{path}/notes", {"note": {"content": "It burns."}})
    account.call("POST", "/v2/change/enqueue", {"routing_key": key, "payload": {"summary": "Deployed"}})
    target = {"responder_request_target": ref(user)}
    request = {"requester_id": user["id"], "message": "Help", "responder_request_targets": [target]}
    account.call("POST", f"{path}/responder_requests", request)
    shop = account.call("POST", "/business_services", {"business_service": {"name": "Shop"}}).json()["business_service"]
    account.call("PUT", f"{path}/business_services/{shop['id']}/impacts", {"relation": "impacted"})
    subscribers = [{"subscriber_id": account.user()["id"], "subscriber_type": "user"}]
    account.call("POST", f"{path}/status_updates/subscribers", {"subscribers": subscribers})
    threshold = {"global_threshold": {"id": "P53ZZH5", "order": 1}}
    account.call("PUT", "/business_services/priority_thresholds", threshold)
