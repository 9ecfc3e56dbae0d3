"""An open incident, as far as it is in the way of a removal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OPEN_STATUSES = ("triggered", "acknowledged")
OPEN_INCIDENTS: Mapping[str, Any] = {"statuses[]": list(OPEN_STATUSES), "date_range": "all"}
"""The query of all open incidents; without the range it would be those of the last month (PagerDuty API description)."""


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """An incident that is triggered or acknowledged. The other members are ids."""

    id: str
    number: int
    title: str
    url: str
    service: str
    escalation_policy: str
    assignees: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> OpenIncident:
        """From an answer of the API."""
        return cls(
            id=str(raw["id"]),
            number=int(raw.get("incident_number") or 0),
            title=str(raw.get("title") or ""),
            url=str(raw.get("html_url") or ""),
            service=_id(raw.get("service")),
            escalation_policy=_id(raw.get("escalation_policy")),
            assignees=tuple(sorted(_id(it.get("assignee")) for it in raw.get("assignments") or ())),
            teams=tuple(sorted(map(_id, raw.get("teams") or ()))),
        )


def _id(reference: Any) -> str:
    return str(reference.get("id") or "") if isinstance(reference, Mapping) else ""
