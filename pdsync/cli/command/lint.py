"""``pdsync lint``: does the on-call of the manifests, or of the account, keep the team's rules?"""

from __future__ import annotations

import json
from typing import Literal

from pdsync.cli.error import ExitCode
from pdsync.cli.invocation import Invocation
from pdsync.cli.planning import ProblemsError, report_problems
from pdsync.cli.problem_text import render_annotations
from pdsync.cli.roster import Period, fetch_roster, load_roster, read_moment, settle_moment
from pdsync.cli.setting.config import Config
from pdsync.cli.setting.setting import Settings, load_settings
from pdsync.cli.setting.time_zone import read_zone
from pdsync.manifest import load_manifests
from pdsync.model.suggestion import did_you_mean
from pdsync.oncall.roster import Roster
from pdsync.oncall.rule import BY_RULE
from pdsync.oncall.rulebook import DEFAULT, Rulebook
from pdsync.report.text.clock import utc

Output = Literal["text", "json", "github"]


def lint(invocation: Invocation, output: Output, *, at: str | None, timezone: str | None, live: bool) -> int:
    """Prints what breaks a rule. Exits 5 where an error is among it, 1 where the manifests have problems."""
    from pdsync.cli.setting.rule_config import read_rulebook
    from pdsync.report.oncall import finding_text

    zone = read_zone(timezone)
    moment = read_moment("--at", at, timezone)
    settings = load_settings(invocation)
    config = settings.config
    book = read_rulebook(config.rules) if config.rules is not None else DEFAULT
    try:
        roster = _fetch(invocation, settings, moment) if live else load_roster(settings)
    except ProblemsError as error:
        if output == "github":
            invocation.terminal.out(render_annotations(error.problems))
            return ExitCode.ERROR
        return report_problems(invocation, error.problems, as_json=output == "json")
    moment = settle_moment(moment, at, live=live)
    findings = book.judge(roster, moment)
    warn_of_unused(invocation, config, book, roster)
    terminal = invocation.terminal
    if output == "json":
        body = {
            "at": utc(moment),
            "rules": {name: setting.severity for name, setting in book.settings.items()},
            "findings": [finding_text.finding_form(finding).to_json() for finding in findings],
        }
        terminal.out_json(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
    elif output == "github":
        terminal.out("".join(each.render() for each in finding_text.finding_annotations(findings, zone)))
    else:
        counted = finding_text.render_finding_counts(findings)
        shown = finding_text.render_findings(
            findings, zone, terminal.palette, terminal.width if terminal.is_screen else 0
        )
        judged = "1 rule" if len(book.settings) == 1 else f"{len(book.settings)} rules"
        terminal.out(f"{shown}{chr(10) if shown else ''}{judged}: {counted}.\n")
    if config.rules is None:
        terminal.note("pdsync.yaml sets no rules, so the usual ones count as warnings.")
    if not live:
        terminal.note("From the manifests alone: what they do not manage is not known and breaks no rule. See --live.")
    return ExitCode.REFUSED if any(finding.severity == "error" for finding in findings) else ExitCode.OK


def warn_of_unused(invocation: Invocation, config: Config, book: Rulebook, roster: Roster) -> None:
    """Says which exceptions name nothing: a misspelt one excepts nothing, and a left-over one may except somebody new."""
    for rule, text in book.unused_exceptions(roster):
        kind = BY_RULE[rule].kind
        names = {name for ref, entry in roster.of_kind(kind) for name in (ref.value, entry.name)}
        hint = did_you_mean(text, sorted(names))
        invocation.terminal.warn(
            f"{config.file}: rules.{rule}.except: no {kind.replace('_', ' ')} here is called {text!r}."
            + (f" {hint}" if hint else "")
        )


def _fetch(invocation: Invocation, settings: Settings, moment: int) -> Roster:
    """The account; which manifest an object has is known where it can be told, so that exceptions may use its key."""
    resources = load_manifests(settings.config.manifest_paths(), settings.config.variables).resources
    roster = fetch_roster(invocation, settings, None, Period(moment, moment + 1))
    ids = {}
    for resource in resources:
        held = roster.find_by_name(resource.kind, str(resource.fields.get("email") or resource.name))
        if held is not None:
            ids[resource.address] = held.value
    return roster.with_keys(ids)
