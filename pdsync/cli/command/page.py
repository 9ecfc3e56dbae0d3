"""``pdsync page``: on-call as an HTML page. Nothing is written to PagerDuty."""

from __future__ import annotations

from pathlib import Path

from pdsync.cli.files.output_file import PAGE, OutputFile
from pdsync.cli.invocation import Invocation
from pdsync.cli.roster_source import Asked, note_hand_off_aware, read_roster
from pdsync.cli.setting.setting import load_settings
from pdsync.cli.setting.time_option import AskedTime, read_zone
from pdsync.oncall.question import all_schedules

_OF_MANIFESTS = "From the manifests alone, without what they do not manage."
_OF_ACCOUNT = "From the account, with its overrides."


def page(invocation: Invocation, *, live: bool, out: Path | None, timezone: str | None) -> int:
    """Prints the HTML page, or writes it to a file; exits 1 where the manifests have problems."""
    from pdsync.report.page.state_page import render_state_page

    zone = read_zone(timezone)
    if out is not None:
        OutputFile(out, "--out", PAGE).check(invocation)
    settings = load_settings(invocation)
    roster, period = read_roster(invocation, settings, Asked(AskedTime(None)), live=live)
    if not live:
        note_hand_off_aware(invocation.terminal, roster, (ref for ref, _ in all_schedules(roster)))
    source = _OF_ACCOUNT if live else _OF_MANIFESTS
    text = render_state_page(roster, period.since, zone, title=settings.config.workspace, source=source)
    if out is None:
        invocation.terminal.out(text)
    else:
        OutputFile(out, "--out", PAGE).write(text, invocation)
        invocation.terminal.note(f"Wrote the HTML page to {out}.")
    return 0
