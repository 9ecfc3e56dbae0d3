"""Nothing that is in an account, a manifest, a journal or an answer becomes a command of the pipeline that prints it."""

from __future__ import annotations

import json
from datetime import UTC

from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.cli.manifest_text import ShownProblem, render_annotations, render_problems
from pdsync.model import Ref
from pdsync.oncall.escalation import Responder
from pdsync.oncall.escalation_level import LevelOnCall
from pdsync.oncall.finding import Finding
from pdsync.oncall.roster import Entry, Roster
from pdsync.oncall.schedule import Rendered
from pdsync.oncall.shift import Shift
from pdsync.plan.drift import Editor, compute_drift
from pdsync.plan.saved.judgement import Verdict
from pdsync.plan.saved.staleness import Staleness
from pdsync.plan.saved.three_way import ThreeWay
from pdsync.report.drift.drift_junit import render_drift_junit
from pdsync.report.drift.drift_markdown import render_drift_markdown
from pdsync.report.drift.drift_prometheus import render_drift_prometheus
from pdsync.report.drift.drift_text import render_drift_summary, render_drift_text
from pdsync.report.oncall.calendar_file import render_calendar
from pdsync.report.oncall.finding_text import finding_annotations, render_findings
from pdsync.report.oncall.oncall_text import Answer, render_oncall_json, render_oncall_text
from pdsync.report.oncall.schedule_timeline import render_timeline
from pdsync.report.plan.conflict_text import render_conflicts
from pdsync.report.plan.plan_annotation import render_plan_annotations
from pdsync.report.plan.plan_markdown import render_plan_markdown, render_problems_markdown
from pdsync.report.plan.plan_text import render_plan_text
from pdsync.report.result.journal import build_journal
from pdsync.report.result.journal_text import render_journal_text
from pdsync.report.result.result_markdown import render_result_markdown
from pdsync.report.result.result_text import render_result_text
from pdsync.report.text.clock import Clock, Screen
from pdsync.report.text.palette import Palette
from pdsync.report.text.safe_text import safe_json, safe_text
from pdsync.report.text.wrapped import wrapped
from tests.report.hostile import COMMAND, COMMANDS, hostile_plan, hostile_result

USER, POLICY, SCHEDULE = (Ref(kind, "key", "x") for kind in ("user", "escalation_policy", "schedule"))
START, END = 1_780_000_000, 1_780_086_400


def roster_of(text: str) -> Roster:
    return Roster(
        {ref: Entry({"name": text}, {}, f"{text}:1", text) for ref in (USER, POLICY, SCHEDULE)}, complete=False
    )


def assert_no_command(said: str) -> None:
    found = COMMAND.search(said)
    assert found is None, said[max(0, found.start() - 40) : found.end() + 40]


@settings(max_examples=12)
@given(COMMANDS)
def test_plans_results_and_conflicts(text: str) -> None:
    plan, result = hostile_plan(text), hostile_result(text)
    staleness = [
        Staleness(change, Verdict.CONFLICT, text, (ThreeWay(text, text, [text], {text: text}),))
        for change in plan.changes
    ]
    assert_no_command(render_plan_text(plan))
    assert_no_command(render_plan_markdown(plan))
    assert_no_command(render_result_text(result))
    assert_no_command(render_result_markdown(plan, result))
    assert_no_command(render_result_markdown(plan, None, staleness))
    assert_no_command(render_conflicts(staleness, {text: text}))
    assert_no_command(safe_json(json.dumps(plan.to_json(), indent=2, ensure_ascii=False)))


@settings(max_examples=40)
@given(COMMANDS)
def test_drift(text: str) -> None:
    plan = hostile_plan(text)
    drift = compute_drift(plan, {text: Editor(text, text, text, text)})
    for said in (
        render_drift_text(drift),
        render_drift_summary(drift),
        render_drift_markdown(drift),
        render_drift_junit(drift),
        render_drift_prometheus(drift, 1),
    ):
        assert_no_command(said)


