"""``pdsync drift``: what was edited by hand, and what was not applied yet. Nothing is written to PagerDuty."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pdsync.cli.connection import open_client
from pdsync.cli.error import ExitCode, UsageError, loss_told
from pdsync.cli.files.output_file import DRIFT, OutputFile
from pdsync.cli.invocation import Invocation
from pdsync.cli.manifest_text import shown_problems, tell_problems
from pdsync.cli.progress import activity_on
from pdsync.cli.setting.setting import load_settings
from pdsync.engine.desired import Selection, load_desired
from pdsync.engine.drift import find_drift
from pdsync.engine.error import ProblemsError
from pdsync.model.instant import read_rendered
from pdsync.plan.drift import Drift
from pdsync.report.text.palette import Style

Output = Literal["text", "json", "markdown", "junit", "prometheus"]
_MODES = {"prometheus": 0o644}
"""Another user's collector reads it; it holds addresses and counts only. Everything else is the owner's."""


@dataclass(frozen=True, slots=True)
class DriftOptions:
    """Where the result goes, as the command line says."""

    out: Path | None = None
    """A file for the result, in place of stdout."""
    notify: str | None = None
    """A routing key, or ``env`` for the one of the environment."""


def drift(invocation: Invocation, selection: Selection, output: Output, how: DriftOptions) -> int:
    """Exits 0 when the account is as the manifests say, and 2 when anything differs, whichever side changed."""
    settings = load_settings(invocation)
    if selection.names:
        from pdsync.cli.naming import with_addresses

        selection = with_addresses(invocation, settings, selection)
    if how.out is not None:
        OutputFile(how.out, "--out", DRIFT).check(invocation)
    if how.notify is not None and (selection.paths or selection.targets):
        raise UsageError("--notify cannot go with PATH or --target", "The alert is about the whole workspace.")
    try:
        desired = load_desired(settings.workspace(), selection)
        with open_client(invocation, settings) as client:
            found = find_drift(client, desired, activity=activity_on(invocation.terminal))
    except ProblemsError as error:
        return tell_problems(invocation.terminal, shown_problems(error), as_json=output == "json")
    _show(invocation, found, output, how.out)
    if how.notify is not None:
        from pdsync.cli.announcement import notify_drift

        notify_drift(invocation, how.notify, found)
    return ExitCode.PENDING if found.moved else ExitCode.OK


def _show(invocation: Invocation, found: Drift, output: Output, out: Path | None) -> None:
    terminal = invocation.terminal
    if out is not None:
        with loss_told(invocation):
            text = _render(found, output, Style(detail=invocation.detail))
            OutputFile(out, "--out", DRIFT).write(text, invocation, mode=_MODES.get(output, 0o600))
            terminal.note(f"Wrote the result to {out}.")
    elif output == "json":
        terminal.out_json(_render(found, output, Style()))
    elif output == "text" and terminal.verbosity < 0:
        from pdsync.report.drift.drift_text import render_drift_summary

        terminal.out(render_drift_summary(found) + "\n")
    else:
        terminal.out(_render(found, output, Style(terminal.color, terminal.width, detail=invocation.detail)))


def _render(found: Drift, output: Output, style: Style) -> str:
    """The renderers are imported only here: a run needs one of them."""
    match output:
        case "json":
            return json.dumps(found.to_json(), indent=2, ensure_ascii=False) + "\n"
        case "markdown":
            from pdsync.report.drift.drift_markdown import render_drift_markdown

            return render_drift_markdown(found)
        case "junit":
            from pdsync.report.drift.drift_junit import render_drift_junit

            return render_drift_junit(found)
        case "prometheus":
            from pdsync.report.drift.drift_prometheus import render_drift_prometheus

            return render_drift_prometheus(found, int(read_rendered(found.fetched_at).timestamp()))
    from pdsync.report.drift.drift_text import render_drift_text

    return render_drift_text(found, style)
