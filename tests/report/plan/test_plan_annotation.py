"""Annotations: on the changed lines, worst first, and no text becomes a command."""

from __future__ import annotations

import re

from hypothesis import given, settings

from pdsync.model import Source
from pdsync.plan import Change, Operation, Plan
from pdsync.report.plan.plan_annotation import render_plan_annotations
from tests.report.hostile import TEXT, hostile_plan
from tests.report.plan.test_plan_text import PLAN

COMMAND = re.compile(r"::(error|warning|notice) (file=[^,:]*,(line=\d+,(col=\d+,)?)?)?title=[^,:]*::[^\n]*")


def test_changes_stand_on_their_lines_and_the_worst_come_first() -> None:
    lines = render_plan_annotations(PLAN, {"service/x": {"name": Source("s.yaml", 5, 3)}}).splitlines()
    assert [line.partition(" ")[0] for line in lines[:8]] == ["::error"] * 3 + ["::warning"] * 3 + ["::notice"] * 2
    assert lines[0] == "::error title=pdsync refused::11 deletes exceed the limit of 10"
    assert "::warning title=pdsync%3A delete team/gone::- Gone  team/gone  PGONE, no manifest" in lines
    assert (
        "::warning file=s.yaml,line=5,col=3,title=pdsync%3A update service/x::"
        "~ Y  service/x  s.yaml:1%0A    name: X -> Y%0A    note: be careful"
    ) in lines
    assert lines[8] == "Plan: 1 to create, 2 to adopt, 2 to update, 1 to delete, 1 item to remove; 40 unchanged."


@settings(max_examples=40)
@given(TEXT)
def test_hostile_text_cannot_give_a_command(text: str) -> None:
    plan = hostile_plan(text)
    output = render_plan_annotations(plan, {})
    commands = [line for line in output.splitlines() if line.startswith("::")]
    assert len(commands) == len(plan.changes) + len(plan.risks) + len(plan.refusals)
    assert [line for line in commands if not COMMAND.fullmatch(line)] == []
    rest = [line for line in output.splitlines() if not line.startswith("::")]
    assert all(line.startswith(("Plan: ", "Blocked: ")) for line in rest)


def test_a_blocker_that_names_a_field_stands_on_its_line() -> None:
    places = {"name": Source("p.yaml", 4, 9), "role": Source("p.yaml", 6, 9)}
    for blocker, place in (("role: no", "line=6,col=9"), ("it is used: no", "line=1,"), ("name: no", "line=4,col=9")):
        change = Change("user/a", "user", Operation.CREATE, "A", source="p.yaml:1", blockers=(blocker,))
        (command, *_) = render_plan_annotations(Plan("w", "s", "d", (change,)), {"user/a": places}).splitlines()
        assert f"file=p.yaml,{place}" in command
