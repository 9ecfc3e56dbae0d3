"""What --notify sends to PagerDuty's Events API: one alert for a workspace that drifts, a change event for an apply."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from pdsync.cli.error import CliError
from pdsync.cli.event_connection import open_events_client
from pdsync.cli.invocation import Invocation
from pdsync.plan import Plan, Result, Status
from pdsync.plan.drift import Drift
from pdsync.report.drift.drift_text import render_drift_summary, render_editor
from pdsync.report.text.safe_text import safe_text

FROM_ENVIRONMENT = "env"
"""Given in place of a key where PAGERDUTY_ROUTING_KEY holds it: every user of a machine can read a command line."""
_MOST_DETAILS = 50
_LONGEST_SUMMARY = 1_024  # PagerDuty refuses a longer one (Events API v2)


def dedup_key_of(drift: Drift) -> str:
    """The key of the one alert of a workspace: stable, so that every run means the same alert."""
    return f"pdsync-drift/{drift.subdomain or 'account'}/{drift.workspace}"


def notify_drift(invocation: Invocation, key: str, drift: Drift) -> None:
    """Opens or renews the alert while there may be edits by hand, and resolves it when they are gone.

    Unapplied changes of the manifests do not raise the alert. Unclear differences do: an object that was deleted by hand looks the same
    as an object that was never applied. Raises CliError.
    """
    with (
        _told("the result above is valid, but no alert was sent"),
        # With a deduplication key a repetition is the same alert.
        open_events_client(invocation, _key(key), resend=True) as client,
    ):
        if not drift.edited:
            client.resolve(dedup_key_of(drift))
            return
        count = len(drift.edited)
        objects = "1 object" if count == 1 else f"{count} objects"
        summary = f"pdsync: {objects} of {drift.workspace} differ from git in {drift.subdomain or 'PagerDuty'}"
        client.trigger(
            summary[:_LONGEST_SUMMARY],
            drift.subdomain or "pdsync",
            dedup_key_of(drift),
            severity="warning",
            custom_details={
                "summary": render_drift_summary(drift),
                "objects": [_line(drift, at) for at in range(min(count, _MOST_DETAILS))],
            },
        )


def notify_apply(invocation: Invocation, key: str, plan: Plan, result: Result) -> None:
    """Sends a change event, which pages no person, when an apply wrote something. Raises CliError."""
    counts = result.count()
    written = counts[Status.APPLIED] + sum(
        outcome.written for outcome in result.outcomes if outcome.status is not Status.APPLIED
    )
    if not written:
        return
    changes = "1 change" if written == 1 else f"{written} changes"
    with (
        _told("the apply above is done, but its change event was not sent"),
        open_events_client(invocation, _key(key), resend=False) as client,
    ):
        client.submit(
            f"pdsync applied {changes} to {plan.workspace}"[:_LONGEST_SUMMARY],
            plan.subdomain or "pdsync",
            {
                "digest": plan.digest,
                "outcomes": {status.value: counts[status] for status in Status if counts[status]},
            },
        )


def _key(given: str) -> str | None:
    return None if given == FROM_ENVIRONMENT else given


def _line(drift: Drift, at: int) -> str:
    moved = drift.edited[at]
    fields = ", ".join(field.path for field in moved.fields) or moved.what
    editor = render_editor(moved)
    return safe_text(f"{moved.change.address} ({moved.origin.value}): {fields}" + (f"; {editor}" if editor else ""))


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except CliError as error:
        error.message = f"{what}: {error.message}"
        raise
