"""``pdsync trigger``, ``acknowledge``, ``resolve`` and ``change``: one event to PagerDuty's Events API."""

from __future__ import annotations

import json
import socket
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pdsync.cli.error import UnknownOutcomeError, UsageError
from pdsync.cli.event_connection import open_events_client
from pdsync.cli.invocation import Done, Invocation
from pdsync.report.text.safe_text import safe_text

Output = Literal["text", "json"]
_TAKEN = {
    "trigger": "PagerDuty accepted the event; this is the deduplication key of its alert.",
    "acknowledge": "PagerDuty accepted the event: the alert is acknowledged, if it is open.",
    "resolve": "PagerDuty accepted the event: the alert is resolved, if it is open.",
}


@dataclass(frozen=True, slots=True)
class Message:
    """What an event says, as the command line gives it."""

    text: str
    source: str | None = None
    """What it is about; None: this machine."""
    details: Mapping[str, str] = field(default_factory=dict)
    severity: str = "critical"

    @property
    def origin(self) -> str:
        """The source that is sent."""
        return self.source or socket.gethostname()


def trigger(invocation: Invocation, key: str | None, dedup_key: str | None, message: Message, output: Output) -> int:
    """Opens an alert, and so pages the people on call. Prints the deduplication key.

    Without a key one is made here, not by PagerDuty, so that an event that is sent again after a lost answer is the same alert.
    """
    if not message.text.strip():
        raise UsageError("the description is empty", "The paged person reads it.")
    identity = dedup_key or uuid.uuid4().hex
    try:
        with open_events_client(invocation, key, resend=True) as client:
            found = client.trigger(
                message.text,
                message.origin,
                identity,
                severity=message.severity,
                custom_details=dict(message.details) or None,
            )
    except UnknownOutcomeError as error:
        again = f"Run it again with  -i {identity}  and it is the same alert, if there is one."
        raise UnknownOutcomeError(error.message, again) from error
    invocation.done = Done(summary=f"The deduplication key is {safe_text(found)}")
    _show_alert(invocation, "trigger", found, output)
    return 0


def acknowledge(invocation: Invocation, key: str | None, dedup_key: str | None, output: Output) -> int:
    """Says that a person works on an alert. A key that no open alert has is taken too, and does nothing."""
    identity = _check_dedup_key(dedup_key)
    with open_events_client(invocation, key, resend=True) as client:
        found = client.acknowledge(identity)
    invocation.done = Done()
    _show_alert(invocation, "acknowledge", found, output)
    return 0


def resolve(invocation: Invocation, key: str | None, dedup_key: str | None, output: Output) -> int:
    """Ends an alert. A key that no open alert has is taken too, and does nothing."""
    identity = _check_dedup_key(dedup_key)
    with open_events_client(invocation, key, resend=True) as client:
        found = client.resolve(identity)
    invocation.done = Done()
    _show_alert(invocation, "resolve", found, output)
    return 0


def change(invocation: Invocation, key: str | None, message: Message, output: Output) -> int:
    """Sends a change event, which pages no person. It is sent once: sent again after a lost answer, it could be shown twice."""
    if not message.text.strip():
        raise UsageError("the summary is empty", "People read it next to an alert.")
    with open_events_client(invocation, key, resend=False) as client:
        found = client.submit(message.text, message.origin, dict(message.details) or None)
    invocation.done = Done(summary="PagerDuty accepted the change event.")
    if output == "json":
        invocation.terminal.out_json(json.dumps({"action": "change", "id": found}) + "\n")
    else:
        invocation.terminal.note("PagerDuty accepted the change event.")
    return 0


def _check_dedup_key(dedup_key: str | None) -> str:
    """The key of the alert that is meant. Raises UsageError when there is none."""
    if not dedup_key or not dedup_key.strip():
        raise UsageError("which alert is meant? -i is not given", "-i takes the key that trigger printed.")
    return dedup_key


def _show_alert(invocation: Invocation, action: str, dedup_key: str, output: Output) -> None:
    """Prints the deduplication key alone on stdout, for scripts to keep; with ``json`` an object that has it."""
    if output == "json":
        invocation.terminal.out_json(json.dumps({"action": action, "dedup_key": dedup_key}) + "\n")
        return
    invocation.terminal.out(safe_text(dedup_key) + "\n")
    invocation.terminal.note(_TAKEN[action])
