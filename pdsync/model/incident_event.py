"""The events of incidents that PagerDuty reports to webhooks and to channels of Slack."""

from __future__ import annotations

from collections.abc import Iterable

from pdsync.model.scope import Path, Scope
from pdsync.model.suggestion import did_you_mean

TRIGGERED = "incident.triggered"
INCIDENT_EVENTS = (
    "incident.acknowledged",
    "incident.annotated",
    "incident.delegated",
    "incident.escalated",
    "incident.priority_updated",
    "incident.reassigned",
    "incident.reopened",
    "incident.resolved",
    "incident.responder.added",
    "incident.responder.replied",
    "incident.status_update_published",
    TRIGGERED,
    "incident.unacknowledged",
)
"""Those of terraform-provider-pagerduty (slack_connection, webhook_subscription). PagerDuty adds others now and then."""


def warn_unknown(events: Iterable[object], scope: Scope, path: Path, known: Iterable[str] = INCIDENT_EVENTS) -> None:
    """Warns of the events that pdsync does not know: PagerDuty may, and may not."""
    known = tuple(known)
    for event in events:
        if isinstance(event, str) and event not in known:
            hint = (
                did_you_mean(event, known)
                or "PagerDuty may know it, or refuse it. An event with a typing error would never be reported."
            )
            scope.warn(path, f"pdsync does not know the event {event!r}", hint)
