"""Reassignment: open incidents that are given away before the object that they depend on is deleted. A part of a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.kinds import KINDS
from pdsync.model import OpenIncident, Ref, decode, encode


def find_assignee_kinds() -> tuple[str, ...]:
    """The kinds that can be given incidents, by slug."""
    facts = (kind.facts.incidents for kind in KINDS)
    return tuple(dict.fromkeys(slug for fact in facts if fact is not None for slug in fact.moves_to))


@dataclass(frozen=True, slots=True)
class Moved:
    """An incident that is reassigned, as a reviewer knows it."""

    id: str
    number: int
    title: str
    url: str
    service: str
    """The id of its service: what the incidents of a policy are found again by."""

    @classmethod
    def of(cls, incident: OpenIncident) -> Moved:
        """The part of an incident that a plan says."""
        return cls(incident.id, incident.number, incident.title, incident.url, incident.service)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "id": self.id,
            "number": self.number,
            "title": self.title,
            "url": self.url or None,
            "service": self.service,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Moved:
        """The inverse of `to_json`."""
        number, url = int(body["number"]), body["url"] or ""
        return cls(str(body["id"]), number, str(body["title"]), url, str(body["service"]))


@dataclass(frozen=True, slots=True)
class Reassignment:
    """Who gets which incidents. Their status is never touched."""

    to: Ref
    """A user or an escalation policy, in normal form."""
    name: str
    """What PagerDuty shows of it."""
    incidents: tuple[Moved, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "to": encode(self.to),
            "name": self.name,
            "incidents": [incident.to_json() for incident in self.incidents],
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Reassignment:
        """The inverse of `to_json`. Raises ValueError for an object that cannot be given incidents."""
        to = decode(body["to"])
        if not isinstance(to, Ref) or to.kind not in find_assignee_kinds():
            raise ValueError(f"incidents can be reassigned to these kinds only: {', '.join(find_assignee_kinds())}")
        return cls(to, str(body["name"]), tuple(map(Moved.from_json, body["incidents"])))
