"""Sample events: alerts that there were, as events that can be sent through the rules again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.model import Ref
from pdsync.model.instant import parse_instant_s
from pdsync.routing.documents import SERVICE
from pdsync.routing.event import TRIGGER, Event, event_of_body

_CEF = {
    "summary": "description",
    "source": "source_origin",
    "severity": "severity",
    "timestamp": "creation_time",
    "component": "source_component",
    "group": "service_group",
    "class": "event_class",
    "custom_details": "details",
}
"""The payload of an event by the names that PagerDuty's common format has for them in the body of an alert."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An event that came once."""

    event: Event
    at: int | None = None
    """When it came, in seconds since 1970; None where it does not say."""
    service: Ref | None = None
    """The service that got it; None where that is not known."""
    is_rebuilt: bool = False
    """True where the event is rebuilt from an alert: what earlier rules changed, and what no alert holds, is not as it was sent."""


def sample_of_body(body: Mapping[str, Any]) -> Sample:
    """The sample of a body as it is sent to the Events API v2."""
    event = event_of_body(body)
    return Sample(event, parse_instant_s(event.fields.get("timestamp"), "UTC"))


def sample_of_alert(alert: Mapping[str, Any]) -> Sample:
    """The sample of an alert as the REST API answers it."""
    body = _mapping(alert.get("body"))
    cef = _mapping(body.get("cef_details"))
    payload = {name: cef.get(theirs) for name, theirs in _CEF.items()}
    payload["summary"] = payload["summary"] or cef.get("message") or alert.get("summary")
    payload["severity"] = payload["severity"] or alert.get("severity")
    payload["custom_details"] = payload["custom_details"] or body.get("details")
    sent = {
        "event_action": TRIGGER,
        "dedup_key": alert.get("alert_key") or cef.get("dedup_key"),
        "client": cef.get("client"),
        "client_url": cef.get("client_url"),
        "payload": {name: value for name, value in payload.items() if value is not None},
    }
    service = _mapping(alert.get("service")).get("id")
    return Sample(
        event_of_body({name: value for name, value in sent.items() if value is not None}),
        parse_instant_s(alert.get("created_at"), "UTC"),
        Ref(SERVICE, "id", str(service)) if service else None,
        is_rebuilt=True,
    )


def is_alert(value: Mapping[str, Any]) -> bool:
    """Whether this is an alert of the REST API and not the body of an event."""
    return value.get("type") in ("alert", "alert_reference") or ("alert_key" in value and "payload" not in value)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
