"""What the commands about alerts have in common beside their connection."""

from __future__ import annotations

import json
from typing import Literal

from pdsync.cli.error import UsageError
from pdsync.cli.invocation import Invocation
from pdsync.report.text.safe_text import safe_text

Output = Literal["text", "json"]
_DONE = {
    "trigger": "PagerDuty has taken the event; this is the deduplication key of its alert.",
    "acknowledge": "PagerDuty has taken the event: the alert is acknowledged, if it is open.",
    "resolve": "PagerDuty has taken the event: the alert is resolved, if it is open.",
}


def check_dedup_key(dedup_key: str | None) -> str:
    """The key of the alert that is meant. Raises UsageError when there is none."""
    if not dedup_key or not dedup_key.strip():
        raise UsageError("which alert is meant? -i is not given", "-i takes the key that trigger printed.")
    return dedup_key


def show_alert(invocation: Invocation, action: str, dedup_key: str, output: Output) -> None:
    """Prints the deduplication key alone on stdout, for scripts to keep; with ``json`` an object that has it."""
    if output == "json":
        invocation.terminal.out_json(json.dumps({"action": action, "dedup_key": dedup_key}) + "\n")
        return
    invocation.terminal.out(safe_text(dedup_key) + "\n")
    invocation.terminal.note(_DONE[action])
