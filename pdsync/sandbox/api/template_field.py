"""Template field: a name that a template may hold in double braces, and what it becomes for an incident."""

from __future__ import annotations

import re
from typing import Any

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.form import REFUSE, Form, Text
from pdsync.sandbox.store.record import Body

_NAME = re.compile(r"\{\{\s*([A-Za-z_][\w.]*)\s*\}\}")


def _field(name: str, says: str, example: str, data_type: str = "string", keyword: str | None = None) -> Body:
    domain = (
        {"order": 1, "summary": "Incident"}
        if name.startswith("incident.")
        else {"order": 2, "summary": "Status update"}
    )
    return {
        "summary": name,
        "description": says,
        "data_type": data_type,
        "default_value": None,
        "domain": domain,
        "example": example,
        "keyword": keyword,
        "type": "standard_field",
    }


FIELDS: tuple[Body, ...] = (
    _field("incident.created_at", "When the incident was made", "2023-11-22T07:12:50Z", "datetime"),
    _field(
        "incident.escalation_policy.summary",
        "Name of its escalation policy",
        "Another Escalation Policy",
        keyword="name",
    ),
    _field("incident.html_url", "Page of the incident", "https://example.pagerduty.com/incidents/PT4KHLK", "url"),
    _field("incident.id", "Id of the incident", "PT4KHLK"),
    _field("incident.incident_number", "Number of the incident", "1234", "integer"),
    _field("incident.priority", "Name of its priority", "P1"),
    _field("incident.priority.summary", "Name of its priority", "P1", keyword="name"),
    _field("incident.service.summary", "Name of its service", "My Application Service", keyword="name"),
    _field("incident.status", "Status of the incident", "triggered"),
    _field("incident.title", "Title of the incident", "The server is on fire."),
    _field("incident.urgency", "Urgency of the incident", "high"),
    _field("status_update.message", "What the sender of the update wrote", "We are looking into it"),
)
"""The first two are examples of PagerDuty's API description; the others are fields of an incident there."""


def render(call: Call, parts: Body) -> Body:
    """The texts of a template for the incident that the request names. Raises the 400 for one that is not there."""
    draft: Body = {}
    form = Form(call.json(), draft, creating=True)
    form.text("incident_id", Text(255, min_length=1), required=True)
    update: Body = {"message": ""}
    given = form.object("status_update", null=None)
    if given is not None:
        form.nested(given, update, "Status update: ").text("message", Text(10_000, clean=str), null="")
    external = form.value("external", required=False, null=None)
    incident = call.store.get("incident", draft.get("incident_id", ""))
    if incident is None and "incident_id" in draft:
        form.error("Incident Not Found")
    form.finish()
    assert incident is not None
    known: dict[str, Any] = {"incident": call.show(incident), "status_update": update}
    if external is not REFUSE:
        known["external"] = external
    texts, warnings = {}, {}
    for name, text in parts.items():
        texts[name], missing = _filled(text or "", known)
        if missing:
            warnings[name] = missing
    return {"templated_fields": texts, "warnings": warnings, "errors": []}


def _filled(text: str, known: dict[str, Any]) -> tuple[str, list[str]]:
    missing: list[str] = []

    def replaced(found: re.Match[str]) -> str:
        value: Any = known
        for step in found[1].split("."):
            value = value.get(step, REFUSE) if isinstance(value, dict) else REFUSE
        if value is REFUSE:
            missing.append(f"{{{{{found[1]}}}}} does not exist.")
            return ""
        if isinstance(value, dict):
            value = value.get("summary")
        return "" if value is None else str(value)

    return _NAME.sub(replaced, text), missing
