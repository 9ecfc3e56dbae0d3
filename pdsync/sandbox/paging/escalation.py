"""Escalation: the users an incident is assigned to: those of the first level of its policy with a user on call.

An open incident keeps the policy's rules as they were when it began. That snapshot does not follow the policy, and
holds its schedules and users (facts: PagerDuty's support pages).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pdsync.sandbox.http.call import Call, pointer
from pdsync.sandbox.paging.on_call_schedule import find_schedule, users_on_call
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

Pointer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class EscalationPath:
    """The rules that an incident follows, and how often they may begin again."""

    rules: list[Body]
    loops_left: int

    @classmethod
    def of_policy(cls, policy: Record) -> EscalationPath:
        return cls(policy.body["escalation_rules"], policy.body["num_loops"])

    @classmethod
    def of_escalation(cls, escalation: Record) -> EscalationPath:
        return cls(escalation.body["rules"], escalation.body.get("loops_left", 0))


def escalation_of(store: Store, incident: Record) -> Record | None:
    """The rules that an incident follows, and who is assigned; None for one that is resolved."""
    return store.find(f"{incident.id}:escalation")


def open_incidents(call: Call) -> list[Record]:
    """In no order. An incident has an escalation as long as it is open."""
    return [call.record("incident", it.body["incident"]["id"]) for it in call.store.all("escalation")]


def escalate_to(call: Call, incident: Record, path: EscalationPath, level: int, users: Sequence[Pointer]) -> None:
    """Makes or replaces the escalation of an incident."""
    body = {
        "incident": pointer(incident),
        "rules": path.rules,
        "level": level,
        "loops_left": path.loops_left,
        "assignments": [{"at": stored(call.now), "assignee": user} for user in users],
    }
    call.store.put("escalation", f"{incident.id}:escalation", body, incident.body["service"]["id"])


def first_level(call: Call, rules: list[Body], start: int = 1) -> tuple[int, list[Pointer]]:
    """The number of the level and its users. A level without users on call is skipped at once (PagerDuty community,
    answer 2191); the list is empty where every level is."""
    for number, rule in enumerate(rules[start - 1 :], start=start):
        users = _level_users(call, rule)
        if users:
            return number, users
    return start, []


def _level_users(call: Call, rule: Body) -> list[Pointer]:
    """All targets of a level at once; a round robin begins with its first (support page Escalation Policy Basics)."""
    found: dict[str, None] = {}
    for target in rule["targets"]:
        schedule = find_schedule(call.store, target["id"])
        users = users_on_call(call.store, schedule, call.now) if schedule is not None else [target["id"]]
        found |= dict.fromkeys(it for it in users if call.store.get("user", it) is not None)
    pointers = [{"id": id, "type": "user_reference"} for id in found]
    return pointers[:1] if rule.get("escalation_rule_assignment_strategy") == "round_robin" else pointers
