"""Event: the Events API v2: what monitoring tools send to the key of an integration.

It takes no token. Error texts: envato/pagerduty #70, blockpane/tenderduty #10, SigNoz/signoz #9536 and
robusta-dev/robusta #571 (for an unknown key, without the body around the text); the other texts are made like these.
The form of the body: PagerDuty's description of the Events API.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.event_processing import process
from pdsync.sandbox.api.orchestration_integration import find_orchestration
from pdsync.sandbox.http.call import Answer, Call, is_text, pointer
from pdsync.sandbox.http.problem import EventProblem
from pdsync.sandbox.store.instant import parse_instant, stored
from pdsync.sandbox.store.record import Body, Record

_ACTIONS = ("trigger", "acknowledge", "resolve")
_SEVERITIES = ("critical", "warning", "error", "info")
_MAX_KEY, _MAX_SUMMARY = 255, 1024


def event_routes() -> list[Route]:
    return [Route("POST", "/v2/enqueue", _enqueue), Route("POST", "/v2/change/enqueue", enqueue_change)]


def _enqueue(call: Call) -> Answer:
    event = _event(call)
    errors = _key_errors(event)
    action, key = event.get("event_action"), event.get("dedup_key")
    if _is_blank(action):
        errors.append("'event_action' is missing or blank")
    elif action not in _ACTIONS:
        errors.append(f"'event_action' must be one of: {', '.join(_ACTIONS)}")
    if key is not None and (not isinstance(key, str) or len(key) > _MAX_KEY):
        errors.append(f"'dedup_key' must be a string of at most {_MAX_KEY} characters")
    elif _is_blank(key) and action in ("acknowledge", "resolve"):
        errors.append(f"'dedup_key' is required for {action} events")
    if action == "trigger":
        errors += _payload_errors(event, ("summary", "source", "severity"))
    dedup_key = key if isinstance(key, str) and key.strip() else secrets.token_hex(16)
    orchestration = find_orchestration(call.store, event["routing_key"]) if not errors else None
    if orchestration is not None:
        process(call, {**event, "dedup_key": dedup_key}, orchestration)
    else:
        service, integration = _destination(call, event, errors)
        process(call, {**event, "dedup_key": dedup_key}, service, pointer(integration))
    return Answer(202, {"status": "success", "message": "Event processed", "dedup_key": dedup_key})


def enqueue_change(call: Call) -> Answer:
    event = _event(call)
    errors = [*_key_errors(event), *_payload_errors(event, ("summary",))]
    service, integration = _destination(call, event, errors)
    payload = event["payload"]
    at = parse_instant(payload["timestamp"], "UTC") if isinstance(payload.get("timestamp"), str) else None
    body = {
        "summary": payload["summary"][:_MAX_SUMMARY],
        "timestamp": stored(at or call.now),
        "source": payload.get("source"),
        "custom_details": payload.get("custom_details"),
        "links": event.get("links", []),
        "images": event.get("images", []),
        "services": [pointer(service)],
        "integration": pointer(integration),
        "created_at": stored(call.now),
    }
    call.store.put("change_event", call.store.new_id(), body, service.id)
    return Answer(202, {"status": "success", "message": "Change event processed"})


def _event(call: Call) -> Body:
    """The body, whatever its content type. Unreadable text: PagerDuty's description of the Events API, Error."""
    try:
        event = json.loads(call.raw_body.decode("utf-8"), parse_constant=_refuse)
        if not is_text(call.raw_body, event):
            raise ValueError("half a surrogate pair")
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        raise EventProblem(400, "Unrecognized object", "Event object format is unrecognized", ["JSON parse error"])
    return event


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _key_errors(event: Body) -> list[str]:
    key = event.get("routing_key")
    if _is_blank(key):
        return ["'routing_key' is missing or blank"]
    if not isinstance(key, str):
        return ["'routing_key' must be a string"]
    errors = []
    if len(key) != 32:
        errors.append("Length of 'routing_key' is incorrect (should be 32 characters)")
    if not (key.isascii() and key.isalnum()):
        errors.append("'routing_key' cannot contain non-alphanumeric characters.")
    return errors


def _payload_errors(event: Body, required: tuple[str, ...]) -> list[str]:
    payload = event.get("payload")
    if not isinstance(payload, dict):
        return ["'payload' is missing or blank" if not payload else "'payload' must be an object"]
    errors = [f"'payload.{name}' is missing or blank" for name in required if _is_blank(payload.get(name))]
    for name in ("summary", "source", "component", "group", "class", "timestamp"):
        if payload.get(name) is not None and not isinstance(payload[name], str):
            errors.append(f"'payload.{name}' must be a string")
    severity = payload.get("severity")
    if "severity" in required and not _is_blank(severity) and severity not in _SEVERITIES:
        errors.append(f"'payload.severity' is invalid (must be one of the following: {', '.join(_SEVERITIES)})")
    if payload.get("custom_details") is not None and not isinstance(payload["custom_details"], dict):
        errors.append("'payload.custom_details' must be an object")
    for name, needed in (("links", "href"), ("images", "src")):
        items = event.get(name)
        if items is None:
            event.pop(name, None)
        elif not (isinstance(items, list) and all(isinstance(it, dict) and _is_text(it.get(needed)) for it in items)):
            errors.append(f"'{name}' must be an array of objects with '{needed}'")
    return errors


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _destination(call: Call, event: Body, errors: list[str]) -> tuple[Record, Record]:
    """The service and integration of the routing key. Raises the 400 with all errors, or for an unknown key."""
    if errors:
        raise EventProblem(400, "invalid event", "Event object is invalid", errors)
    key = event["routing_key"]
    for integration in call.store.all("integration"):
        if integration.body["integration_key"] == key and integration.parent is not None:
            return call.record("service", integration.parent), integration
    raise EventProblem(400, "invalid event", "Event object is invalid", ["Invalid routing key"])
