"""The documents that an event can come to: those of one orchestration, and of all services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pdsync.model import Ref
from pdsync.oncall.roster import Roster
from pdsync.routing.document import Area, Document, read_document

ORCHESTRATION = "event_orchestration"
SERVICE = "service"
FIELDS: Mapping[Area, str] = {
    "global": "global",
    "router": "router",
    "unrouted": "unrouted",
    "service": "event_orchestration",
}
"""The field that each document is in: of the orchestration, or of the service."""
SERVICE_RULES = FIELDS["service"]
ORCHESTRATION_RULES = (FIELDS["global"], FIELDS["router"], FIELDS["unrouted"])
Lookup = tuple[Ref | None, bool]
"""The service of an id or name, and whether that is certain: what manifests do not hold may still be in the account."""


@dataclass(frozen=True)
class Documents:
    """Where an event begins, and what it may go through. Each document is read once, whatever the number of events."""

    roster: Roster
    """All objects, from manifests or from an account; it says where references lead too."""
    orchestration: Ref | None = None
    """The orchestration that events come to; None where they come straight to a service."""
    service: Ref | None = None
    """The service that events come to, where there is no orchestration."""
    _read: dict[tuple[Ref, Area], Document | None] = field(default_factory=dict, init=False, repr=False, compare=False)

    def of_orchestration(self, area: Area) -> Document | None:
        """A document of the orchestration; None where it is not known."""
        assert self.orchestration is not None
        return self._document(self.orchestration, area)

    def of_service(self, service: Ref) -> Document | None:
        """The rules of a service; None where they are not known."""
        return self._document(service, "service")

    def find(self, ref: Any) -> Ref | None:
        """The reference that the roster uses for an object; None for an object that is not there."""
        return self.roster.find(ref)

    def lacks(self, target: Any) -> bool:
        """True of a service that is certain not to be there."""
        return isinstance(target, Ref) and self.roster.complete and self.roster.find(target) is None

    def find_service(self, by: str, value: str) -> Lookup:
        """The service that a dynamic route names by ``service_id`` or ``service_name``."""
        name = value.strip()
        ref = Ref(SERVICE, "id", name) if by == "service_id" else self.roster.find_by_name(SERVICE, name)
        found = self.roster.find(ref)
        return found, found is not None or self.roster.complete

    def _document(self, ref: Ref, area: Area) -> Document | None:
        if (ref, area) not in self._read:
            entry = self.roster.entries.get(ref)
            value = entry.fields.get(FIELDS[area]) if entry is not None else None
            self._read[ref, area] = read_document(value) if isinstance(value, Mapping) else None
        return self._read[ref, area]

    @cached_property
    def has_shared_router(self) -> bool:
        """True where the account may hold rules of the router that the manifests do not declare, and that are not known here."""
        entry = self.roster.entries.get(self.orchestration) if self.orchestration is not None else None
        return entry is not None and FIELDS["router"] in entry.shared and not self.roster.complete

    @cached_property
    def name(self) -> str:
        """What people call the place where events begin."""
        start = self.orchestration or self.service
        return self.roster.name_of(start) if start is not None else ""
