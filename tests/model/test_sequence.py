"""What moves in a list, and where things go that only the old order has."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.model.sequence import find_unmoved, merge_keys


@pytest.mark.parametrize(
    ("before", "after", "unmoved"),
    [("abc", "abc", "abc"), ("abcd", "dabc", "abc"), ("abcd", "bcda", "bcd"), ("ab", "xy", ""), ("axb", "bya", "b")],
)
def test_what_has_not_moved(before: str, after: str, unmoved: str) -> None:
    assert "".join(find_unmoved(before, after)) == unmoved


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.lists(st.sampled_from("abcdef"), unique=True))
def test_it_is_a_longest_row_of_both(before: list[str], after: list[str]) -> None:
    found = find_unmoved(before, after)
    assert [key for key in before if key in found] == [key for key in after if key in found] == found
    common = [key for key in before if key in after]
    rows = (row for length in range(len(common), 0, -1) for row in combinations(common, length))
    longest = next((row for row in rows if list(row) == [key for key in after if key in row]), ())
    assert len(found) == len(longest)


@pytest.mark.parametrize(
    ("before", "after", "merged"),
    [
        pytest.param("aXb", "ab", "aXb", id="nothing else changes"),
        pytest.param("aXb", "anb", "aXnb", id="something new between the same two"),
        pytest.param("abX", "abn", "abXn", id="at the end"),
        pytest.param("Xab", "nab", "Xnab", id="at the start"),
        pytest.param("aXYb", "b", "XYb", id="what is before it goes"),
        pytest.param("mXab", "abm", "Xabm", id="what is before it moves away"),
        pytest.param("XY", "ab", "XYab", id="nothing else is there yet"),
        pytest.param("aXbYc", "cab", "caXbY", id="one moves to the start"),
    ],
)
def test_what_stays_keeps_its_place(before: str, after: str, merged: str) -> None:
    assert "".join(merge_keys(before, after, {"X", "Y"})) == merged
