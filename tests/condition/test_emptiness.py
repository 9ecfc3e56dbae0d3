"""A pattern that matches no text is found, and no other one is called so."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pdsync.condition.emptiness import find_contradiction
from pdsync.condition.regex import search

_PIECES = (
    "a",
    "b",
    "\\n",
    " ",
    ".",
    "^",
    "$",
    "\\b",
    "\\B",
    "\\A",
    "\\z",
    "(",
    ")",
    "|",
    "*",
    "?",
    "{2}",
    "[^a]",
    "(?-ms)",
    "[\\s]",
)
_TEXTS = ["".join(text) for size in range(4) for text in product("ab \n", repeat=size)]


@pytest.mark.parametrize(
    "pattern",
    ["a^", "$a", "[^\\s\\S]", "(?-m)a$\\nb", "x{2,3}^", "a\\bb", "(?:a^)+", "\\p{Greek}\\Aa", "[]a]^x", "(?P<n>a)$b", "a\\z."],
)  # fmt: skip
def test_a_pattern_that_matches_nothing(pattern: str) -> None:
    assert "matches no text" in find_contradiction(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["", "^$", "a$\\nb", "(a^|b)", "(?:a^)*", "x{0}", "\\Qa^\\E", "[\\x{3b1}-\\x{3b3}a]\\B!", "^db[0-9]+-server$", "[[:alpha:]]\\b[[:punct:]]"],
)  # fmt: skip
def test_a_pattern_that_may_match(pattern: str) -> None:
    assert find_contradiction(pattern) == ""


@settings(max_examples=200)
@given(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=7).map("".join))
def test_no_text_matches_a_pattern_that_is_called_empty(pattern: str) -> None:
    try:
        found = [text for text in _TEXTS if search(pattern, text, False)]
    except Exception:  # noqa: BLE001  # RE2 does not take the pattern: nothing is asked of it
        assume(False)
    assert not (found and find_contradiction(pattern))
