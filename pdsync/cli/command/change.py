"""``pdsync change``: a change event, which pages nobody but stands beside the alerts of its service."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping

from pdsync.cli.error import UsageError
from pdsync.cli.event_connection import open_events_client
from pdsync.cli.event_output import Output
from pdsync.cli.invocation import Invocation


def change(
    invocation: Invocation,
    *,
    key: str | None,
    summary: str,
    source: str | None,
    details: Mapping[str, str],
    output: Output,
) -> int:
    """Sends it once: after a lost answer it is not sent again, as it would be shown twice."""
    if not summary.strip():
        raise UsageError("the summary is empty", "It is what people read beside an alert.")
    with open_events_client(invocation, key, resend=False) as client:
        found = client.submit(summary, source or socket.gethostname(), dict(details) or None)
    if output == "json":
        invocation.terminal.out_json(json.dumps({"action": "change", "id": found}) + "\n")
    else:
        invocation.terminal.note("PagerDuty has taken the change event.")
    return 0
