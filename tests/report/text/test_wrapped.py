"""Lines are broken by the columns they take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.report.text.safe_text import cell_width, safe_text
from pdsync.report.text.wrapped import padded, shortened, wrapped


def test_lines_break_between_words_and_hang() -> None:
    text = "the plan breaks a rule of the team that is on call today"
    assert wrapped(text, 32, indent="! ", hanging="  ") == [
        "! the plan breaks a rule of the",
        "  team that is on call today",
    ]


def test_a_word_that_is_too_wide_is_cut() -> None:
    assert wrapped("x" * 70, 30) == ["x" * 30, "x" * 30, "x" * 10]


@given(st.text(min_size=1).map(safe_text), st.integers(30, 80))
def test_no_line_is_wider_and_nothing_is_lost(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(cell_width(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@pytest.mark.parametrize(("text", "shown"), [("abc", "abc"), ("abcdef", "abc…"), ("東京都庁", "東…")])
def test_what_is_cut_off_says_so(text: str, shown: str) -> None:
    assert shortened(text, 4) == shown
    assert cell_width(padded(text, 4)) == 4
