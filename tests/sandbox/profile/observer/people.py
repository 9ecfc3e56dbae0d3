from __future__ import annotations

from tests.sandbox.account import Account
from tests.sandbox.profile.setting import add_to_profile


def sso_managed_address(account: Account) -> str:
    user = account.user()
    add_to_profile(account, sso={"managed": True})
    body = {"user": {"type": "user", "name": user["name"], "email": "new@example.com"}}
    answer = account.call("PUT", f"/users/{user['id']}", body)
    assert account.get(f"/users/{user['id']}")["user"]["email"] == user["email"]
    return {200: "ignored", 400: "refused"}[answer.status_code]


def private_object(account: Account) -> str:
    team = account.team()
    add_to_profile(account, private_teams=[team["name"]])
    return {403: "forbidden", 404: "not_found"}[account.call("GET", f"/teams/{team['id']}").status_code]


def owner_fields(account: Account) -> str:
    [owner] = [it for it in account.get("/users")["users"] if it["role"] == "owner"]
    answer = account.call("PUT", f"/users/{owner['id']}", {"user": {"type": "user", "job_title": "Founder"}})
    account.put(f"/users/{account.user()['id']}", "user", {"type": "user", "job_title": "Engineer"})
    return {200: "all_but_the_role", 400: "refused"}[answer.status_code]
