"""Links: how objects and pointers to them are shown: id, type, summary, self, html_url."""

from __future__ import annotations

from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

SUBDOMAIN = "pdsync-sandbox"
WEB_URL = f"https://{SUBDOMAIN}.pagerduty.com"

_COLLECTION = {
    "user": "users",
    "team": "teams",
    "schedule": "schedules",
    "schedule_v3": "v3/schedules",
    "escalation_policy": "escalation_policies",
    "service": "services",
    "business_service": "business_services",
    "incident": "incidents",
    "log_entry": "log_entries",
    "change_event": "change_events",
    "tag": "tags",
    "maintenance_window": "maintenance_windows",
    "incident_workflow": "incident_workflows",
    "template": "templates",
    "extension": "extensions",
}
_CHILD = {
    "contact_method": ("users", "contact_methods"),
    "notification_rule": ("users", "notification_rules"),
    "integration": ("services", "integrations"),
}
_WEB = {
    **_COLLECTION,
    "service": "service-directory",
    "maintenance_window": "service-directory/maintenance-windows",
    "schedule_v3": "schedules",
    "incident_workflow": "flex-workflows/workflows",
}
_WITHOUT_PAGE = (
    "business_service",
    "tag",
    "change_event",
    "template",
    "extension",
)  # null in PagerDuty's API description


class Links:
    """Shows objects with addresses under ``base_url``, which is the sandbox's own."""

    def __init__(self, store: Store, base_url: str) -> None:
        self._store = store
        self.base_url = base_url

    def head(self, record: Record) -> Body:
        """The five fields that begin every object (PagerDuty API description, Tag)."""
        kind, id = record.kind, record.id
        if kind in _COLLECTION:
            return {
                "id": id,
                "type": record.body["type"] if kind == "log_entry" else kind,
                "summary": _summary(record),
                "self": f"{self.base_url}/{_COLLECTION[kind]}/{id}",
                "html_url": None if kind in _WITHOUT_PAGE else f"{WEB_URL}/{_page(record)}/{id}",
            }
        if kind == "alert":
            return {
                "id": id,
                "type": kind,
                "summary": record.body["summary"],
                "self": f"{self.base_url}/incidents/{record.parent}/alerts/{id}",
                "html_url": f"{WEB_URL}/alerts/{id}",
            }
        owner, children = _CHILD[kind]
        path = f"{owner}/{record.parent}/{children}/{id}"
        html_url = f"{WEB_URL}/{path}" if kind == "integration" else None
        return {
            "id": id,
            "type": record.body["type"],
            "summary": _summary(record),
            "self": f"{self.base_url}/{path}",
            "html_url": html_url,
        }

    def reference(self, record: Record) -> Body:
        head = self.head(record)
        head["type"] += "_reference"
        return head

    def resolve(self, pointer: Body) -> Body:
        """A stored ``{"id", "type"}`` as a reference, also of a user who was deleted."""
        record = self._store.find(pointer["id"])
        if record is not None and record.kind != "deleted_user":
            return self.reference(record)
        # A deleted user can still be in a schedule (app-sre/qontract-reconcile #2074).
        summary = record.body["name"] if record is not None else None
        return {"id": pointer["id"], "type": pointer["type"], "summary": summary, "self": None, "html_url": None}


def _page(record: Record) -> str:
    if record.kind == "log_entry":
        return f"incidents/{record.parent}/log_entries"
    return _WEB[record.kind]


def _summary(record: Record) -> str:
    body = record.body
    if record.kind == "incident":
        return f"[#{body['incident_number']}] {body['title']}"
    if record.kind in ("log_entry", "change_event"):
        return str(body["summary"])
    if record.kind == "contact_method":
        return str(body["label"])
    if record.kind == "notification_rule":
        return f"{body['start_delay_in_minutes']} minutes: channel {body['contact_method']['id']}"
    if record.kind == "maintenance_window":
        return str(body["description"] or f"Maintenance window {body['sequence_number']}")
    return str(body["name"])
