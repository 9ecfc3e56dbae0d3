"""Analytics filter: which incidents a request for analytics is about, and how it wants to see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pdsync.sandbox.api.priority import PRIORITIES
from pdsync.sandbox.api.private import visible
from pdsync.sandbox.http.call import ACCOUNT_TIME_ZONE, Call
from pdsync.sandbox.http.form import Form
from pdsync.sandbox.paging.incident_history import ESCALATED, TIMED_OUT, IncidentHistory, history_of
from pdsync.sandbox.store.instant import loaded
from pdsync.sandbox.store.record import Body

_LONGEST = timedelta(days=366)  # a year (PagerDuty API description)
_MAJOR_PRIORITIES = tuple(PRIORITIES)[:2]  # the two highest (PagerDuty API description)
_LISTS = (
    *("team_ids", "service_ids", "escalation_policy_ids", "priority_ids", "priority_names", "responder_ids"),
    *("incident_type_ids", "user_ids", "role_ids"),
)
_LEAST = {
    "min_ackowledgements": "acknowledged",
    "min_timeout_escalations": TIMED_OUT,
    "min_manual_escalations": ESCALATED,
}
"""The first is spelt like this in PagerDuty's API description."""
UNITS = ("day", "week", "month")


@dataclass(frozen=True, slots=True)
class AnalyticsRequest:
    """``filters`` are those that were given, with moments in UTC; ``echo`` is what the answer repeats."""

    filters: Body
    time_zone: str
    order: str | None
    order_by: str | None
    aggregate_unit: str | None
    period: tuple[str, str] = ("created_at_start", "created_at_end")
    """The names of the two filters that bound when an incident was created."""

    @property
    def echo(self) -> Body:
        named = {"order": self.order, "order_by": self.order_by, "aggregate_unit": self.aggregate_unit}
        given = {name: value for name, value in named.items() if value is not None}
        return {"filters": self.filters, "time_zone": self.time_zone, **given}

    @property
    def bounds(self) -> tuple[datetime | None, datetime | None]:
        start, end = (self.filters.get(name) for name in self.period)
        return loaded(start) if start else None, loaded(end) if end else None

    def incidents(self, call: Call) -> list[IncidentHistory]:
        """The incidents that pass the filters, in the order of their creation."""
        found = (history_of(call, it) for it in visible(call, call.store.ordered("incident")))
        return [it for it in found if self._fits(it)]

    def _fits(self, history: IncidentHistory) -> bool:
        body, filters = history.incident.body, self.filters
        start, end = self.bounds
        if (start is not None and history.created_at < start) or (end is not None and history.created_at >= end):
            return False
        priority = body["priority"]["id"] if body["priority"] else None
        held = {
            "team_ids": {it["id"] for it in body["teams"]},
            "service_ids": {body["service"]["id"]},
            "escalation_policy_ids": {body["escalation_policy"]["id"]},
            "priority_ids": {priority},
            "priority_names": {PRIORITIES[priority][0]} if priority in PRIORITIES else set(),
            "responder_ids": {*history.assigned(), *history.engaged},
            "incident_type_ids": set(),  # the types of the sandbox have names only
        }
        if any(filters.get(name) and ids.isdisjoint(filters[name]) for name, ids in held.items()):
            return False
        for name, way in _LEAST.items():
            count = len(history.acknowledgements) if way == "acknowledged" else history.count(way)
            if count < (filters.get(name) or 0):
                return False
        if filters.get("urgency") not in (None, body.get("urgency")) or filters.get("pd_advance_used"):
            return False
        if "updated_after" in filters and body["updated_at"] <= filters["updated_after"]:
            return False
        return filters.get("major") in (None, is_major(history))


def is_major(history: IncidentHistory) -> bool:
    priority = history.incident.body["priority"]
    return history.is_major or (priority is not None and priority["id"] in _MAJOR_PRIORITIES)


def name_of(call: Call, id: str | None) -> str | None:
    """None for what was deleted."""
    record = call.store.find(id) if id else None
    return record.body.get("name") if record is not None else None


def read_request(call: Call, period: tuple[str, str] = ("created_at_start", "created_at_end")) -> AnalyticsRequest:
    """Raises the 400 for a wrong one. No body, and null for anything, is the same as nothing given."""
    draft: Body = {"time_zone": ACCOUNT_TIME_ZONE, "order": None, "order_by": None, "aggregate_unit": None}
    form = Form(call.json() if call.raw_body.strip() else {}, draft, creating=True)
    form.zone("time_zone", null=ACCOUNT_TIME_ZONE)
    form.choice("order", ("asc", "desc"), null=None)
    form.choice("aggregate_unit", UNITS, null=None)
    order_by = form.body.get("order_by")
    if order_by is not None and not isinstance(order_by, str):
        form.error("Order by must be a string")
    filters: Body = {}
    inner = form.nested(form.object("filters", null=None) or {}, filters, "Filters: ")
    for name in (*period, "updated_after"):
        inner.moment(name, draft["time_zone"], null=None)
    inner.choice("urgency", ("high", "low"), null=None)
    for name in ("major", "pd_advance_used"):
        inner.boolean(name, null=None)
    for name in _LEAST:
        inner.integer(name, 0, null=None)
    for name in _LISTS:
        _read_texts(inner, name)
    request = AnalyticsRequest(
        {name: value for name, value in filters.items() if value is not None},
        draft["time_zone"],
        draft["order"],
        order_by if isinstance(order_by, str) else None,
        draft["aggregate_unit"],
        period,
    )
    start, end = request.bounds
    if start is not None and end is not None and not start < end <= start + _LONGEST:
        form.error(f"Filters: {period[1]} must be after {period[0]}, by a year at most")
    form.finish()
    return request


def _read_texts(form: Form, name: str) -> None:
    value = form.body.get(name)
    if value is None:
        return
    if isinstance(value, list) and all(isinstance(it, str) for it in value):
        form.draft[name] = list(value)
    else:
        form.error(f"{name} must be an array of strings")
