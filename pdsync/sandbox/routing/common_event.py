"""Common event: an event in PagerDuty's common format (PD-CEF), as rules see it under ``event`` and change it.

Support page Common Event Format, and PagerDuty's description of the Events API: the members of ``payload``, with those around it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.sandbox.routing.path import parse_path, with_value

SEVERITIES = ("critical", "error", "warning", "info")
_INSIDE = ("summary", "source", "severity", "timestamp", "component", "group", "class", "custom_details")
_AROUND = ("dedup_key", "event_action", "client", "client_url", "links", "images")
_FIELDS = frozenset({*_INSIDE, *_AROUND})


def common_event(body: Mapping[str, Any]) -> dict[str, Any]:
    payload = body.get("payload")
    inside = payload if isinstance(payload, Mapping) else {}
    parts = ((inside, _INSIDE), (body, _AROUND))
    return {name: part[name] for part, names in parts for name in names if part.get(name) is not None}


def raw_event(body: Mapping[str, Any]) -> dict[str, Any]:
    """As it was sent; the key of the integration does not belong to it."""
    return {name: value for name, value in body.items() if name != "routing_key"}


def changed(event: dict[str, Any], target: str, value: str) -> dict[str, Any]:
    """With a field set by a rule. A target that is not a field of an event, or that cannot hold the value, changes nothing."""
    path = parse_path(target)
    if path is None:
        return event
    path = path[1:] if path[0] == "event" else path
    if not path or path[0] not in _FIELDS or (len(path) > 1) != (path[0] == "custom_details"):
        return event
    if path == ("severity",):
        value = value.lower()
        if value not in SEVERITIES:
            return event
    return with_value(event, path, value)
