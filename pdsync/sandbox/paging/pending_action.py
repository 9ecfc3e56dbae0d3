"""Pending action: what will happen to an open incident by itself, unless a person acts first.

Sources: PagerDuty API description (IncidentAction; the timeouts of a service; in the example of an incident the moment
of ``resolve`` is that of its trigger and the timeout, though it is acknowledged), support pages Escalation Policy Basics and
Configurable Service Settings (an incident of low urgency is not escalated).
"""

from __future__ import annotations

from datetime import timedelta

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.paging.escalation import escalation_of
from pdsync.sandbox.store.instant import loaded, stored
from pdsync.sandbox.store.record import Body, Record

ORDER = ("resolve", "unacknowledge", "escalate")
"""The order of actions at the same moment: an incident that is resolved pages no user."""


def acknowledgement_timeout_s(call: Call, incident: Record) -> int | None:
    return _setting_s(call, incident, "acknowledgement_timeout")


def plan_ahead(call: Call, incident: Record, *, opened: bool = False, acknowledged_s: int | None = None) -> Record:
    """Writes down what is to come for an open incident that has just changed. ``opened`` is one that is triggered for the
    first time or again after it was resolved; ``acknowledged_s`` is how long it stays acknowledged, 0 for ever, None as
    long as before."""
    body, actions = incident.body, dict[str, str]()

    def add(kind: str, seconds: int | None) -> None:
        if seconds:
            actions[kind] = stored(call.now + timedelta(seconds=seconds))

    before = {it["type"]: it["at"] for it in body["pending_actions"]}
    if body["status"] == "triggered":
        add("escalate", _escalation_delay_s(call, incident))
    elif acknowledged_s is not None:
        add("unacknowledge", acknowledged_s)
    elif "unacknowledge" in before:
        actions["unacknowledge"] = before["unacknowledge"]
    if opened:
        add("resolve", _setting_s(call, incident, "auto_resolve_timeout"))
    elif "resolve" in before:
        actions["resolve"] = before["resolve"]
    return _with(call, incident, [{"type": kind, "at": at} for kind, at in actions.items()])


def actions_of(incident: Record) -> list[Body]:
    """Raises ValueError, KeyError and the like for actions that cannot be carried out."""
    actions: list[Body] = incident.body["pending_actions"]
    for action in actions:
        if action["type"] not in ORDER or stored(loaded(action["at"])) != action["at"]:
            raise ValueError("a pending action needs a type that there is, and a moment such as 2026-01-31T08:00:00Z")
    return actions


def drop_action(call: Call, incident: Record, kind: str) -> Record:
    return _with(call, incident, [it for it in incident.body["pending_actions"] if it["type"] != kind])


def _with(call: Call, incident: Record, actions: list[Body]) -> Record:
    return call.store.put("incident", incident.id, {**incident.body, "pending_actions": actions})


def _escalation_delay_s(call: Call, incident: Record) -> int | None:
    """None where nothing is escalated: for low urgencies, and for users who were assigned by name."""
    escalation = escalation_of(call.store, incident)
    if escalation is None or incident.body["urgency"] == "low":
        return None
    if incident.body["assigned_via"] == "direct_assignment" and call.profile.reads("chosen_people", "stay"):
        return None
    rule = escalation.body["rules"][escalation.body["level"] - 1]
    return int(rule["escalation_delay_in_minutes"]) * 60


def _setting_s(call: Call, incident: Record, name: str) -> int | None:
    service = call.store.get("service", incident.body["service"]["id"])
    seconds: int | None = service.body[name] if service is not None else None
    return seconds
