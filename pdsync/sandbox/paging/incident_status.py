"""Incident status: triggered, acknowledged, resolved, and the ways between them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pdsync.sandbox.api.alert import resolve_alerts
from pdsync.sandbox.api.incident import escalate_to
from pdsync.sandbox.api.log_entry import add_log_entry
from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.problem import arguments_error, invalid
from pdsync.sandbox.paging.escalation import escalation_of, first_level
from pdsync.sandbox.paging.pending_action import acknowledgement_timeout_s, plan_ahead
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body, Record

Pointer = dict[str, Any]


def acknowledge(call: Call, incident: Record, agent: Pointer, channel: Body) -> Record:
    """A resolved incident is reopened for whoever acknowledges it (PagerDuty API description, PUT /incidents)."""
    if incident.body["status"] == "resolved":
        incident = _reopen(call, incident, agent, channel, [agent])
    acknowledgements = [it for it in incident.body["acknowledgements"] if it["acknowledger"]["id"] != agent["id"]]
    acknowledgements.append({"at": stored(call.now), "acknowledger": agent})
    incident = _changed(call, incident, agent, "acknowledged", acknowledgements=acknowledgements)
    timeout_s = acknowledgement_timeout_s(call, incident)
    incident = plan_ahead(call, incident, acknowledged_s=timeout_s or 0)
    # The timeout is copied into the log (PagerDuty API description, AcknowledgeLogEntry).
    more = {"acknowledgement_timeout": timeout_s}
    add_log_entry(call, incident, "acknowledge", "Acknowledged", agent, channel, **more)
    return incident


def resolve(call: Call, incident: Record, agent: Pointer, channel: Body, resolution: str | None = None) -> Record:
    """Ends the incident, its alerts and its assignments."""
    if incident.body["status"] == "resolved":
        raise arguments_error("Incident Already Resolved")
    incident = _changed(
        call, incident, agent, "resolved", acknowledgements=[], pending_actions=[], resolved_at=stored(call.now)
    )
    escalation = escalation_of(call.store, incident)
    if escalation is not None:
        call.store.delete(escalation.id)
    resolve_alerts(call, incident)
    note = {"note": resolution} if resolution is not None else {}
    add_log_entry(call, incident, "resolve", "Resolved", agent, channel, **note)
    return incident


def trigger(call: Call, incident: Record, agent: Pointer, channel: Body) -> Record:
    """Takes an acknowledgement back, or reopens a resolved incident for its policy."""
    status = incident.body["status"]
    if status == "triggered":
        return incident
    if status == "resolved":
        return _reopen(call, incident, agent, channel, None)
    incident = plan_ahead(call, _changed(call, incident, agent, "triggered", acknowledgements=[]))
    add_log_entry(call, incident, "unacknowledge", "Unacknowledged", agent, channel)
    return incident


def snooze(call: Call, incident: Record, agent: Pointer, duration_s: int) -> Record:
    """Acknowledged, and triggered again when the time is over (PagerDuty API description)."""
    if incident.body["status"] == "resolved":
        raise arguments_error("Incident Already Resolved")
    until = {"type": "unacknowledge", "at": stored(call.now + timedelta(seconds=duration_s))}
    acknowledgements = [{"at": stored(call.now), "acknowledger": agent}]
    incident = _changed(call, incident, agent, "acknowledged", acknowledgements=acknowledgements)
    incident = plan_ahead(call, incident, acknowledged_s=duration_s)
    channel = {"type": "website", "duration": duration_s}
    add_log_entry(call, incident, "snooze", "Snoozed", agent, channel, changed_actions=[until])
    return incident


def escalate(
    call: Call, incident: Record, agent: Pointer, channel: Body, level: int, policy: Record | None = None
) -> Record:
    """To a level of the snapshot, or of ``policy`` when the incident gets another one."""
    escalation = escalation_of(call.store, incident)
    if escalation is None:
        raise arguments_error("Incident Already Resolved")
    rules, loops = escalation.body["rules"], escalation.body.get("loops_left", 0)
    if policy is not None:
        rules, loops = policy.body["escalation_rules"], policy.body["num_loops"]
    if not 1 <= level <= len(rules):
        raise invalid(f"Escalation level must be between 1 and {len(rules)}")
    found, users = first_level(call, rules, level)
    if not users:
        raise invalid("Nobody is on call on this escalation level or a later one")
    escalate_to(call, incident, rules, found, users, loops)
    incident = plan_ahead(call, _touched(call, incident, assigned_via="escalation_policy"))
    add_log_entry(call, incident, "escalate", f"Escalated to level {found}", agent, channel, assignees=users)
    return incident


def reassign(call: Call, incident: Record, agent: Pointer, channel: Body, users: list[Pointer]) -> Record:
    escalation = escalation_of(call.store, incident)
    if escalation is None:
        raise arguments_error("Incident Already Resolved")
    body = escalation.body
    escalate_to(call, incident, body["rules"], body["level"], users, body.get("loops_left", 0))
    incident = plan_ahead(call, _touched(call, incident, assigned_via="direct_assignment"))
    add_log_entry(call, incident, "assign", "Reassigned", agent, channel, assignees=users)
    return incident


def _reopen(call: Call, incident: Record, agent: Pointer, channel: Body, users: list[Pointer] | None) -> Record:
    policy = call.store.get("escalation_policy", incident.body["escalation_policy"]["id"])
    if policy is None or call.store.get("service", incident.body["service"]["id"]) is None:
        raise arguments_error("Incident cannot be reopened: its service or escalation policy was deleted")
    level, via = 1, "direct_assignment"
    if users is None:
        via = "escalation_policy"
        level, users = first_level(call, policy.body["escalation_rules"])
    if not users:
        raise arguments_error("Incident cannot be reopened: nobody is on call in its escalation policy")
    escalate_to(call, incident, policy.body["escalation_rules"], level, users, policy.body["num_loops"])
    incident = _changed(call, incident, agent, "triggered", resolved_at=None, assigned_via=via)
    incident = plan_ahead(call, incident, opened=True)
    add_log_entry(call, incident, "trigger", "Reopened", agent, channel)
    return incident


def _changed(call: Call, incident: Record, agent: Pointer, status: str, **fields: Any) -> Record:
    now = stored(call.now)
    return _touched(call, incident, status=status, last_status_change_at=now, last_status_change_by=agent, **fields)


def _touched(call: Call, incident: Record, **fields: Any) -> Record:
    body = {**incident.body, "updated_at": stored(call.now), **fields}
    return call.store.put("incident", incident.id, body)
