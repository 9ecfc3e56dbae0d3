"""Incident: something that somebody must look at: how it begins and how it is shown.

While it is open it has an escalation: the policy's rules as they were when it began, and who is assigned. That
snapshot does not follow the policy, and holds its schedules and users (facts: PagerDuty's support pages).
"""

from __future__ import annotations

from typing import Any

from pdsync.sandbox.api.log_entry import add_log_entry, show_log_entry
from pdsync.sandbox.api.maintenance_window import in_maintenance
from pdsync.sandbox.api.priority import show_priority
from pdsync.sandbox.http.call import Call, pointer
from pdsync.sandbox.paging.escalation import assignments, escalation_of, first_level
from pdsync.sandbox.paging.pending_action import plan_ahead
from pdsync.sandbox.store.instant import shown, stored
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

_MOMENTS = ("created_at", "updated_at", "last_status_change_at", "resolved_at")


def open_incident(
    call: Call,
    service: Record,
    draft: Body,
    agent: dict[str, Any],
    channel: Body,
    *,
    policy: Record | None = None,
    users: list[dict[str, Any]] | None = None,
) -> Record | None:
    """``draft`` has title and urgency, and may have key, priority, body and bridge. Without ``users`` it goes to the
    policy. None when nobody is on call on any level: it is dropped (PagerDuty community, answer 2191); and while the
    service is in maintenance (PagerDuty API description, POST /maintenance_windows)."""
    store, now = call.store, stored(call.now)
    if in_maintenance(store, service.id, call.now):
        return None
    policy = policy or call.record("escalation_policy", service.body["escalation_policy"]["id"])
    rules, level = policy.body["escalation_rules"], 1
    via = "direct_assignment" if users else "escalation_policy"
    if not users:
        level, users = first_level(call, rules)
    if not users:
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
        "last_status_change_by": agent,
        "resolved_at": None,
        "service": pointer(service),
        "escalation_policy": pointer(policy),
        "teams": policy.body["teams"],
        "assigned_via": via,
        "acknowledgements": [],
        "pending_actions": [],
    }
    incident = store.put("incident", store.new_id(), body)
    first = add_log_entry(call, incident, "trigger", f"Triggered through the {channel['type']}", agent, channel)
    incident = store.put("incident", incident.id, {**body, "first_trigger_log_entry": pointer(first)})
    escalate_to(call, incident, rules, level, users, policy.body["num_loops"])
    incident = plan_ahead(call, incident, opened=True)
    add_log_entry(call, incident, "assign", "Assigned", agent, channel, assignees=users)
    store.put("service", service.id, {**service.body, "last_incident_timestamp": now})
    return incident


def escalate_to(
    call: Call, incident: Record, rules: list[Body], level: int, users: list[dict[str, Any]], loops_left: int
) -> None:
    """Makes or replaces the escalation of an incident; ``loops_left`` is how often the rules may begin again."""
    body = {
        "incident": pointer(incident),
        "rules": rules,
        "level": level,
        "loops_left": loops_left,
        "assignments": assignments(call, users),
    }
    call.store.put("escalation", f"{incident.id}:escalation", body, incident.body["service"]["id"])


def open_status(store: Store, service_id: str) -> str | None:
    """``critical`` while an incident of the service is triggered, ``warning`` while all open ones are acknowledged
    (PagerDuty API description, status of a service), None without an open incident."""
    open_ids = [it.body["incident"]["id"] for it in store.children("escalation", service_id)]
    statuses = {incident.body["status"] for id in open_ids if (incident := store.get("incident", id))}
    return "critical" if "triggered" in statuses else "warning" if statuses else None


def show_incident(call: Call, record: Record, includes: frozenset[str], zone: str) -> Body:
    links, store, body = call.links, call.store, record.body
    escalation = escalation_of(store, record)
    alerts = [it.body["status"] for it in store.children("alert", record.id)]
    first = call.record("log_entry", body["first_trigger_log_entry"]["id"])
    people = includes & {"users", "assignees"}
    shown_body = {
        **links.head(record),
        **body,
        **{name: shown(body[name], zone) for name in _MOMENTS},
        "description": body["title"],
        "service": _show(call, body["service"], "services" in includes),
        "escalation_policy": _show(call, body["escalation_policy"], "escalation_policies" in includes),
        "teams": [_show(call, it, "teams" in includes) for it in body["teams"]],
        "assignments": [
            {"at": shown(it["at"], zone), "assignee": _show(call, it["assignee"], bool(people))}
            for it in (escalation.body["assignments"] if escalation is not None else [])
        ],
        "acknowledgements": [
            {
                "at": shown(it["at"], zone),
                "acknowledger": _show(call, it["acknowledger"], "acknowledgers" in includes),
            }
            for it in body["acknowledgements"]
        ],
        "pending_actions": [{**it, "at": shown(it["at"], zone)} for it in body["pending_actions"]],
        "last_status_change_by": _show(call, body["last_status_change_by"], "agents" in includes),
        "first_trigger_log_entry": show_log_entry(call, first, frozenset(), zone)
        if "first_trigger_log_entries" in includes
        else links.reference(first),
        "priority": show_priority(links, body["priority"]["id"]) if body["priority"] else None,
        "alert_counts": {
            "all": len(alerts),
            "triggered": alerts.count("triggered"),
            "resolved": alerts.count("resolved"),
        },
        "is_mergeable": True,
        "resolve_reason": None,
        "alert_grouping": None,
        "incidents_responders": [],
        "responder_requests": [],
    }
    for name in ("body", "conference_bridge"):  # only when asked for (PagerDuty API description, Incident)
        if name not in includes:
            del shown_body[name]
    return shown_body


def _show(call: Call, value: dict[str, Any], full: bool) -> Body:
    from pdsync.sandbox.api.escalation_policy import ESCALATION_POLICIES  # these show incidents' traces themselves
    from pdsync.sandbox.api.service import SERVICES
    from pdsync.sandbox.api.team import TEAMS
    from pdsync.sandbox.api.user import USERS

    record = call.store.find(value["id"]) if full else None
    for collection in (ESCALATION_POLICIES, SERVICES, TEAMS, USERS):
        if record is not None and record.kind == collection.kind:
            return collection.show(call, record, frozenset())
    return call.links.resolve(value)
