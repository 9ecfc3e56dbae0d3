"""Incident list: which incidents a query asks for, and in which order."""

from __future__ import annotations

from collections.abc import Sequence

from pdsync.sandbox.api.private import visible
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.period import MONTH, SIX_MONTHS, asked_zone, in_period, moment
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.paging.escalation import escalation_of
from pdsync.sandbox.store.record import Record

STATUSES, URGENCIES = ("triggered", "acknowledged", "resolved"), ("high", "low")
_SORT_FIELDS = ("incident_number", "created_at", "resolved_at", "urgency")


def list_incidents(call: Call) -> Answer:
    rows = _sorted(call, visible(call, _wanted(call)))
    asked_zone(call)  # one that does not exist is refused, whether or not there are rows
    includes = call.includes()
    return Answer(200, paginate(call, "incidents", rows, lambda it: call.show(it, includes)))


def _wanted(call: Call) -> list[Record]:
    statuses, urgencies = _among(call, "statuses", STATUSES), _among(call, "urgencies", URGENCIES)
    services, teams, users = (set(call.many(name)) for name in ("service_ids", "team_ids", "user_ids"))
    key = call.arg("incident_key")
    rows = _in_range(call)
    if statuses:
        rows = [it for it in rows if it.body["status"] in statuses]
    if urgencies:
        rows = [it for it in rows if it.body["urgency"] in urgencies]
    if services:
        rows = [it for it in rows if it.body["service"]["id"] in services]
    if teams:
        rows = [it for it in rows if any(team["id"] in teams for team in it.body["teams"])]
    if users:
        rows = [it for it in rows if _is_assigned(call, it, users)]
    if key is not None:
        rows = [it for it in rows if it.body["incident_key"] == key or _has_alert(call, it, key)]
    return rows


def _in_range(call: Call) -> list[Record]:
    """The last month unless asked for more, at most six months; date_range=all is without bounds (PagerDuty API
    description). What is answered for a longer range is a guess."""
    rows, date_range = call.store.ordered("incident"), call.arg("date_range")
    if date_range == "all":
        return rows
    if date_range is not None:
        raise invalid("Date range must be: all")
    since, until = moment(call, "since"), moment(call, "until")
    # An incident of this second belongs to the past month, though the end of a period is not part of it.
    end = until or call.now
    since = since or end - MONTH
    if end - since > SIX_MONTHS:
        raise invalid("The period from since to until must not be longer than 6 months")
    return [it for it in rows if in_period(it, since, until)]


def _is_assigned(call: Call, incident: Record, users: set[str]) -> bool:
    escalation = escalation_of(call.store, incident)
    return escalation is not None and any(it["assignee"]["id"] in users for it in escalation.body["assignments"])


def _has_alert(call: Call, incident: Record, key: str) -> bool:
    return any(alert.body["alert_key"] == key for alert in call.store.children("alert", incident.id))


def _among(call: Call, name: str, options: Sequence[str]) -> set[str]:
    values = set(call.many(name))
    if not values <= set(options):
        raise invalid(f"{name.capitalize()} must be among: {', '.join(options)}")
    return values


def _sorted(call: Call, rows: list[Record]) -> list[Record]:
    """By at most two fields such as ``urgency:desc,created_at`` (PagerDuty API description); the oldest first."""
    given = [it for text in (*call.args.get("sort_by", ()), *call.many("sort_by")) for it in text.split(",") if it]
    orders = [it.partition(":") for it in given]
    if len(orders) > 2 or any(field not in _SORT_FIELDS or way not in ("", "asc", "desc") for field, _, way in orders):
        raise invalid(f"Sort by must be at most two of: {', '.join(_SORT_FIELDS)}, each with :asc or :desc")
    for field, _, way in reversed(orders):
        # Urgency low comes before high when ascending; what is not resolved has no moment and comes first.
        rows = sorted(rows, key=lambda it: _sort_value(it, field), reverse=way == "desc")
    return rows


def _sort_value(incident: Record, field: str) -> tuple[int, str]:
    value = incident.body[field]
    if field == "incident_number":
        return value, ""
    return (value == "high", "") if field == "urgency" else (0, value or "")
