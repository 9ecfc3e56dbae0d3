"""Incident subscriber: a user or team that is sent the status updates of an incident."""

from __future__ import annotations

from pdsync.sandbox.api.business_impact import impacted_services
from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.subscriber import list_subscribers, subscribe, subscription_id, unsubscribe
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.store.record import Body, Record


def incident_subscriber_routes() -> list[Route]:
    path = "/incidents/<id>/status_updates"
    return [
        Route("GET", f"{path}/subscribers", _list),
        Route("POST", f"{path}/subscribers", _subscribe),
        Route("POST", f"{path}/unsubscribe", _unsubscribe),
    ]


def _list(call: Call, id: str) -> Answer:
    """Those who were added here. Whether they have the incident through one of its business services as well is next to
    it (``subscribed_via``: PagerDuty API description, its example)."""
    incident = call.record("incident", id)
    services = list(impacted_services(call, incident))

    def via(subscription: Record) -> Body:
        kind, subscriber = subscription.body["subscriber_type"], subscription.body["subscriber_id"]
        found = [it for it in services if call.store.find(subscription_id(it, kind, subscriber)) is not None]
        rows = [{"id": it, "type": "business_service"} for it in found]
        return {"has_indirect_subscription": bool(rows), "subscribed_via": rows or None}

    return list_subscribers(call, incident, via)


def _subscribe(call: Call, id: str) -> Answer:
    return subscribe(call, call.record("incident", id))


def _unsubscribe(call: Call, id: str) -> Answer:
    return unsubscribe(call, call.record("incident", id))
