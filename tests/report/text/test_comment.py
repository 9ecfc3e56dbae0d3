"""A comment never exceeds its size, and says what was left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.report.text.comment import Section, render_comment

ITEMS = st.lists(st.lists(st.text("ab é", max_size=30), min_size=1, max_size=5).map(tuple), max_size=20).map(tuple)
SMALL = 600


@given(ITEMS, ITEMS)
def test_it_is_never_larger_than_it_may_be(
    first: tuple[tuple[str, ...], ...], second: tuple[tuple[str, ...], ...]
) -> None:
    sections = [Section("Changes", first), Section("Rest", second, folded=True)]
    text = render_comment("head\n\n", sections, "foot\n", all_of_it="See the log.", max_size=SMALL)
    assert len(text.encode()) <= SMALL
    assert text.startswith("head\n\n")
    assert text.endswith("foot\n")


def test_what_is_left_out_is_counted() -> None:
    items = tuple((f"change {number} " + "x" * 80,) for number in range(9))
    text = render_comment("", [Section("Changes", items)], "", all_of_it="See the log.", max_size=SMALL)
    left = 9 - sum(f"change {number} " in text for number in range(9))
    assert left > 0
    assert f"**Cut** to the 600 bytes that a comment may have: {left} changes not shown. See the log." in text


def test_what_is_less_important_is_not_shown_when_the_first_was_cut() -> None:
    long = tuple((f"change {number} " + "x" * 80,) for number in range(9))
    text = render_comment(
        "", [Section("First", long), Section("Second", (("small",),))], "", all_of_it="", max_size=SMALL
    )
    assert "small" not in text


def test_a_size_without_room_for_the_head_is_an_error() -> None:
    with pytest.raises(ValueError, match="too small"):
        render_comment("x" * 400, [], "", all_of_it="", max_size=SMALL)
