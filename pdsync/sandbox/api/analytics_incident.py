"""Analytics of single incidents: the figures of one, of many page by page, and who was asked to respond."""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pdsync.sandbox.api.analytics_filter import AnalyticsRequest, is_major, name_of, read_request
from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.priority import PRIORITIES
from pdsync.sandbox.http.call import ACCOUNT_TIME_ZONE, Answer, Call
from pdsync.sandbox.http.form import Form
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.paging.incident_history import (
    ASSIGNED,
    ESCALATED,
    REASSIGNED,
    TIMED_OUT,
    IncidentHistory,
    history_of,
)
from pdsync.sandbox.paging.interruption import HOURS, count_interruptions
from pdsync.sandbox.store.instant import shown, stored
from pdsync.sandbox.store.record import Body

_MOST, _DEFAULT = 1_000, 100  # PagerDuty API description; the example of the answer
_ORDERS = ("created_at", "seconds_to_resolve", "updated_at")
_WAYS = {ASSIGNED: "assigned", REASSIGNED: "reassigned", ESCALATED: "escalated", TIMED_OUT: "escalated"}


def analytics_incident_routes() -> list[Route]:
    return [
        Route("POST", "/analytics/raw/incidents", _list),
        Route("GET", "/analytics/raw/incidents/<id>", _get),
        Route("GET", "/analytics/raw/incidents/<id>/responses", _responses),
    ]


def _get(call: Call, id: str) -> Answer:
    """Without a wrapper, as the schema of PagerDuty's API description has it (its example has one)."""
    return Answer(200, _show(call, history_of(call, call.record("incident", id)), ACCOUNT_TIME_ZONE))


def _list(call: Call) -> Answer:
    request = read_request(call)
    draft: Body = {"limit": _DEFAULT, "order_by": _ORDERS[0], "order": request.order or "desc"}
    form = Form(call.json() if call.raw_body.strip() else {}, draft, creating=True)
    form.integer("limit", 1, _MOST, null=_DEFAULT)
    form.choice("order_by", _ORDERS, null=_ORDERS[0])
    form.finish()
    rows = _sorted(request.incidents(call), draft["order_by"], draft["order"])
    after, before = (_position(rows, form.body.get(name)) for name in ("starting_after", "ending_before"))
    limit = draft["limit"]
    if before is not None and after is None:
        first = max(0, before - limit)
        page, more = rows[first:before], first > 0
    else:
        first = 0 if after is None else after + 1
        page, more = rows[first : first + limit], len(rows) > first + limit
    answer = {
        "first": _cursor(page[0]) if page else None,
        "last": _cursor(page[-1]) if page else None,
        "limit": limit,
        "more": more,
        **_echo(request, draft),
        "data": [_show(call, it, request.time_zone) for it in page],
    }
    return Answer(200, answer)


def _responses(call: Call, id: str) -> Answer:
    """The body of a GET says how (PagerDuty API description)."""
    history = history_of(call, call.record("incident", id))
    draft: Body = {"limit": _DEFAULT, "order": "desc", "order_by": "requested_at", "time_zone": ACCOUNT_TIME_ZONE}
    form = Form(call.json() if call.raw_body.strip() else {}, draft, creating=True)
    form.integer("limit", 1, _MOST, null=_DEFAULT)
    form.choice("order", ("asc", "desc"), null="desc")
    form.choice("order_by", ("requested_at",), null="requested_at")
    form.zone("time_zone", null=ACCOUNT_TIME_ZONE)
    form.finish()
    rows = sorted(_responded(call, history, draft["time_zone"]), key=lambda it: it[0])
    rows = rows[::-1] if draft["order"] == "desc" else rows
    return Answer(
        200, {"incident_id": history.incident.id, **draft, "responses": [it for _, it in rows[: draft["limit"]]]}
    )


def _responded(call: Call, history: IncidentHistory, zone: str) -> Iterator[tuple[datetime, Body]]:
    """Each with when it was asked for. A request that was cancelled is left out."""

    def row(at: datetime, user: str, type: str, status: str, answered: datetime | None) -> tuple[datetime, Body]:
        shown_row: Body = {
            "responder_id": user,
            "responder_name": name_of(call, user),
            "responder_type": type,
            "response_status": status,
            "requested_at": shown(stored(at), zone),
        }
        if answered is not None:
            seconds = int((answered - at).total_seconds())
            shown_row |= {"responded_at": shown(stored(answered), zone), "time_to_respond_seconds": seconds}
        return at, shown_row

    acknowledged: dict[str, list[datetime]] = {}
    for at, who in sorted(history.acknowledgements):
        acknowledged.setdefault(who, []).append(at)
    for given in history.assignments:
        for user in sorted(given.users):
            moments = acknowledged.get(user, [])
            first = bisect_left(moments, given.at)
            answered = moments[first] if first < len(moments) else None
            yield row(given.at, user, _WAYS[given.way], "pending" if answered is None else "joined", answered)
    for asked in history.asked:
        if asked.state != "user_cancelled":
            answered = None if asked.state == "pending" else asked.answered_at
            yield row(asked.at, asked.user, "added_responder", asked.state, answered)


