"""Change event: a deploy or another change that a tool reported for a service."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.event import enqueue_change
from pdsync.sandbox.api.private import visible
from pdsync.sandbox.api.service_dependency import all_services
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.period import in_period, utc_moment
from pdsync.sandbox.store.instant import loaded
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

_MAX_SUMMARY = 1024  # PagerDuty API description
_RELATED = timedelta(days=1)  # how far back a change is related to an incident (a guess)
_OPTIONAL = ("source", "custom_details")


def change_event_routes() -> list[Route]:
    return [
        Route("GET", "/change_events", _list),
        # The description only points at the Events API here: that the body is the same is a guess.
        Route("POST", "/change_events", enqueue_change),
        Route("GET", "/change_events/<id>", _get),
        Route("PUT", "/change_events/<id>", _put),
        Route("GET", "/services/<id>/change_events", _list_of_service),
        Route("GET", "/incidents/<id>/related_change_events", _list_related),
    ]


def show_change_event(call: Call, record: Record, includes: frozenset[str]) -> Body:
    """What a tool did not say is left out, as in the examples of PagerDuty's API description."""
    body = record.body
    return {
        **call.links.head(record),
        "timestamp": body["timestamp"],
        "services": [call.links.resolve(it) for it in body["services"]],
        "integration": call.links.resolve(body["integration"]),
        "links": body["links"],
        "images": body["images"],
        **{name: body[name] for name in _OPTIONAL if body[name] is not None},
    }


def _list(call: Call) -> Answer:
    return _page(call, call.store.all("change_event"))


def _list_of_service(call: Call, id: str) -> Answer:
    return _page(call, call.store.children("change_event", call.record("service", id).id))


def _page(call: Call, rows: Iterable[Record]) -> Answer:
    since, until = utc_moment(call, "since"), utc_moment(call, "until")
    teams, integrations = set(call.many("team_ids")), set(call.many("integration_ids"))
    rows = [
        it
        for it in visible(call, rows)
        if in_period(it, since, until, field="timestamp")
        and (not integrations or it.body["integration"]["id"] in integrations)
        and (not teams or not teams.isdisjoint(_teams(call, it)))
    ]
    return Answer(200, paginate(call, "change_events", _newest_first(rows), call.show))


def _teams(call: Call, event: Record) -> list[str]:
    """Ids of the teams of its service, which has them from its policy."""
    service = call.record("service", event.parent or "")
    policy = call.record("escalation_policy", service.body["escalation_policy"]["id"])
    return [it["id"] for it in policy.body["teams"]]


def _get(call: Call, id: str) -> Answer:
    return Answer(200, {"change_event": call.show(call.record("change_event", id))})


def _put(call: Call, id: str) -> Answer:
    """Only the summary and the details can change; the rest is read-only (PagerDuty API description)."""
    record = call.record("change_event", id)
    draft = dict(record.body)
    form = Form(call.wrapped("change_event"), draft, creating=False)
    form.text("summary", Text(_MAX_SUMMARY, min_length=1))
    details = form.object("custom_details", null=None)
    if details is not None:
        draft["custom_details"] = details
    form.finish()
    return Answer(200, {"change_event": call.show(call.store.put("change_event", record.id, draft))})


def _list_related(call: Call, id: str) -> Answer:
    """Changes of the day before the incident, to its service and to those above and below it. PagerDuty's own
    judgement, ``intelligent``, is not imitated."""
    incident = call.record("incident", id)
    began = loaded(incident.body["created_at"])
    reasons = _reasons(call.store, incident.body["service"]["id"])
    rows = [
        event
        for service in reasons
        for event in visible(call, call.store.children("change_event", service))
        if began - _RELATED <= loaded(event.body["timestamp"]) <= began
    ]

    def show(event: Record) -> Body:
        return {**call.show(event), "correlation_reason": {"reason": reasons[event.parent or ""]}}

    return Answer(200, paginate(call, "change_events", _newest_first(rows), show))


def _reasons(store: Store, service_id: str) -> dict[str, str]:
    """By service, why its changes are related."""
    others = [it for dependent in (True, False) for it in all_services(store, service_id, dependent=dependent)]
    return {**dict.fromkeys(others, "related_service"), service_id: "most_recent"}


def _newest_first(rows: Iterable[Record]) -> list[Record]:
    return sorted(rows, key=lambda it: (it.body["timestamp"], it.number), reverse=True)
