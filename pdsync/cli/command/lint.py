"""``pdsync lint``: does the on-call of the manifests, or of the account, keep the team's rules?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal

from pdsync.cli.error import ExitCode
from pdsync.cli.invocation import Invocation
from pdsync.cli.manifest_text import render_annotations, shown_problems, tell_problems
from pdsync.cli.roster_source import LOCAL_CLOCK, Asked, read_roster
from pdsync.cli.setting.setting import Settings, load_settings
from pdsync.cli.setting.time_option import local_seconds, read_moment, read_zone
from pdsync.engine.error import ManifestsError
from pdsync.engine.roster import Period, bind_manifests, load_tested_roster
from pdsync.model.suggestion import did_you_mean
from pdsync.oncall.finding import Finding
from pdsync.oncall.roster import Roster
from pdsync.oncall.rulebook import DEFAULT, Rulebook
from pdsync.plan.saved.test_form import TestForm
from pdsync.report.text.clock import utc

Output = Literal["text", "json", "github"]


def lint(invocation: Invocation, output: Output, *, at: str | None, timezone: str | None, live: bool) -> int:
    """Prints what breaks a rule. Exits 5 where an error is among it, 1 where the manifests have problems."""
    zone = read_zone(timezone)
    asked = Asked(read_moment(at, timezone, invocation.terminal.warn))
    settings = load_settings(invocation)
    workspace, terminal = settings.workspace(), invocation.terminal
    book = workspace.rules if workspace.rules is not None else DEFAULT
    try:
        roster, period, tests = _read(invocation, settings, asked, live=live)
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
    judged = Judged(period.since, book, tuple(findings), tests)
    _show(invocation, judged, output, zone)
    if workspace.rules is None:
        terminal.note("pdsync.yaml has no rules, so the default rules apply, as warnings.")
    if not live:
        terminal.note("From the manifests alone. Add --live to also check what they do not manage.")
    return ExitCode.REFUSED if judged.is_broken else ExitCode.OK


def _read(
    invocation: Invocation, settings: Settings, asked: Asked, *, live: bool
) -> tuple[Roster, Period, tuple[TestForm, ...]]:
    """What is judged, and what the tests of the manifests say. The account has no tests."""
    if live:
        return *read_roster(invocation, settings, asked, live=True), ()
    period = asked.time.at(local_seconds())
    roster, tests = load_tested_roster(settings.workspace(), period.since)
    if asked.time.needs_now:
        invocation.terminal.note(LOCAL_CLOCK)
    return roster, period, tests


@dataclass(frozen=True, slots=True)
class Judged:
    """The findings of the rules about on-call, from one instant on."""

    moment: int
    book: Rulebook
    findings: tuple[Finding, ...]
    tests: tuple[TestForm, ...] = ()
    """What the manifests' own tests say."""

    @property
    def is_broken(self) -> bool:
        """Whether a rule with the severity error is broken, or a test fails."""
        errors = any(finding.severity == "error" for finding in self.findings)
        return errors or not all(test.passed for test in self.tests)


def _show(invocation: Invocation, judged: Judged, output: Output, zone: tzinfo | None) -> None:
    from pdsync.report.oncall import finding_text

    terminal, book, findings = invocation.terminal, judged.book, judged.findings
    if output == "json":
        body = {
            "at": utc(judged.moment),
            "rules": {name: setting.severity for name, setting in book.settings.items()},
            "findings": [finding_text.finding_form(finding).to_json() for finding in findings],
            "tests": [test.to_json() for test in judged.tests],
        }
        terminal.out_json(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
    elif output == "github":
        from pdsync.report.routing.test_text import annotations_of_tests

        annotations = [*annotations_of_tests(judged.tests), *finding_text.finding_annotations(findings, zone)]
        terminal.out("".join(each.render() for each in annotations))
    else:
        counted = finding_text.render_finding_counts(findings)
        columns = terminal.width if terminal.is_screen else 0
        shown = finding_text.render_findings(findings, zone, terminal.palette, columns)
        count = "1 rule" if len(book.settings) == 1 else f"{len(book.settings)} rules"
        terminal.out(f"{shown}{chr(10) if shown else ''}{count}: {counted}.\n")
        if judged.tests:
            from pdsync.report.routing.test_text import TITLE, render_test_lines

            title = terminal.palette.paint("strong", TITLE)
            terminal.out("\n" + "\n".join([title, *render_test_lines(judged.tests, columns)]) + "\n")


def _warn_of_unused(invocation: Invocation, settings: Settings, book: Rulebook, roster: Roster) -> None:
    """Reports names that no object has: a misspelt one has no effect, and a left-over exception may exempt a new object."""
    for unused in book.unused_names(roster):
        names = {name for ref, entry in roster.of_kind(unused.kind) for name in (ref.value, entry.name)}
        hint = did_you_mean(unused.text, sorted(names))
        invocation.terminal.warn(
            f"{settings.config.file}: rules.{unused.place}: no {unused.kind.replace('_', ' ')} here is called {unused.text!r}."
            + (f" {hint}" if hint else "")
        )
