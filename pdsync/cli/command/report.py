"""``pdsync report``: who is paged, as a page. Nothing is written to PagerDuty."""

from __future__ import annotations

from pathlib import Path

from pdsync.cli.files.output_file import PAGE, OutputFile
from pdsync.cli.invocation import Invocation
from pdsync.cli.roster_source import Asked, note_hand_off_aware, read_roster
from pdsync.cli.setting.setting import load_settings
from pdsync.cli.setting.time_option import AskedTime, read_zone
from pdsync.oncall.question import all_schedules

_OF_MANIFESTS = "From the manifests alone: overrides, and what is not managed, are not known."
_OF_ACCOUNT = "From the account, overrides included."


def report(invocation: Invocation, *, live: bool, out: Path | None, timezone: str | None) -> int:
    """Prints the page, or writes it to a file; exits 1 where the manifests have problems."""
    from pdsync.report.page.state_page import render_state_page

    zone = read_zone(timezone)
    if out is not None:
        OutputFile(out, "--out", PAGE).check(invocation)
    settings = load_settings(invocation)
    roster, period = read_roster(invocation, settings, Asked(AskedTime(None)), live=live)
    if not live:
        note_hand_off_aware(invocation.terminal, roster, (ref for ref, _ in all_schedules(roster)))
    source = _OF_ACCOUNT if live else _OF_MANIFESTS
    page = render_state_page(roster, period.since, zone, title=settings.config.workspace, source=source)
    if out is None:
        invocation.terminal.out(page)
    else:
        OutputFile(out, "--out", PAGE).write(page, invocation)
        invocation.terminal.note(f"Page written to {out}.")
    return 0
