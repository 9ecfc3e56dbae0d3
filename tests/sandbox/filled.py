"""An account that holds one of everything."""

from __future__ import annotations

from tests.sandbox.account import Account, layer, ref


def fill(account: Account) -> None:
    user, team = account.user(), account.team()
    sub = account.team(parent=ref(team))
    schedule = account.schedule(layer(user), teams=[ref(sub)])
    service = account.service(escalation_policy=ref(account.policy(schedule, user, teams=[ref(team)])))
    account.integration(service, vendor={"id": "PZQ6AUS"})
    fire = account.post("/incidents", "incident", {"type": "incident", "title": "Fire", "service": ref(service)})
    account.call("POST", f"/incidents/{fire['id']}/notes", {"note": {"content": "It burns."}})
