"""``pdsync trigger``: an event that opens an alert, and so pages whoever is on call."""

from __future__ import annotations

import socket
import uuid
from collections.abc import Mapping

from pdsync.cli.error import UnknownOutcomeError, UsageError
from pdsync.cli.event_connection import open_events_client
from pdsync.cli.event_output import Output, show_alert
from pdsync.cli.invocation import Invocation


def trigger(
    invocation: Invocation,
    *,
    key: str | None,
    dedup_key: str | None,
    description: str,
    source: str | None,
    severity: str,
    details: Mapping[str, str],
    output: Output,
) -> int:
    """Prints the deduplication key. One is made here where none is given, so that a repetition is the same alert."""
    if not description.strip():
        raise UsageError("the description is empty", "It is what the person reads who is paged.")
    identity = dedup_key or uuid.uuid4().hex
    try:
        with open_events_client(invocation, key, resend=True) as client:
            found = client.trigger(
                description,
                source or socket.gethostname(),
                identity,
                severity=severity,
                custom_details=dict(details) or None,
            )
    except UnknownOutcomeError as error:
        again = f"Run it again with  -i {identity}  and it is the same alert, if there is one."
        raise UnknownOutcomeError(error.message, again) from error
    show_alert(invocation, "trigger", found, output)
    return 0
