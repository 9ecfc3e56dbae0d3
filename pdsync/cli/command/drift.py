"""``pdsync drift``: what somebody edited by hand, and what was not applied yet. Nothing is written to PagerDuty."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pdsync.account.audit import fetch_last_edits
from pdsync.cli.connection import open_client
from pdsync.cli.error import ExitCode, UsageError
from pdsync.cli.files.atomic_file import write_atomically
from pdsync.cli.invocation import Invocation
from pdsync.cli.planning import ProblemsError, Selection, load, make_options, make_plan, report_problems
from pdsync.cli.problem_text import of_plan
from pdsync.cli.setting.setting import load_settings
from pdsync.client import RestApiV2Client, last_4
from pdsync.plan import Plan
from pdsync.plan.drift import Drift, Editor, compute_drift

Output = Literal["text", "json", "markdown", "junit", "prometheus"]
_MODES = {"prometheus": 0o644}
"""Another user's collector reads it; it holds addresses and counts only. Everything else is the owner's."""


@dataclass(frozen=True, slots=True)
class DriftOptions:
    """How to report, as it stood on the command line."""

    out: Path | None = None
    """A file to write the report to, in place of stdout."""
    notify: str | None = None
    """A routing key, or ``env`` for the one of the environment."""


def drift(invocation: Invocation, selection: Selection, output: Output, how: DriftOptions) -> int:
    """Exits 0 when the account is as the manifests say, and 2 when anything differs, whoever moved."""
    settings = load_settings(invocation)
    options = make_options(settings, selection)
    if how.out is not None and (how.out.is_dir() or not how.out.parent.is_dir()):
        raise UsageError(f"--out {how.out}: is a folder, or its folder does not exist", "Name a file.")
    if how.notify is not None and (selection.paths or selection.targets):
        raise UsageError("--notify cannot go with PATH or --target", "Its alert speaks of the whole workspace.")
    try:
        resources = load(settings, selection, options)
    except ProblemsError as error:
        return report_problems(invocation, error.problems, as_json=output == "json")
    with open_client(invocation, settings) as client:
        plan = make_plan(invocation, settings, client, resources, options, judged=False)
        if plan.problems:
            return report_problems(invocation, of_plan(plan.problems), as_json=output == "json")
        found = compute_drift(plan, _editors(client, plan))
    _show(invocation, found, output, how.out)
    if how.notify is not None:
        from pdsync.cli.notification import notify_drift

        notify_drift(invocation, how.notify, found)
    return ExitCode.PENDING if found.moved else ExitCode.OK


def _editors(client: RestApiV2Client, plan: Plan) -> dict[str, Editor]:
    """Who last edited what differs. What this very token wrote is nobody's edit."""
    ids = {change.id for change in plan.changes if change.id}
    own = last_4(client.api_key)[-4:]
    editors = {}
    for identity, record in fetch_last_edits(client, ids).items():
        method = _part(record, "method")
        if method.get("truncated_token") and str(method["truncated_token"])[-4:] == own:
            continue
        actors = record.get("actors")
        actor = actors[0] if isinstance(actors, list) and actors and isinstance(actors[0], dict) else {}
        who = str(actor.get("summary") or actor.get("id") or "somebody")
        editors[identity] = Editor(
            who, str(method.get("type") or "unknown"), str(record.get("execution_time")), str(record.get("action"))
        )
    return editors


def _part(record: dict[str, Any], name: str) -> dict[str, Any]:
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def _show(invocation: Invocation, found: Drift, output: Output, out: Path | None) -> None:
    terminal = invocation.terminal
    if out is not None:
        write_atomically(out, _render(found, output, False, 100), mode=_MODES.get(output, 0o600))
        terminal.note(f"Report written to {out}.")
    elif output == "json":
        terminal.out_json(_render(found, output, False, 100))
    elif output == "text" and terminal.verbosity < 0:
        from pdsync.report.drift.drift_text import render_drift_summary

        terminal.out(render_drift_summary(found) + "\n")
    else:
        terminal.out(_render(found, output, terminal.color, terminal.width))


def _render(found: Drift, output: Output, color: bool, width: int) -> str:
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

            return render_drift_prometheus(found, int(time.time()))
    from pdsync.report.drift.drift_text import render_drift_text

    return render_drift_text(found, color, width)
