"""Service: something that can break, with its escalation policy, its urgencies and its integrations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pdsync.sandbox.api.alert_grouping_setting import (
    NO_GROUPING,
    NO_PAUSE,
    check_alert_grouping,
    check_auto_pause,
    follow_service,
    leave_settings,
)
from pdsync.sandbox.api.collection import Collection, check_name
from pdsync.sandbox.api.loose_end import tie_loose_ends
from pdsync.sandbox.api.maintenance_window import leave_windows
from pdsync.sandbox.api.service_dependency import drop_dependencies
from pdsync.sandbox.api.urgency import DEFAULTS, check_urgency, shown_rule
from pdsync.sandbox.http.call import Call, pointer
from pdsync.sandbox.http.form import REFUSE, Form, Text, has_control
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.paging.incident_log import Cause
from pdsync.sandbox.paging.incident_status import resolve
from pdsync.sandbox.paging.service_status import service_status
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body, Record

_ALERT_CREATION = ("create_alerts_and_incidents", "create_incidents")


def _name_problem(text: str) -> str | None:
    """Fewer characters are forbidden than in a policy's name (terraform-provider-pagerduty, resource_pagerduty_service.go)."""
    if has_control(text) or text != text.rstrip():
        return "can not contain non-printable characters or trailing white space"
    return None


class Services(Collection):
    kind = "service"
    plural = "services"
    known_includes = frozenset({"escalation_policies", "teams", "integrations", "auto_pause_notifications_parameters"})

    def create(self, call: Call, body: Body) -> Record:
        draft: Body = {
            **_optional_fields(call),
            "status": "active",
            "created_at": stored(call.now),
            "last_incident_timestamp": None,
        }
        record = call.store.put("service", call.store.new_id(), self._checked(call, body, draft, None))
        follow_service(call, record, body)
        return record

    def update(self, call: Call, record: Record, body: Body) -> Record:
        draft = dict(record.body)
        if call.profile.reads("absent_service_fields", "reset"):
            draft |= _optional_fields(call)
        record = call.store.put("service", record.id, self._checked(call, body, draft, record))
        follow_service(call, record, body)
        return record

    def remove(self, call: Call, record: Record) -> None:
        """Integrations do not stand in the way. Its open incidents end with it, or they would page for a service that is
        gone."""
        cause = Cause(pointer(record), {"type": "auto"})
        escalations = call.store.children("escalation", record.id)
        if escalations and call.profile.reads("service_with_incidents", "refused"):
            raise invalid("Service can't be deleted while it has open incidents")
        for escalation in escalations:
            resolve(call, call.record("incident", escalation.body["incident"]["id"]), cause)
        leave_settings(call, record)
        drop_dependencies(call.store, record)
        leave_windows(call.store, record)
        tie_loose_ends(call.store, record)
        for kind in ("integration", "deduplication", "change_event", "service_field_value"):
            for child in call.store.children(kind, record.id):
                call.store.delete(child.id)
        call.store.delete(record.id)

    def filtered(self, call: Call, records: Iterable[Record]) -> Sequence[Record]:
        teams, name = set(call.many("team_ids")), call.arg("name")
        if name is None and not teams:  # as most pages of a large account are asked for
            return list(records)
        return [
            it
            for it in records
            if (name is None or it.body["name"] == name)
            and (not teams or any(team["id"] in teams for team in self._policy(call, it).body["teams"]))
        ]

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        policy = self._policy(call, record)
        shown = {
            **call.links.head(record),
            **record.body,
            "status": service_status(call, record),
            "incident_urgency_rule": shown_rule(record.body["incident_urgency_rule"]),
            "escalation_policy": call.embed(policy, whole="escalation_policies" in includes),
            # Derived from the policy, read-only (PagerDuty API description).
            "teams": [call.embed(it, whole="teams" in includes) for it in policy.body["teams"]],
            "integrations": [
                call.embed(it, whole="integrations" in includes) for it in call.store.children("integration", record.id)
            ],
            "addons": [],
            **_legacy_grouping(record.body["alert_grouping_parameters"]),
        }
        if "auto_pause_notifications_parameters" not in includes:  # terraform-provider-pagerduty, service reads
            del shown["auto_pause_notifications_parameters"]
        return shown

    def _policy(self, call: Call, record: Record) -> Record:
        return call.record("escalation_policy", record.body["escalation_policy"]["id"])

    def _checked(self, call: Call, body: Body, draft: Body, record: Record | None) -> Body:
        form = Form(body, draft, creating=record is None)
        form.text("name", Text(255, min_length=1, clean=str.lstrip, check=_name_problem), required=True)
        form.description()
        form.reference("escalation_policy", "escalation_policy", call.store, required=True)
        for timeout in ("auto_resolve_timeout", "acknowledgement_timeout"):
            form.integer(timeout, 0, null=None)
            draft[timeout] = draft[timeout] or None  # 0 disables, and is answered as null
        if call.profile.reads("create_incidents", "refused"):
            form.choice("alert_creation", _ALERT_CREATION[:1], null=_ALERT_CREATION[0])
        elif call.profile.reads("create_incidents", "taken"):
            form.choice("alert_creation", _ALERT_CREATION, null=_ALERT_CREATION[0])
        self._check_status(call, form, record)
        check_urgency(form)
        check_alert_grouping(call, form)
        check_auto_pause(form)
        check_name(call, form, self.kind, record)  # unique: terraform-provider-pagerduty #556
        form.finish()
        return draft

    def _check_status(self, call: Call, form: Form, record: Record | None) -> None:
        """POST takes only active (PagerDuty API description); the other states come from incidents, and may be sent
        back as they were read."""
        if record is not None and form.body.get("status") == service_status(call, record):
            return
        if form.value("status", required=False, null=form.draft["status"]) is not REFUSE:
            form.choice("status", ("active",) if record is None else ("active", "disabled"))


def _optional_fields(call: Call) -> Body:
    """What a service has that a request does not name."""
    # Unset in a POST means disabled, whatever the default in the schema says (PagerDuty API description).
    has_timeouts = call.profile.reads("new_service_timeouts", "schema_defaults")
    return {
        "description": None,
        "auto_resolve_timeout": 14_400 if has_timeouts else None,
        "acknowledgement_timeout": 1_800 if has_timeouts else None,
        "alert_creation": _ALERT_CREATION[0],
        "alert_grouping_parameters": NO_GROUPING,
        "auto_pause_notifications_parameters": NO_PAUSE,
        "response_play": None,
        **DEFAULTS,
    }


def _legacy_grouping(parameters: Body) -> Body:
    """The two older, deprecated fields for the same thing; they know only two of the types (PagerDuty API description)."""
    timeout = parameters["config"]["timeout"] if parameters["type"] == "time" else None
    kind = parameters["type"] if parameters["type"] in ("time", "intelligent") else None
    return {"alert_grouping": kind, "alert_grouping_timeout": timeout}


SERVICES = Services()
