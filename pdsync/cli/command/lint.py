"""``pdsync lint``: does the on-call of the manifests, or of the account, keep the team's rules?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal

from pdsync.cli.error import ExitCode
from pdsync.cli.invocation import Invocation
from pdsync.cli.manifest_text import render_annotations, shown_problems, tell_problems
from pdsync.cli.roster_source import Asked, read_roster
from pdsync.cli.setting.setting import Settings, load_settings
from pdsync.cli.setting.time_option import read_moment, read_zone
from pdsync.engine.error import ManifestsError
from pdsync.engine.roster import bind_manifests
from pdsync.model.suggestion import did_you_mean
from pdsync.oncall.finding import Finding
from pdsync.oncall.roster import Roster
from pdsync.oncall.rule import BY_RULE
from pdsync.oncall.rulebook import DEFAULT, Rulebook
from pdsync.report.text.clock import utc

Output = Literal["text", "json", "github"]


def lint(invocation: Invocation, output: Output, *, at: str | None, timezone: str | None, live: bool) -> int:
    """Prints what breaks a rule. Exits 5 where an error is among it, 1 where the manifests have problems."""
    zone = read_zone(timezone)
    asked = Asked(read_moment(at, timezone))
    settings = load_settings(invocation)
    workspace, terminal = settings.workspace(), invocation.terminal
    book = workspace.rules if workspace.rules is not None else DEFAULT
    try:
        roster, period = read_roster(invocation, settings, asked, live=live)
    except ManifestsError as error:
        if output == "github":
            terminal.out(render_annotations(shown_problems(error)))
            return ExitCode.ERROR
        return tell_problems(terminal, shown_problems(error), as_json=output == "json")
    if live:
        # Exceptions of the rules may use the keys of manifests.
        roster = bind_manifests(roster, workspace)
    findings = book.judge(roster, period.since)
    _warn_of_unused(invocation, settings, book, roster)
    _show(invocation, Judged(period.since, book, tuple(findings)), output, zone)
    if workspace.rules is None:
        terminal.note("pdsync.yaml sets no rules, so the usual ones count as warnings.")
    if not live:
        terminal.note("From the manifests alone: what they do not manage is not known and breaks no rule. See --live.")
    return ExitCode.REFUSED if any(finding.severity == "error" for finding in findings) else ExitCode.OK


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules say of on-call, from one instant on."""

    moment: int
    book: Rulebook
    findings: tuple[Finding, ...]


def _show(invocation: Invocation, judged: Judged, output: Output, zone: tzinfo | None) -> None:
    from pdsync.report.oncall import finding_text

    terminal, book, findings = invocation.terminal, judged.book, judged.findings
    if output == "json":
        body = {
            "at": utc(judged.moment),
            "rules": {name: setting.severity for name, setting in book.settings.items()},
            "findings": [finding_text.finding_form(finding).to_json() for finding in findings],
        }
        terminal.out_json(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
    elif output == "github":
        terminal.out("".join(each.render() for each in finding_text.finding_annotations(findings, zone)))
    else:
        counted = finding_text.render_finding_counts(findings)
        columns = terminal.width if terminal.is_screen else 0
        shown = finding_text.render_findings(findings, zone, terminal.palette, columns)
        count = "1 rule" if len(book.settings) == 1 else f"{len(book.settings)} rules"
        terminal.out(f"{shown}{chr(10) if shown else ''}{count}: {counted}.\n")


def _warn_of_unused(invocation: Invocation, settings: Settings, book: Rulebook, roster: Roster) -> None:
    """Reports exceptions that name no object: a misspelt one has no effect, and a left-over one may exempt a new object."""
    for rule, text in book.unused_exceptions(roster):
        kind = BY_RULE[rule].kind
        names = {name for ref, entry in roster.of_kind(kind) for name in (ref.value, entry.name)}
        hint = did_you_mean(text, sorted(names))
        invocation.terminal.warn(
            f"{settings.config.file}: rules.{rule}.except: no {kind.replace('_', ' ')} here is called {text!r}."
            + (f" {hint}" if hint else "")
        )
