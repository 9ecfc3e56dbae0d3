"""``pdsync resolve``: an event that ends an alert."""

from __future__ import annotations

from pdsync.cli.event_connection import open_events_client
from pdsync.cli.event_output import Output, check_dedup_key, show_alert
from pdsync.cli.invocation import Invocation


def resolve(invocation: Invocation, *, key: str | None, dedup_key: str | None, output: Output) -> int:
    """Prints the deduplication key. PagerDuty takes a key that no open alert has, and does nothing then."""
    identity = check_dedup_key(dedup_key)
    with open_events_client(invocation, key, resend=True) as client:
        found = client.resolve(identity)
    show_alert(invocation, "resolve", found, output)
    return 0
