"""``pdsync accept``: writes live values into a manifest. Nothing is written to PagerDuty."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from pdsync.cli.connection import open_client
from pdsync.cli.error import ExitCode
from pdsync.cli.invocation import Done, Invocation
from pdsync.cli.naming import read_place
from pdsync.cli.progress import activity_on
from pdsync.cli.setting.setting import load_settings
from pdsync.engine.accept import accept_live, load_for_accept
from pdsync.report.text.safe_text import safe_text


def accept(invocation: Invocation, target: str, paths: Sequence[str], *, dry_run: bool = False) -> int:
    """Shows the difference that it makes to the manifest, and writes it unless `dry_run`."""
    settings = load_settings(invocation)
    place = read_place(invocation, settings, target)
    terminal = invocation.terminal
    desired = load_for_accept(settings.workspace(), place, paths)
    with open_client(invocation, settings) as client:
        accepted = accept_live(client, desired, place, activity=activity_on(terminal))
    if accepted is None:
        terminal.out(f"Nothing to accept: the account and the manifest agree on {place}.\n")
        return ExitCode.OK
    for changed in accepted.changed:
        terminal.out(_render_difference(changed.file, changed.before, changed.after))
    if dry_run:
        terminal.note("Nothing was written.")
    else:
        accepted.write()
        invocation.done = Done()
        files = " and ".join(changed.file for changed in accepted.changed)
        verb = "have" if len(accepted.changed) > 1 else "has"
        terminal.note(f"{files} now {verb} the live values ({', '.join(accepted.names)}).")
    return ExitCode.OK


def _render_difference(file: str, before: str, after: str) -> str:
    """A unified diff, safe to print."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), file, file, lineterm="", n=2)
    return "".join(f"{safe_text(line)}\n" for line in lines)
