from __future__ import annotations

from typing import Any

from tests.sandbox.account import Account, layer


def past_layer_end(account: Account) -> str:
    schedule = account.schedule(layer(account.user()))
    account.clock.forward(hours=2)
    answer = account.call("PUT", f"/schedules/{schedule['id']}", {"schedule": _ended(schedule, "2026-03-02T13:00:00Z")})
    return {200: "taken", 400: "refused"}[answer.status_code]


def ended_layers(account: Account) -> str:
    shown = _with_an_ended_layer(account, account.user())["schedule_layers"]
    return "listed" if shown else "left_out"


def deleted_user_in_layer(account: Account) -> str:
    user, stays = account.user(), account.user()
    schedule = _with_an_ended_layer(account, user, stays)
    account.delete(f"/users/{user['id']}")
    [shown] = account.get(f"/schedules/{schedule['id']}")["schedule"]["schedule_layers"]
    users = [it["user"] for it in shown["users"]]
    if None in users:
        return "empty"
    return "reference" if user["id"] in {it["id"] for it in users} else "left_out"


def _with_an_ended_layer(account: Account, *users: Any) -> Any:
    schedule = account.schedule(layer(*users))
    path = f"/schedules/{schedule['id']}"
    account.put(path, "schedule", _ended(schedule, "2026-03-02T13:00:00Z"))
    account.clock.forward(hours=2)
    return account.get(path)["schedule"]


def _ended(schedule: Any, end: str) -> Any:
    return {**schedule, "schedule_layers": [{**it, "end": end} for it in schedule["schedule_layers"]]}
