"""``pdsync schedule convert``: a schedule with layers as the manifest of a shift-based one. Writes nothing to PagerDuty."""

from __future__ import annotations

from pdsync.cli.error import ExitCode
from pdsync.cli.invocation import Invocation
from pdsync.cli.override_output import read_schedule
from pdsync.cli.roster_source import FROM_MANIFESTS
from pdsync.cli.setting.setting import load_settings
from pdsync.cli.setting.time_option import AskedTime, read_clock
from pdsync.engine.conversion import Converted, convert_schedule
from pdsync.export.yaml_writer import render_block
from pdsync.oncall.conversion import INTO
from pdsync.oncall.roster import Roster
from pdsync.report.text.clock import Screen
from pdsync.report.text.safe_text import safe_text

_PROOF_DAYS = 90


def schedule_convert(invocation: Invocation, name: str, timezone: str | None, *, live: bool) -> int:
    """Prints the manifest, and the proof on stderr. Exits 2 where other people would be on call at some time."""
    clock, terminal = read_clock(timezone), invocation.terminal
    settings = load_settings(invocation)
    proved = AskedTime(None, length_s=_PROOF_DAYS * 86_400)
    roster, schedule, period = read_schedule(invocation, settings, name, lambda _: proved, live=live)
    converted = convert_schedule(roster, schedule, INTO, period)
    terminal.out("".join(f"{safe_text(line)}\n" for line in render_block(converted.manifest, 0)))
    _tell_proof(invocation, roster, converted, Screen(clock, terminal.error_palette, terminal.width))
    if not live:
        terminal.note(FROM_MANIFESTS)
    return ExitCode.OK if converted.is_same else ExitCode.PENDING


def _tell_proof(invocation: Invocation, roster: Roster, converted: Converted, screen: Screen) -> None:
    first, last = (screen.clock.at(at, with_zone=True) for at in (converted.period.since, converted.period.until))
    terminal, when = invocation.terminal, f"{first} to {last}"
    if converted.differences:
        from pdsync.report.oncall.stretch_text import render_stretches

        terminal.warn(f"Other people would be on call at some times from {when}:")
        terminal.err(render_stretches(roster, converted.differences, screen))
    else:
        terminal.note(f"Compared from {when}: the same people are on call at every minute.")
    for obstacle in converted.obstacles:
        terminal.warn(f"PagerDuty would refuse this: {obstacle}.")
    if converted.overrides:
        count = (
            "1 override of this time stays"
            if converted.overrides == 1
            else f"{converted.overrides} overrides of this time stay"
        )
        terminal.note(f"{count} with the version 2 schedule. The comparison leaves them out.")
