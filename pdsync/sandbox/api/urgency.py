"""Urgency: the urgency rule of a service with its support hours and scheduled actions.

The three depend on one another: terraform-provider-pagerduty #61, #97, #415, #535, #843 and PR 360.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from pdsync.sandbox.http.form import Form
from pdsync.sandbox.store.record import Body

DEFAULTS: Body = {
    # Missing means constant and high (terraform-provider-pagerduty #61).
    "incident_urgency_rule": {"type": "constant", "urgency": "high"},
    "support_hours": None,
    "scheduled_actions": [],
}
_URGENCIES = ("high", "low", "severity_based")
# PagerDuty's text for support hours under a constant urgency (terraform-provider-pagerduty #415).
_ACTIVE_URGENCY = "Active urgency must be in high, low, or severity_based."


def check_urgency(form: Form) -> None:
    """Reads the three fields into the form's draft, which has the old values or the defaults."""
    before = form.draft["incident_urgency_rule"]["type"]
    rule = form.object("incident_urgency_rule", null=DEFAULTS["incident_urgency_rule"])
    if rule is not None:
        form.draft["incident_urgency_rule"] = _rule(form, rule)
    now = form.draft["incident_urgency_rule"].get("type")
    hours = form.object("support_hours", null=None)
    if hours is not None:
        form.draft["support_hours"] = _support_hours(form, hours)
    actions = form.objects("scheduled_actions", null=[])
    if actions is not None:
        form.draft["scheduled_actions"] = [_action(form, action) for action in actions]
    if now == "constant":
        if form.body.get("support_hours") is not None:
            form.error(_ACTIVE_URGENCY)
        if form.body.get("scheduled_actions"):
            form.error("Scheduled actions must be empty unless the urgency depends on support hours")
        form.draft["support_hours"], form.draft["scheduled_actions"] = None, []
    elif now == "use_support_hours":
        if form.draft["support_hours"] is None:
            form.error("Support hours can't be blank when the urgency depends on them")
        if before == "constant" and not form.has("scheduled_actions"):
            form.error("Scheduled actions can't be blank when the urgency depends on support hours")


def shown_rule(rule: Body) -> Body:
    """A constant rule answers nulls for the two others."""
    if rule["type"] == "constant":
        return {**rule, "during_support_hours": None, "outside_support_hours": None}
    return rule


def _rule(form: Form, body: Body) -> Body:
    draft: Body = {"type": "constant"}
    part = form.nested(body, draft, "Incident urgency rule: ")
    part.choice("type", ("constant", "use_support_hours"))
    if draft["type"] == "constant":
        draft["urgency"] = "high"
        part.choice("urgency", _URGENCIES)
        return draft
    if body.get("urgency") is not None:
        part.error("Urgency must not be set when the type is use_support_hours")
    for name in ("during_support_hours", "outside_support_hours"):
        given = part.object(name, required=True)
        if given is not None:
            draft[name] = {"type": "constant"}
            inner = part.nested(given, draft[name], f"{name}: ")
            inner.choice("type", ("constant",))
            inner.choice("urgency", _URGENCIES, required=True)
    return draft


def _support_hours(form: Form, body: Body) -> Body:
    draft: Body = {"type": "fixed_time_per_day"}
    part = form.nested(body, draft, "Support hours: ")
    part.choice("type", ("fixed_time_per_day",))
    part.zone("time_zone", required=True)
    part.time_of_day("start_time")
    part.time_of_day("end_time")
    days = body.get("days_of_week")
    if not isinstance(days, list) or not days or not all(type(day) is int and 1 <= day <= 7 for day in days):
        part.error("Days of week must be an array of numbers from 1 to 7")
    else:
        draft["days_of_week"] = sorted(set(days))
    return draft


def _action(form: Form, body: Body) -> Body:
    """Only a change to high exists (PagerDuty API description, ScheduledAction)."""
    draft: Body = {}
    part = form.nested(body, draft, "Scheduled action: ")
    part.choice("type", ("urgency_change",), required=True)
    part.choice("to_urgency", ("high",), required=True)
    at = part.object("at", required=True)
    if at is not None:
        draft["at"] = {}
        inner = part.nested(at, draft["at"], "at: ")
        inner.choice("type", ("named_time",), required=True)
        inner.choice("name", ("support_hours_start", "support_hours_end"), required=True)
    return draft


def urgency_at(service: Body, now: datetime, severity: str | None = None) -> str:
    """``high`` or ``low``, as the service's rule has it. That critical and error are high, and that it is
    high without a severity, is from memory, to verify."""
    rule = service["incident_urgency_rule"]
    if rule["type"] == "use_support_hours":
        within = _within(service["support_hours"], now)
        rule = rule["during_support_hours" if within else "outside_support_hours"]
    if rule["urgency"] == "severity_based":
        return "low" if severity in ("warning", "info") else "high"
    return str(rule["urgency"])


def _within(hours: Body, now: datetime) -> bool:
    local = now.astimezone(ZoneInfo(hours["time_zone"]))
    time, start, end = local.strftime("%H:%M:%S"), hours["start_time"], hours["end_time"]
    day = local.isoweekday()
    if start < end:
        return day in hours["days_of_week"] and start <= time < end
    # Over midnight: the hours belong to the day on which they begin.
    yesterday = (day - 2) % 7 + 1
    return (day in hours["days_of_week"] and time >= start) or (yesterday in hours["days_of_week"] and time < end)
