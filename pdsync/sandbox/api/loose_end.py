"""Loose end: what happens to an object of another kind that refers to something which is deleted.

PagerDuty's documents do not say. A reference goes, and a subscription that has nothing left to report, or no one to report it
to, goes with it.
"""

from __future__ import annotations

from pdsync.sandbox.api.jira_rule import drop_jira_rules
from pdsync.sandbox.api.orchestration_part import drop_parts
from pdsync.sandbox.api.slack_connection import drop_slack_connections
from pdsync.sandbox.store.record import Record
from pdsync.sandbox.store.store import Store

_OWNED = ("event_orchestration", "incident_workflow", "business_service", "workflow_trigger")
"""Kinds with a ``team``."""
_LISTED = {
    "automation_runner": ("teams",),
    "automation_action": ("teams", "services"),
    "addon": ("services",),
    "workflow_connection": ("teams",),
    "workflow_trigger": ("services",),
}
"""By kind, the lists that name teams or services."""


def tie_loose_ends(store: Store, gone: Record) -> None:
    """Loose ends of a team or a service."""
    for kind in _OWNED:
        for record in store.referrers(kind, gone.id):
            store.put(kind, record.id, {**record.body, "team": None})
    for kind, names in _LISTED.items():
        for record in store.referrers(kind, gone.id):
            kept = {name: [it for it in record.body.get(name, []) if it["id"] != gone.id] for name in names}
            store.put(kind, record.id, {**record.body, **kept})
    subscriptions = store.referrers("webhook_subscription", gone.id)
    for subscription in subscriptions if store.profile.reads("webhook_of_deleted_object", "deleted") else ():
        store.delete(subscription.id)
    drop_slack_connections(store, gone)
    drop_jira_rules(store, gone)
    _take_out_of_extensions(store, gone)
    end_subscriptions(store, gone)
    drop_parts(store, gone)


def _take_out_of_extensions(store: Store, service: Record) -> None:
    """An extension of other services too goes on without this one."""
    for extension in store.referrers("extension", service.id):
        kept = [it for it in extension.body["extension_objects"] if it["id"] != service.id]
        if not kept and store.profile.reads("extension_of_deleted_service", "deleted"):
            store.delete(extension.id)
        else:
            store.put("extension", extension.id, {**extension.body, "extension_objects": kept})


def end_subscriptions(store: Store, gone: Record) -> None:
    """Those of a user or a team that is deleted."""
    wanted = (gone.kind, gone.id)
    for it in store.all("subscription"):
        if (it.body["subscriber_type"], it.body["subscriber_id"]) == wanted:
            store.delete(it.id)
