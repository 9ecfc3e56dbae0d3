"""Plain English in everything that people read, and pages that fit on a screen side by side."""

from __future__ import annotations

import ast

import pytest

from tests.house.banned_turn import TURNS, find_turns
from tests.house.page_width import MAX_COLUMNS, wide_lines
from tests.house.user_text import all_texts, comments, page_texts, strings


def test_nothing_that_people_read_has_a_banned_turn() -> None:
    found = [
        f"{text.file}:{text.line + finding.line}: {finding.said!r}: {finding.turn.reason}; {finding.turn.better}"
        for text in all_texts()
        for finding in find_turns(text.text)
    ]
    assert not found, "\n".join(found)


def test_lines_of_pages_fit() -> None:
    wide = {text.file: list(wide_lines(text.text)) for text in page_texts()}
    over = {file: lines for file, lines in wide.items() if lines}
    assert over == {}, f"wider than {MAX_COLUMNS} columns"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Somebody was on call.", "Somebody"),
        ("the account is no\n    place for it", "is no p"),
        ("Rules that\n- Those that are not listed stay.", "Those that"),
        ("It is kept\n# beside it", "beside"),
        ("| name | One that has a name |", "One that"),
        ("What becomes of the rules?", "becomes of the"),
        ("It is\ntold.", "is told"),
    ],
)
def test_a_turn_is_found_across_lines(text: str, said: str) -> None:
    assert [finding.said for finding in find_turns(text)] == [said]


@pytest.mark.parametrize(
    "text",
    [
        "There is no state file, and it is no longer needed.",
        "besides; the nobody_ field; a name that stands for another",
        "This is one that has a name",
        "pdsync was told to adopt it, and they are told apart by name",
        "One of the rules: any of those",
    ],
)
def test_plain_english_is_let_be(text: str) -> None:
    assert list(find_turns(text)) == []


def test_the_line_of_a_finding_is_its_own() -> None:
    assert [finding.line for finding in find_turns("a\n\nb c\n  d somebody\ne anew\n- seldom")] == [3, 4, 5]


def test_every_turn_says_why_and_what_instead() -> None:
    assert all(turn.reason and turn.better for turn in TURNS)


def test_strings_and_comments_are_read_as_people_see_them() -> None:
    source = 'x = f"a {y} of {z!r}"  # one\n# two\n# three\n\n# four\n"doc"\n'
    assert list(strings(ast.parse(source))) == [(1, "a {} of {}"), (6, "doc")]
    assert list(comments(source)) == [(1, "one\ntwo\nthree"), (5, "four")]


def test_all_kinds_of_texts_are_read() -> None:
    places = {text.file.split("/")[0].split(" ")[0] for text in all_texts()}
    assert {"README.md", "docs", "pdsync", "help", "schemas", "examples", "deploy", "action.yml"} <= places
    assert any(text.file.endswith(".html") for text in all_texts())


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("a " * 61, [1]),
        ("x" * 130, []),
        ("- " + "x" * 130 + " y", []),
        ("short " + "x" * 130, [1]),
        ("| a " * 40, []),
        ("```text\n" + "a " * 80 + "\n```\n" + "b " * 80, [4]),
    ],
)
def test_a_wide_line_is_found(page: str, expected: list[int]) -> None:
    assert list(wide_lines(page)) == expected
