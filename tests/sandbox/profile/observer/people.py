from __future__ import annotations

from tests.sandbox.account import TOKEN, Account
from tests.sandbox.profile.setting import add_to_profile


def from_header(account: Account) -> str:
    user = {"type": "user", "name": "Ann", "email": "ann@example.com"}
    window = {"type": "maintenance_window", "start_time": "2026-03-02T13:00:00Z", "end_time": "2026-03-02T14:00:00Z"}
    service = account.service()
    window["services"] = [{"id": service["id"], "type": "service_reference"}]
    answers = [
        account.call("POST", "/users", {"user": user}, token=TOKEN),
        account.call("POST", "/maintenance_windows", {"maintenance_window": window}, token=TOKEN),
    ]
    assert len({answer.status_code for answer in answers}) == 1
    incident = {"type": "incident", "title": "Trouble", "service": {"id": service["id"], "type": "service_reference"}}
    assert account.call("POST", "/incidents", {"incident": incident}, token=TOKEN).status_code == 400
    return "incidents" if answers[0].status_code == 201 else "users_and_windows"


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
