"""Incident status: how an incident begins, and how it is acknowledged, escalated, resolved and reopened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pdsync.sandbox.http.call import Call, pointer
from pdsync.sandbox.http.problem import arguments_error, invalid
from pdsync.sandbox.paging.alert_status import resolve_alerts
from pdsync.sandbox.paging.escalation import EscalationPath, Pointer, escalate_to, escalation_of, first_level
from pdsync.sandbox.paging.incident_log import WEBSITE, Cause, add_log_entry
from pdsync.sandbox.paging.pending_action import acknowledgement_timeout_s, plan_ahead
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body, Record


def open_incident(
    call: Call, service: Record, draft: Body, cause: Cause, users: Sequence[Pointer] = ()
) -> Record | None:
    """``draft`` has title and urgency, and may have key, priority, body, bridge and another escalation policy than the
    service's. Without ``users`` the incident goes to the policy. None where the policy has no user on call on any level:
    the incident is dropped (PagerDuty community, answer 2191)."""
    store, now = call.store, stored(call.now)
    chosen = draft.get("escalation_policy") or service.body["escalation_policy"]
    policy = call.record("escalation_policy", chosen["id"])
    level, assignees, via = 1, list(users), "direct_assignment"
    if not users:
        (level, assignees), via = first_level(call, policy.body["escalation_rules"]), "escalation_policy"
    if not assignees:
        return None
    body: Body = {
        "incident_number": max((it.body["incident_number"] for it in store.all("incident")), default=0) + 1,
        "incident_key": None,
        "priority": None,
        "body": None,
        "conference_bridge": None,
        "incident_type": {"name": "incident_default"},
        **draft,
        "status": "triggered",
        "created_at": now,
        "updated_at": now,
        "last_status_change_at": now,
        "last_status_change_by": cause.agent,
        "resolved_at": None,
        "service": pointer(service),
        "escalation_policy": pointer(policy),
        "teams": policy.body["teams"],
        "assigned_via": via,
        "acknowledgements": [],
        "pending_actions": [],
    }
    incident = store.put("incident", store.new_id(), body)
    first = add_log_entry(call, incident, "trigger", f"Triggered through the {cause.channel['type']}", cause)
    incident = store.put("incident", incident.id, {**body, "first_trigger_log_entry": pointer(first)})
    escalate_to(call, incident, EscalationPath.of_policy(policy), level, assignees)
    incident = plan_ahead(call, incident, opened=True)
    add_log_entry(call, incident, "assign", "Assigned", cause, assignees=assignees)
    store.put("service", service.id, {**service.body, "last_incident_timestamp": now})
    return incident


def acknowledge(call: Call, incident: Record, cause: Cause) -> Record:
    """A resolved incident is reopened for the one who acknowledges it (PagerDuty API description, PUT /incidents)."""
    agent = cause.agent
    if incident.body["status"] == "resolved":
        incident = _reopen(call, incident, cause, [agent])
    acknowledgements = [it for it in incident.body["acknowledgements"] if it["acknowledger"]["id"] != agent["id"]]
    acknowledgements.append({"at": stored(call.now), "acknowledger": agent})
    incident = _changed(call, incident, cause, "acknowledged", acknowledgements=acknowledgements)
    timeout_s = acknowledgement_timeout_s(call, incident)
    incident = plan_ahead(call, incident, acknowledged_s=timeout_s or 0)
    # The timeout is copied into the log (PagerDuty API description, AcknowledgeLogEntry).
    add_log_entry(call, incident, "acknowledge", "Acknowledged", cause, acknowledgement_timeout=timeout_s)
    return incident


def resolve(call: Call, incident: Record, cause: Cause, resolution: str | None = None) -> Record:
    """Ends the incident, its alerts and its assignments."""
    if incident.body["status"] == "resolved":
        raise arguments_error("Incident Already Resolved")
    incident = _changed(
        call, incident, cause, "resolved", acknowledgements=[], pending_actions=[], resolved_at=stored(call.now)
    )
    escalation = escalation_of(call.store, incident)
    if escalation is not None:
        call.store.delete(escalation.id)
    resolve_alerts(call, incident)
    note = {"note": resolution} if resolution is not None else {}
    add_log_entry(call, incident, "resolve", "Resolved", cause, **note)
    return incident


def trigger(call: Call, incident: Record, cause: Cause) -> Record:
    """Takes an acknowledgement back, or reopens a resolved incident for its policy."""
    status = incident.body["status"]
    if status == "triggered":
        return incident
    if status == "resolved":
        return _reopen(call, incident, cause, None)
    incident = plan_ahead(call, _changed(call, incident, cause, "triggered", acknowledgements=[]))
    add_log_entry(call, incident, "unacknowledge", "Unacknowledged", cause)
    return incident


def snooze(call: Call, incident: Record, agent: Pointer, duration_s: int) -> Record:
    """Acknowledged, and triggered again when the time is over (PagerDuty API description)."""
    if incident.body["status"] == "resolved":
        raise arguments_error("Incident Already Resolved")
    until = {"type": "unacknowledge", "at": stored(call.now + timedelta(seconds=duration_s))}
    cause = Cause(agent, {**WEBSITE, "duration": duration_s})
    acknowledgements = [{"at": stored(call.now), "acknowledger": agent}]
    incident = _changed(call, incident, cause, "acknowledged", acknowledgements=acknowledgements)
    incident = plan_ahead(call, incident, acknowledged_s=duration_s)
    add_log_entry(call, incident, "snooze", "Snoozed", cause, changed_actions=[until])
    return incident


def escalate(call: Call, incident: Record, cause: Cause, level: int, policy: Record | None = None) -> Record:
    """To a level of the snapshot, or of ``policy`` when the incident gets another one."""
    escalation = escalation_of(call.store, incident)
    if escalation is None:
        raise arguments_error("Incident Already Resolved")
    path = EscalationPath.of_escalation(escalation) if policy is None else EscalationPath.of_policy(policy)
    if not 1 <= level <= len(path.rules):
        raise invalid(f"Escalation level must be between 1 and {len(path.rules)}")
    found, users = first_level(call, path.rules, level)
    if not users:
        raise invalid("No one is on call on this escalation level or a later one")
    escalate_to(call, incident, path, found, users)
    incident = plan_ahead(call, _touched(call, incident, assigned_via="escalation_policy"))
    add_log_entry(call, incident, "escalate", f"Escalated to level {found}", cause, assignees=users)
    return incident


def reassign(call: Call, incident: Record, cause: Cause, users: list[Pointer]) -> Record:
    escalation = escalation_of(call.store, incident)
    if escalation is None:
        raise arguments_error("Incident Already Resolved")
    escalate_to(call, incident, EscalationPath.of_escalation(escalation), escalation.body["level"], users)
    incident = plan_ahead(call, _touched(call, incident, assigned_via="direct_assignment"))
    add_log_entry(call, incident, "assign", "Reassigned", cause, assignees=users)
    return incident


def _reopen(call: Call, incident: Record, cause: Cause, users: list[Pointer] | None) -> Record:
    policy = call.store.get("escalation_policy", incident.body["escalation_policy"]["id"])
    if policy is None or call.store.get("service", incident.body["service"]["id"]) is None:
        raise arguments_error("Incident cannot be reopened: its service or escalation policy was deleted")
    level, via = 1, "direct_assignment"
    if users is None:
        via = "escalation_policy"
        level, users = first_level(call, policy.body["escalation_rules"])
    if not users:
        raise arguments_error("Incident cannot be reopened: no one is on call in its escalation policy")
    escalate_to(call, incident, EscalationPath.of_policy(policy), level, users)
    incident = _changed(call, incident, cause, "triggered", resolved_at=None, assigned_via=via)
    incident = plan_ahead(call, incident, opened=True)
    add_log_entry(call, incident, "trigger", "Reopened", cause, assignees=users)
    return incident


def _changed(call: Call, incident: Record, cause: Cause, status: str, **fields: Any) -> Record:
    now = stored(call.now)
    by = {"last_status_change_at": now, "last_status_change_by": cause.agent}
    return _touched(call, incident, status=status, **by, **fields)


def _touched(call: Call, incident: Record, **fields: Any) -> Record:
    body = {**incident.body, "updated_at": stored(call.now), **fields}
    return call.store.put("incident", incident.id, body)
