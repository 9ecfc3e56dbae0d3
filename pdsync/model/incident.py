"""An open incident, as far as it stops a delete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

OPEN_STATUSES = ("triggered", "acknowledged")
OPEN_INCIDENTS: Mapping[str, Any] = {"statuses[]": list(OPEN_STATUSES), "date_range": "all"}
"""The query of all open incidents; without the range it would be those of the last month (PagerDuty API description)."""


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """An incident that is triggered or acknowledged."""

    id: str
    number: int
    title: str
    url: str
    leads_to: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """The ids of the objects that each member of the answer leads to. A kind says which member leads to its objects."""

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> OpenIncident:
        """From an answer of the API."""
        found = ((name, tuple(sorted(_ids_in(value)))) for name, value in raw.items())
        return cls(
            id=str(raw["id"]),
            number=int(raw.get("incident_number") or 0),
            title=str(raw.get("title") or ""),
            url=str(raw.get("html_url") or ""),
            leads_to={name: ids for name, ids in found if ids},
        )

    def ids(self, member: str) -> tuple[str, ...]:
        """The ids of the objects that a member leads to."""
        return self.leads_to.get(member, ())


def _ids_in(value: Any) -> Iterator[str]:
    """The id of a reference, or of each in a list; an item such as an assignment holds its reference in a member."""
    if isinstance(value, list):
        for item in value:
            yield from _ids_in(item)
    elif isinstance(value, Mapping):
        if isinstance(value.get("id"), str) and value["id"]:
            yield value["id"]
        elif "id" not in value:
            yield from (inner["id"] for inner in value.values() if isinstance(inner, Mapping) and inner.get("id"))
