"""What is wrong with the body of an event: what PagerDuty's Events API v2 would refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pdsync.model.scope import Path, Problem
from pdsync.model.suggestion import did_you_mean
from pdsync.routing.event import BODY_FIELDS, PAYLOAD_FIELDS, TRIGGER

ACTIONS = (TRIGGER, "acknowledge", "resolve")
SEVERITIES = ("critical", "error", "warning", "info")
EXAMPLE = '{"payload": {"summary": "Disk full", "source": "db-1", "severity": "critical"}}'
_BODY = ("routing_key", "payload", *BODY_FIELDS)
_REQUIRED: Mapping[str, str] = {
    "summary": 'Add it, such as "summary": "Disk full".',
    "source": 'Add it, such as "source": "db-1".',
    "severity": f'Add it, such as "severity": "critical"; one of {", ".join(SEVERITIES)}.',
}


def find_event_problems(body: Any, path: Path = ()) -> list[Problem]:
    """Everything that is wrong with a body; `path` is where the body is."""
    if not isinstance(body, Mapping):
        return [Problem(path, "an event is an object", f"Write the body of an event: {EXAMPLE}")]
    return [*_strangers(body, _BODY, path), *_action(body, path), *_payload(body, path)]


def _strangers(value: Mapping[str, Any], known: tuple[str, ...], path: Path) -> Iterator[Problem]:
    """Members that PagerDuty does not know: where one is misspelt, a rule would look for it in vain."""
    for name in value:
        if name in known:
            continue
        if name in PAYLOAD_FIELDS:
            yield Problem((*path, name), f"{name} is in the wrong place", 'Move it into "payload".', on_key=True)
        elif name in BODY_FIELDS:
            yield Problem((*path, name), f"{name} is in the wrong place", 'Move it out of "payload".', on_key=True)
        else:
            hint = did_you_mean(name, known) or 'Details of your own go into "custom_details" in "payload".'
            yield Problem((*path, name), f"an event has no {name!r}", hint, on_key=True)


def _action(body: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    action = body.get("event_action", TRIGGER)
    if action not in ACTIONS:
        hint = did_you_mean(action, ACTIONS) or f"Write one of {', '.join(ACTIONS)}."
        yield Problem((*path, "event_action"), f"{action!r} is not an action", hint)
    elif action != TRIGGER and not body.get("dedup_key"):
        yield Problem(path, f"an event that is to {action} needs a dedup_key", "Add the dedup_key of the alert.")


def _payload(body: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    payload, inner = body.get("payload"), (*path, "payload")
    if payload is None:
        if body.get("event_action", TRIGGER) == TRIGGER:
            yield Problem(path, "the event has no payload", f"Write it like {EXAMPLE}")
        return
    if not isinstance(payload, Mapping):
        yield Problem(inner, "the payload is an object", f"Write it like {EXAMPLE}")
        return
    yield from _strangers(payload, PAYLOAD_FIELDS, inner)
    for name, hint in _REQUIRED.items():
        value = payload.get(name)
        if value is None:
            yield Problem(inner, f"the payload has no {name}", hint)
        elif name == "severity" and value not in SEVERITIES:
            near = did_you_mean(value, SEVERITIES) or f"Write one of {', '.join(SEVERITIES)}."
            yield Problem((*inner, name), f"{value!r} is not a severity", near)
        elif not isinstance(value, str) or not value.strip():
            yield Problem((*inner, name), f"{name} is a text that is not empty", hint)
