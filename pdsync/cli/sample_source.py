"""The sample events that a plan is compared for: of a file, or the recent alerts of the account."""

from __future__ import annotations

from pdsync.cli.invocation import Invocation
from pdsync.cli.progress import activity_on
from pdsync.client import RestApiV2Client
from pdsync.engine.plan import Planned
from pdsync.engine.sample import fetch_samples, load_samples, with_samples


def add_samples(
    invocation: Invocation, client: RestApiV2Client, planned: Planned, file: str | None, days: int | None
) -> Planned:
    """The plan with what it changes for sample events. Raises EventError for a file that is not one of events, and the client's errors."""
    activity = activity_on(invocation.terminal)
    if days is not None:
        with activity("Reading recent alerts"):
            samples = fetch_samples(client, days)
    else:
        assert file is not None
        samples = load_samples(file)
    return with_samples(client, planned, samples, activity=activity)
