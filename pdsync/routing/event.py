"""An event as rules see it: the body that was sent, and PagerDuty's common fields (PD-CEF) of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.routing.path import MISSING, Path, find_value, set_value

PAYLOAD_FIELDS = ("summary", "source", "severity", "timestamp", "component", "group", "class", "custom_details")
"""The common fields that are in the `payload` of an event's body."""
BODY_FIELDS = ("dedup_key", "event_action", "client", "client_url", "links", "images")
"""The fields next to the payload."""
TRIGGER = "trigger"
_ROOTS = ("event", "raw_event")


@dataclass(frozen=True, slots=True)
class Event:
    """An event on its way. Rules may change `fields`; `raw` stays what was sent."""

    fields: Mapping[str, Any]
    raw: Mapping[str, Any]
    unknown: frozenset[Path] = frozenset()
    """Fields whose text is not known beforehand, because a rule took it from a cache variable: their paths below `event`."""

    def is_unknown(self, path: Path) -> bool:
        """Whether the value at a path below `event`, or a part of it, is not known."""
        return any(path[: len(each)] == each[: len(path)] for each in self.unknown)

    def find(self, path: Path) -> Any:
        """The value at a path such as ``event.custom_details.host``; MISSING where there is none."""
        root, rest = path[0], path[1:]
        if root == "raw_event":
            return find_value(self.raw, rest)
        if root == "event":
            return find_value(self.fields, rest)
        return MISSING

    def with_value(self, path: Path, value: str, *, is_known: bool = True) -> Event:
        """The event with another value at a path, whose leading `event` may be left out."""
        rest = path[1:] if path[0] == "event" else path
        if not rest:
            return self
        others = frozenset(each for each in self.unknown if each[: len(rest)] != rest)
        return Event(set_value(self.fields, rest, value), self.raw, others if is_known else others | {rest})

    def known_fields(self, unknown: Any) -> Mapping[str, Any]:
        """The fields, with `unknown` in place of those that are not known beforehand."""
        fields = self.fields
        for path in sorted(self.unknown, key=len):
            fields = set_value(fields, path, unknown)
        return fields

    @property
    def action(self) -> str:
        """What the event asks for: ``trigger``, ``acknowledge`` or ``resolve``."""
        return str(self.fields.get("event_action") or TRIGGER)

    @property
    def summary(self) -> str:
        """What a person reads first."""
        return str(self.fields.get("summary") or "")


def event_of_body(body: Mapping[str, Any]) -> Event:
    """The event that a body of the Events API v2 makes. The routing key is a secret, and no rule can read it here."""
    body = _without_halves(body)
    raw = {name: value for name, value in body.items() if name != "routing_key"}
    payload = body.get("payload")
    inner = payload if isinstance(payload, Mapping) else {}
    fields = {name: inner[name] for name in PAYLOAD_FIELDS if inner.get(name) is not None}
    fields |= {name: body[name] for name in BODY_FIELDS if body.get(name) is not None}
    fields.setdefault("event_action", TRIGGER)
    return Event(fields, raw)


def _without_halves(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body with a question mark for each half of a character, such as the ``\\ud800`` of a text that was cut: it is not valid UTF-8."""
    if "\\ud" not in repr(body):
        return body
    whole: dict[str, Any] = json.loads(json.dumps(body, ensure_ascii=False, default=str).encode("utf-8", "replace"))
    return whole


def is_event_path(path: Path) -> bool:
    """Whether a path leads into an event at all."""
    return bool(path) and path[0] in _ROOTS