def _show(call: Call, history: IncidentHistory, zone: str) -> Body:
    """The effort that users correct, and the numbers of priorities and incident types, are not known here."""
    body, assigned = history.incident.body, history.assigned()
    acknowledged = list(dict.fromkeys(user for _, user in history.acknowledgements))
    priority = body["priority"]["id"] if body["priority"] else None
    team = body["teams"][0]["id"] if body["teams"] else None
    kind = body.get("incident_type")
    return {
        "id": history.incident.id,
        "incident_number": body["incident_number"],
        **({"incident_type_name": kind.get("name")} if isinstance(kind, dict) else {}),
        "description": body["title"],
        "status": body["status"],
        "urgency": body.get("urgency"),
        "created_at": shown(body["created_at"], zone),
        "updated_at": shown(body["updated_at"], zone),
        "resolved_at": shown(body["resolved_at"], zone),
        "resolved_by_user_id": history.resolved_by,
        "resolved_by_user_name": name_of(call, history.resolved_by),
        "auto_resolved": history.is_auto_resolved,
        "major": is_major(history),
        "service_id": body["service"]["id"],
        "service_name": name_of(call, body["service"]["id"]),
        "escalation_policy_id": body["escalation_policy"]["id"],
        "escalation_policy_name": name_of(call, body["escalation_policy"]["id"]),
        "team_id": team,
        "team_name": name_of(call, team),
        "priority_id": priority,
        "priority_name": PRIORITIES[priority][0] if priority in PRIORITIES else None,
        "priority_order": None,
        **_people(call, "acknowledged", acknowledged),
        **_people(call, "joined", list(history.engaged)),
        **_people(call, "assigned", assigned),
        **_counts(history),
    }


def _counts(history: IncidentHistory) -> Body:
    interruptions = count_interruptions(history.notified())
    return {
        "acknowledgement_count": len(history.acknowledgements),
        "active_user_count": len(history.engaged),
        "engaged_user_count": len(history.engaged),
        "engaged_seconds": history.engaged_seconds(),
        "assignment_count": history.assignment_count,
        "escalation_count": history.count(ESCALATED, TIMED_OUT),
        "manual_escalation_count": history.count(ESCALATED),
        "timeout_escalation_count": history.count(TIMED_OUT),
        "reassignment_count": history.count(REASSIGNED),
        "seconds_to_engage": history.seconds_to_engage,
        "seconds_to_first_ack": history.seconds_to_first_ack,
        "seconds_to_mobilize": history.seconds_to_mobilize,
        "seconds_to_resolve": history.seconds_to_resolve,
        "snoozed_seconds": history.snoozed_seconds,
        "user_defined_effort_seconds": None,
        "total_notifications": len(history.notified()),
        "total_interruptions": interruptions.total(),
        **{f"{hour}_interruptions": interruptions[hour] for hour in HOURS},
    }


def _people(call: Call, name: str, ids: list[str]) -> Body:
    return {f"{name}_user_ids": ids, f"{name}_user_names": [name_of(call, id) for id in ids]}


def _sorted(histories: list[IncidentHistory], column: str, order: str) -> list[IncidentHistory]:
    """Incidents without a value come last; equal ones in the order of their creation."""

    def value(history: IncidentHistory) -> Any:
        return history.seconds_to_resolve if column == "seconds_to_resolve" else history.incident.body[column]

    known = [it for it in histories if value(it) is not None]
    known.sort(key=lambda it: (value(it), it.incident.number), reverse=order == "desc")
    return [*known, *(it for it in histories if value(it) is None)]


def _echo(request: AnalyticsRequest, draft: Body) -> Body:
    return {**request.echo, "order": draft["order"], "order_by": draft["order_by"]}


def _cursor(history: IncidentHistory) -> str:
    return base64.urlsafe_b64encode(history.incident.id.encode()).decode()


def _position(rows: list[IncidentHistory], cursor: Any) -> int | None:
    """The index of the row that a cursor names. Raises the 400 for one that is not there."""
    if cursor is None:
        return None
    try:
        id = base64.urlsafe_b64decode(str(cursor).encode("ascii")).decode()
    except (ValueError, binascii.Error):
        id = ""
    found = next((index for index, it in enumerate(rows) if it.incident.id == id), None)
    if found is None:
        raise invalid("Cursor is invalid")
    return found