@settings(max_examples=40)
@given(COMMANDS)
def test_a_journal(text: str) -> None:
    events = [
        {"event": "run", "time": text, "pdsync": text},
        {"event": "start", "workspace": text, "digest": text, "subdomain": text, "changes": 3},
        {"event": "change", "address": text, "operation": text},
        {"event": "request", "number": 1, "address": text, "method": text, "path": text},
        {"event": "answer", "number": 1, "status": 500, "request_id": text},
        {"event": "failed", "number": 1, "status": 500, "message": text},
        {"event": "request", "number": 2, "address": text, "method": "POST", "path": text},
        {"event": "done", "number": 2, "id": text},
        {"event": "outcome", "address": text, "status": text, "message": text},
    ]
    journal = build_journal(events)
    assert_no_command(render_journal_text(journal))
    assert_no_command(safe_json(json.dumps(journal.to_json(), indent=2, ensure_ascii=False)))


@settings(max_examples=40)
@given(COMMANDS)
def test_problems_and_findings(text: str) -> None:
    problems = [ShownProblem(text, 3, 4, text, text, text), ShownProblem("", 0, 0, "", text)]
    shown = render_problems(problems, Palette())
    assert_no_command(shown)
    assert_no_command(render_problems_markdown("pdsync plan", text, shown))
    finding = Finding("rule", "error", USER, text, text, text, f"{text}:3", 1, ((START, END),))
    assert_no_command(render_findings([finding], UTC, Palette()))


@settings(max_examples=15)
@given(COMMANDS)
def test_an_annotation_is_one_command_and_no_other(text: str) -> None:
    """It begins with ours, and everything behind that is its text: GitHub reads a line as one command."""
    problems = [ShownProblem(text, 3, 4, text, text, text)]
    finding = Finding("rule", "error", USER, text, text, text, f"{text}:3", 1, ((START, END),))
    plan = hostile_plan(text)
    count = len(plan.changes) + len(plan.refusals) + len(plan.risks)
    for said, commands in (
        (render_annotations(problems), 1),
        ("".join(it.render() for it in finding_annotations([finding], UTC)), 1),
        (render_plan_annotations(plan, {}), count),
    ):
        lines = said.split("\n")
        ours = [line for line in lines if line.startswith(("::error ", "::warning ", "::notice "))]
        assert len(ours) == commands
        assert_no_command("\n".join(line.removeprefix("::") for line in ours))
        assert_no_command("\n".join(line for line in lines if line not in ours))


@settings(max_examples=60)
@given(st.lists(COMMANDS | st.just("a name"), min_size=4, max_size=9).map(" ".join))
def test_a_line_that_is_wrapped(text: str) -> None:
    for line in wrapped(safe_text(text), 24):
        assert_no_command(line)


@settings(max_examples=40)
@given(COMMANDS)
def test_who_is_on_call(text: str) -> None:
    roster = roster_of(text)
    shift = Shift(START, END, USER, text)
    on_calls = [
        LevelOnCall(POLICY, 1, Responder(USER, SCHEDULE, text, END)),
        LevelOnCall(POLICY, 2, Responder(None, SCHEDULE)),
        LevelOnCall(POLICY, 3, None),
    ]
    answer = Answer(START, on_calls)
    for width in (100, 24):
        assert_no_command(render_oncall_text(roster, answer, Clock(UTC), Palette(), width))
    assert_no_command(safe_json(json.dumps(render_oncall_json(roster, answer), indent=2)))
    rendered = Rendered(START, END, ((text, (shift,)),), (shift,), (shift,))
    for width in (100, 40):
        assert_no_command(render_timeline(roster, SCHEDULE, rendered, "Etc/UTC", Screen(Clock(UTC), Palette(), width)))
    calendar = render_calendar(text, [(text, text, shift)], START)
    assert_no_command(calendar.replace("\r\n", "\n"))
