"""Consistency: whether all stored objects fit together and can be shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from pdsync.sandbox.api.audit import show_audit_record
from pdsync.sandbox.api.automation_action import AUTOMATION_ACTIONS
from pdsync.sandbox.api.business_impact import relation_of
from pdsync.sandbox.api.cache_variable import KIND as CACHE_VARIABLE
from pdsync.sandbox.api.cache_variable import show_cache_variable
from pdsync.sandbox.api.collection import Collection
from pdsync.sandbox.api.custom_shift import show_custom_shift
from pdsync.sandbox.api.enablement import KIND as ENABLEMENT
from pdsync.sandbox.api.enablement import show_enablement
from pdsync.sandbox.api.endpoint import COLLECTIONS
from pdsync.sandbox.api.event_orchestration import EVENT_ORCHESTRATIONS
from pdsync.sandbox.api.event_processing import PROCESSED, show_processed
from pdsync.sandbox.api.handoff_rule import KIND as HANDOFF_RULE
from pdsync.sandbox.api.incident_field import KIND as INCIDENT_FIELD
from pdsync.sandbox.api.incident_field import show_incident_field
from pdsync.sandbox.api.incident_type import KIND as INCIDENT_TYPE
from pdsync.sandbox.api.incident_type import find_type, lineage, show_incident_type
from pdsync.sandbox.api.incident_workflow import TRIGGER
from pdsync.sandbox.api.jira_rule import KIND as JIRA_RULE
from pdsync.sandbox.api.jira_rule import show_jira_rule
from pdsync.sandbox.api.orchestration_integration import KIND as ORCHESTRATION_INTEGRATION
from pdsync.sandbox.api.orchestration_integration import show_orchestration_integration
from pdsync.sandbox.api.orchestration_part import owner_of
from pdsync.sandbox.api.orchestration_path import ACTIVE as ORCHESTRATION_ACTIVE
from pdsync.sandbox.api.orchestration_path import KIND as ORCHESTRATION_PATH
from pdsync.sandbox.api.orchestration_path import check_path, path_place, show_path
from pdsync.sandbox.api.override import show_override
from pdsync.sandbox.api.override_shift import show_override_shift
from pdsync.sandbox.api.priority import PRIORITIES
from pdsync.sandbox.api.priority_threshold import show_threshold
from pdsync.sandbox.api.responder_request import states_of
from pdsync.sandbox.api.rotation import show_rotation
from pdsync.sandbox.api.rotation_event import show_event
from pdsync.sandbox.api.schedule import SCHEDULES
from pdsync.sandbox.api.service import SERVICES
from pdsync.sandbox.api.service_dependency import DEPENDENCY_ENDS, show_dependency
from pdsync.sandbox.api.service_field import KIND as SERVICE_FIELD
from pdsync.sandbox.api.service_field import VALUE as SERVICE_FIELD_VALUE
from pdsync.sandbox.api.service_field import show_service_field, show_value
from pdsync.sandbox.api.session import KIND as SESSION
from pdsync.sandbox.api.session import show_session
from pdsync.sandbox.api.session_configuration import KIND as SESSION_CONFIGURATION
from pdsync.sandbox.api.session_configuration import show_session_configuration
from pdsync.sandbox.api.slack_connection import KIND as SLACK_CONNECTION
from pdsync.sandbox.api.slack_connection import show_slack_connection
from pdsync.sandbox.api.standard import KIND as STANDARD
from pdsync.sandbox.api.standard import show_standard
from pdsync.sandbox.api.status_page import KIND as STATUS_PAGE
from pdsync.sandbox.api.status_page import show_status_page
from pdsync.sandbox.api.status_update_rule import KIND as STATUS_UPDATE_RULE
from pdsync.sandbox.api.subscriber import show_subscriber
from pdsync.sandbox.api.vendor import VENDORS
from pdsync.sandbox.api.workflow_connection import KIND as WORKFLOW_CONNECTION
from pdsync.sandbox.api.workflow_connection import show_connection
from pdsync.sandbox.api.workflow_trigger import show_trigger
from pdsync.sandbox.http.call import Call
from pdsync.sandbox.paging.escalation import first_level
from pdsync.sandbox.paging.event_memory import KIND as EVENT_MEMORY
from pdsync.sandbox.paging.event_memory import parts_of
from pdsync.sandbox.paging.event_shifts import event_shifts
from pdsync.sandbox.paging.event_state import EVENT, ROTATION
from pdsync.sandbox.paging.pending_action import actions_of
from pdsync.sandbox.paging.rendering import render
from pdsync.sandbox.paging.shift_rendering import CUSTOM_SHIFT, OVERRIDE, member_id
from pdsync.sandbox.paging.suspension import KIND as SUSPENDED
from pdsync.sandbox.paging.suspension import ends_at
from pdsync.sandbox.store.instant import checked, loaded
from pdsync.sandbox.store.record import Record, mentions

# Records of the past may name what was deleted.
_HISTORY = frozenset(
    {
        *("incident", "log_entry", "audit_record", "note", "alert", "change_event", "status_update", PROCESSED),
        # A profile says whether it stays when one of its services is deleted.
        *("responder_request", "service_dependency"),
    }
)
_CHILDREN = frozenset(
    {
        *("contact_method", "notification_rule", HANDOFF_RULE, STATUS_UPDATE_RULE, "membership", "override"),
        *("integration", "subscription"),
        *(ORCHESTRATION_INTEGRATION, CACHE_VARIABLE, ENABLEMENT, EVENT_MEMORY, SUSPENDED),
        *("escalation", "deduplication", "deleted_user", "tag_assignment"),
        *(SESSION, STATUS_PAGE, TRIGGER, WORKFLOW_CONNECTION, ORCHESTRATION_PATH, ORCHESTRATION_ACTIVE),
        *(ROTATION, EVENT, OVERRIDE, CUSTOM_SHIFT),
        *("oauth_access_token", "oauth_code", "oauth_refresh_token"),
        *("incident_impact", "priority_threshold", SESSION_CONFIGURATION, STANDARD, SLACK_CONNECTION, JIRA_RULE),
        *(INCIDENT_TYPE, INCIDENT_FIELD, SERVICE_FIELD, SERVICE_FIELD_VALUE),
    }
)
_ZONE = "Europe/London"  # in UTC moments are shown as they are stored, whatever they are
KINDS = _HISTORY | _CHILDREN | {collection.kind for collection in COLLECTIONS}


def find_breaks(call: Call) -> Iterator[str]:
    """A sentence for each broken reference, missing parent, and object that cannot be shown."""
    store = call.store
    if not any(user.body.get("role") == "owner" for user in store.all("user")):
        yield "there is no user with the role owner"
    shows = _shows(call)
    for kind in store.kinds():
        show = shows.get(kind)
        for record in store.each(kind):
            name = f"{kind} {record.id}"
            if record.parent is not None and store.find(record.parent) is None:
                yield f"{name}: its parent {record.parent} does not exist"
            if kind not in _HISTORY:
                for id in mentions(record.body):
                    if store.find(id) is None and id not in VENDORS and id not in PRIORITIES:
                        yield f"{name}: it refers to {id}, which does not exist"
            try:
                json.dumps(show(record) if show is not None else None)
            except Exception as error:  # noqa: BLE001 (whatever it is, the object is unusable, and that is the answer)
                yield f"{name}: cannot be shown ({type(error).__name__}: {error})"


def _shows(call: Call) -> dict[str, Callable[[Record], object]]:
    """How the kinds that have an endpoint are shown; one that raises, or is not JSON, would be an answer of 500."""
    few = frozenset[str]()
    zoned = replace(call, args={"time_zone": [_ZONE]})

    def collected(collection: Collection) -> Callable[[Record], object]:
        return lambda it: collection.show_one(call, it, few)

    return {
        **{collection.kind: collected(collection) for collection in COLLECTIONS},
        **dict.fromkeys(("contact_method", "notification_rule", "integration", "alert", "note"), call.show),
        HANDOFF_RULE: lambda it: (call.show(it), it.body["handoff_type"]),
        STATUS_UPDATE_RULE: call.show,
        "log_entry": zoned.show,
        "schedule": lambda it: (
            SCHEDULES.show_one(call, it, few),
            len(render(call.store, it, call.now, call.now).final),
        ),
        "service": lambda it: (SERVICES.show_one(call, it, few), it.body["name"].casefold()),
        "override": lambda it: (
            show_override(call, call.record("schedule", it.parent or ""), it.id, it.body),
            *(loaded(it.body[name]).isoformat() for name in ("start", "end")),
        ),
        "membership": lambda it: (
            call.record("user", it.body["user"]["id"]).id,
            it.body["role"],
            it.body["team"]["id"],
        ),
        "incident": lambda it: (
            zoned.show(it),
            (it.body["status"], it.body["urgency"]),
            it.body["incident_number"] + 0,
            checked(it.body["created_at"]).isoformat(),
            checked(it.body["resolved_at"] or it.body["created_at"]).isoformat(),
            actions_of(it),
        ),
        "tag_assignment": lambda it: call.show(call.record("tag", it.body["tag"]["id"])),
        "deduplication": lambda it: call.record("incident", it.body["incident"]["id"]).id,
        "escalation": lambda it: (call.record("incident", it.body["incident"]["id"]).id, *_assigned(call, it)),
        "audit_record": show_audit_record,
        "change_event": lambda it: (call.show(it), checked(it.body["timestamp"]).isoformat()),
        "responder_request": lambda it: (zoned.show(it), states_of(it)),
        "incident_impact": lambda it: relation_of(call, it),
        "subscription": show_subscriber,
        "service_dependency": lambda it: (show_dependency(it), *(it.body[end]["id"] for end in DEPENDENCY_ENDS)),
        "priority_threshold": show_threshold,
        SESSION_CONFIGURATION: show_session_configuration,
        STANDARD: lambda it: show_standard(call, it.id),
        **_shows_of_later_kinds(call, few),
    }


def _shows_of_later_kinds(call: Call, few: frozenset[str]) -> dict[str, Callable[[Record], object]]:
    return {
        SESSION: lambda it: (show_session(it), call.record("user", it.parent or "").id),
        STATUS_PAGE: show_status_page,
        SLACK_CONNECTION: lambda it: show_slack_connection(call, it),
        JIRA_RULE: show_jira_rule,
        WORKFLOW_CONNECTION: lambda it: show_connection(call, it),
        TRIGGER: lambda it: show_trigger(call, it),
        ORCHESTRATION_PATH: lambda it: (show_path(call, *path_place(call, it)), check_path(call, it)),
        ORCHESTRATION_ACTIVE: lambda it: (call.record("service", it.parent or "").id, it.body["active"]),
        ORCHESTRATION_INTEGRATION: show_orchestration_integration,
        CACHE_VARIABLE: lambda it: show_cache_variable(call, owner_of(call, it), it),
        ENABLEMENT: lambda it: (show_enablement(call, owner_of(call, it)), it.body["enabled"], it.body["updated_at"]),
        EVENT_MEMORY: lambda it: (owner_of(call, it).id, parts_of(it)),
        SUSPENDED: lambda it: (
            call.record("service", it.parent or "").id,
            ends_at(it),
            PRIORITIES[it.body["alarm"]["priority"] or next(iter(PRIORITIES))],
        ),
        PROCESSED: show_processed,
        **_shows_of_shifts(call),
        "event_orchestration": lambda it: (
            EVENT_ORCHESTRATIONS.show_one(call, it, few),
            loaded(it.body["created_at"]).isoformat(),
        ),
        **_shows_of_fields(call),
        "automation_action": lambda it: (
            AUTOMATION_ACTIONS.show_one(call, it, few),
            it.body["action_type"],
            it.body["action_classification"],
        ),
    }


def _shows_of_shifts(call: Call) -> dict[str, Callable[[Record], object]]:
    def schedule_of(it: Record) -> str:
        return call.record("schedule_v3", it.parent or "").id

    def moments(it: Record) -> list[str]:
        return [checked(it.body[name]).isoformat() for name in ("start_time", "end_time")]

    return {
        ROTATION: lambda it: (schedule_of(it), show_rotation(call, it)),
        EVENT: lambda it: (
            show_event(call, it),
            len(list(event_shifts(call.profile, it, call.now, call.now + timedelta(days=1)))),
        ),
        OVERRIDE: lambda it: (
            *(schedule_of(it), show_override_shift(call, it), moments(it), it.body["place"]["id"]),
            *(member_id(it.body[name]) for name in ("overridden_member", "overriding_member")),
        ),
        CUSTOM_SHIFT: lambda it: (
            *(schedule_of(it), show_custom_shift(call, it), moments(it)),
            member_id(it.body["assignment"]["member"]),
        ),
    }


def _shows_of_fields(call: Call) -> dict[str, Callable[[Record], object]]:
    return {
        INCIDENT_TYPE: lambda it: (show_incident_type(it), lineage(call, it.id)),
        INCIDENT_FIELD: lambda it: (
            show_incident_field(call, it, with_options=True),
            find_type(call, it.body["incident_type"]),
        ),
        SERVICE_FIELD: lambda it: show_service_field(call, it, with_options=True),
        SERVICE_FIELD_VALUE: lambda it: (
            call.record("service", it.parent or "").id,
            show_value(call, call.record(SERVICE_FIELD, it.body["field"]["id"]), it.body["value"]),
        ),
    }


def _assigned(call: Call, escalation: Record) -> list[str]:
    """Raises KeyError and the like where rules, level or people are missing."""
    body = escalation.body
    for number, rule in enumerate(body["rules"], start=1):
        first_level(call, body["rules"], number)
        timedelta(minutes=rule["escalation_delay_in_minutes"])
    range(body.get("loops_left", 0))
    if not 1 <= body["level"] <= len(body["rules"]):
        raise ValueError("its level is not among its rules")
    return [it["assignee"]["id"] for it in body["assignments"]]
