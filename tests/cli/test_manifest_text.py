"""How many objects there are, and problems as text, as JSON and as annotations."""

from __future__ import annotations

import json

import pytest

from pdsync.cli.manifest_text import (
    ShownProblem,
    of_manifests,
    of_plan,
    render_annotations,
    render_counts,
    render_problems,
    tell_problems,
)
from pdsync.cli.terminal import Terminal
from pdsync.manifest import ManifestProblem
from pdsync.model import Source
from pdsync.plan import PlanProblem
from pdsync.report.text.palette import Palette

PROBLEM = ShownProblem("a.yaml", 3, 5, "user/ana", "is wrong", "Mend it.")


def test_counts_are_in_the_order_of_the_kinds() -> None:
    assert render_counts({"service": 1, "user": 3, "team": 0, "escalation_policy": 2}) == (
        "3 users, 2 escalation policies, 1 service"
    )


def test_problems_know_their_places() -> None:
    (loaded,) = of_manifests([ManifestProblem(Source("a.yaml", 3, 5), "user/ana", "is wrong", "Mend it.")])
    assert loaded == PROBLEM
    assert loaded.place == "a.yaml:3:5"
    (planned,) = of_plan([PlanProblem("user/ana", "a.yaml:3", "is wrong", "Mend it.")])
    assert planned.place == "a.yaml:3"
    assert ShownProblem("a.yaml", 1, 1, "", "is not YAML").place == "a.yaml"


def test_text_counts_problems_and_files() -> None:
    other = ShownProblem("b.yaml", 1, 0, "", "\x1b[31mred")
    text = render_problems([PROBLEM, other], Palette())
    assert text == "a.yaml:3:5: user/ana: is wrong\n  Mend it.\nb.yaml:1: \\x1b[31mred\n\n2 problems in 2 files.\n"


def test_json_has_null_for_what_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell_problems(Terminal(), [ShownProblem("", 0, 0, "user/ana", "is wrong")], as_json=True) == 1
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem == {
        "file": "",
        "line": None,
        "column": None,
        "address": "user/ana",
        "message": "is wrong",
        "hint": None,
        "severity": "error",
    }


def test_an_annotation_is_at_the_line() -> None:
    (line,) = render_annotations([PROBLEM]).splitlines()
    assert line.startswith("::error file=a.yaml,line=3,col=5")
    assert line.endswith("user/ana: is wrong. Mend it.")
