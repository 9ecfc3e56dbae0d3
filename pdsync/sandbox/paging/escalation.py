"""Assignment: whom an incident goes to: the first level of a policy that has somebody on call."""

from __future__ import annotations

from typing import Any

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.paging.rendering import on_call_at
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

Pointer = dict[str, Any]


def escalation_of(store: Store, incident: Record) -> Record | None:
    """The rules that an incident follows, and who is assigned; None for one that is resolved."""
    return store.find(f"{incident.id}:escalation")


def first_level(call: Call, rules: list[Body], start: int = 1) -> tuple[int, list[Pointer]]:
    """The number of the level and its users. Levels with nobody on call are skipped at once (PagerDuty community,
    answer 2191); without anybody on any level the list is empty."""
    for number, rule in enumerate(rules[start - 1 :], start=start):
        users = _level_users(call, rule)
        if users:
            return number, users
    return start, []


def assignments(call: Call, users: list[Pointer]) -> list[Body]:
    return [{"at": stored(call.now), "assignee": user} for user in users]


def _level_users(call: Call, rule: Body) -> list[Pointer]:
    """All targets of a level at once; a round robin begins with its first (support page Escalation Policy Basics)."""
    found: dict[str, None] = {}
    for target in rule["targets"]:
        schedule = call.store.get("schedule", target["id"])
        user = on_call_at(call.store, schedule, call.now) if schedule is not None else target["id"]
        if user is not None and call.store.get("user", user) is not None:
            found[user] = None
    users = [{"id": id, "type": "user_reference"} for id in found]
    return users[:1] if rule.get("escalation_rule_assignment_strategy") == "round_robin" else users
