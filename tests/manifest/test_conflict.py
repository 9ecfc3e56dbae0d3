"""Conflict markers that a merge left: found wherever they are, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from pdsync.manifest import load_texts
from pdsync.manifest.conflict import find_conflict
from tests.manifest.text import manifest

OURS, BASE, MIDDLE, THEIRS = "<<<<<<< HEAD", "||||||| 1a2b3c4", "=======", ">>>>>>> feature/rota"
CONFLICT = f"{OURS}\n  a: 1\n{MIDDLE}\n  a: 2\n{THEIRS}\n"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (CONFLICT, 1, 1),
        (f"a: 1\n{CONFLICT}", 2, 1),
        (f"a: 1\n{OURS}\n{BASE}\n{MIDDLE}\n{THEIRS}\n", 2, 1),
        ("a: |\n  text\n" + "".join(f"  {line}\n" for line in CONFLICT.splitlines()), 3, 3),
        ('a: "text\n\t<<<<<<< HEAD\n  b"\n', 2, 2),
        (f"a: 1\n{OURS}\n", 2, 1),
        (f"a: 1\nb: 2\n{MIDDLE}\nc: 3\n", 3, 1),
        (f"a: 1\n{THEIRS}\n", 2, 1),
        (f"a: |\n  text\n  {THEIRS}\n", 3, 3),
        (f"a: 1\n{BASE}\n", 2, 1),
        ("a: 1\r\n<<<<<<< HEAD\r\nb: 2\r\n", 2, 1),
        ("a: 1\n<<<<<<<<<<<< HEAD\n", 2, 1),
        ("a: 1\n<<<<<<<\n", 2, 1),
        ("a: 1\n<<<<<<< Conflict 1 of 1\n", 2, 1),
        (f"é: ü\n{OURS}\n", 2, 1),
    ],
)
def test_a_marker_is_found(text: str, line: int, column: int) -> None:
    flaw = find_conflict(text)
    assert flaw is not None
    assert flaw.place == (line, column)
    assert "merge conflict" in flaw.message
    assert "<<<<<<<" in flaw.hint


@pytest.mark.parametrize(
    "text",
    [
        "a: |\n  Title\n  =======\n  text\n",
        "a: b <<<<<<< HEAD\n",
        "# <<<<<<< HEAD\na: 1\n",
        "a: <<<<<<\n",
        "a: |\n  >>>>>>> \n",
        "a: |\n  >>>>>> six\n",
        "a: |\n  ||||||| in a drawing\n",
        "=== a\n",
    ],
)
def test_what_people_write_is_no_marker(text: str) -> None:
    assert find_conflict(text) is None


@pytest.mark.parametrize("indent", ["", "    "])
def test_a_manifest_with_a_conflict_is_refused_at_the_marker(indent: str) -> None:
    text = manifest("Team", "sre", "description: |\n  first\n").rstrip("\n")
    text += "".join(f"\n{indent}{line}" for line in CONFLICT.splitlines()) + "\n"
    (problem,) = load_texts([("teams.yaml", text)]).problems
    line = text.splitlines().index(f"{indent}{OURS}") + 1
    assert (problem.source.file, problem.source.line) == ("teams.yaml", line)
    assert problem.message == "unresolved merge conflict"
