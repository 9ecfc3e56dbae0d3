"""The sample events that a plan is compared for: of a file, or the recent alerts of the account."""

from __future__ import annotations

from dataclasses import dataclass

from pdsync.cli.error import UsageError
from pdsync.cli.invocation import Invocation
from pdsync.cli.progress import activity_on
from pdsync.cli.setting.setting import Settings
from pdsync.client import RestApiV2Client
from pdsync.engine.plan import Planned


@dataclass(frozen=True, slots=True)
class SampleOptions:
    """What the command line says; None: not given."""

    file: str | None = None
    days: int | None = None

    def check(self) -> None:
        """Raises UsageError where both are given."""
        if self.file is not None and self.days is not None:
            raise UsageError("--sample-events and --recent-alerts exclude each other", "Leave one of them out.")


def add_samples(
    invocation: Invocation, settings: Settings, options: SampleOptions, client: RestApiV2Client, planned: Planned
) -> Planned:
    """The plan with what it changes for sample events. Where it changes no rules for events, nothing is read and nothing imported.

    Raises EventError for a file that is not one of events, and the client's errors."""
    file = options.file if options.file is not None or options.days is not None else settings.sample_events
    if file is None and options.days is None:
        return planned
    if planned.plan.problems or not any(change.documents for change in planned.plan.changes):
        if options != SampleOptions():
            invocation.terminal.note("The plan changes no rules for events, so the sample events are left out.")
        return planned
    from pdsync.engine.sample import fetch_samples, load_samples, with_samples

    activity = activity_on(invocation.terminal)
    if options.days is not None:
        with activity("Reading recent alerts"):
            samples = fetch_samples(client, options.days)
    else:
        assert file is not None
        samples = load_samples(file)
    return with_samples(client, planned, samples, activity=activity)
