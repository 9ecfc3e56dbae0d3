from __future__ import annotations

from tests.sandbox.account import Account, ref


def ended_acknowledgement(account: Account) -> str:
    first, later = account.user(), account.user()
    rules = [{"escalation_delay_in_minutes": 30, "targets": [ref(user)]} for user in (first, later)]
    policy = account.policy(escalation_rules=rules)
    service = account.service(escalation_policy=ref(policy), acknowledgement_timeout=600)
    incident = account.incident(service)
    path = f"/incidents/{incident['id']}"
    account.put(path, "incident", {"type": "incident", "escalation_level": 2})
    account.put(path, "incident", {"type": "incident", "status": "acknowledged"})
    account.clock.forward(minutes=11)
    [assignment] = account.get(path)["incident"]["assignments"]
    return {first["id"]: "first_level", later["id"]: "same_level"}[assignment["assignee"]["id"]]
