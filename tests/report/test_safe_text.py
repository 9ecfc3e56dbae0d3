"""Text from PagerDuty or a manifest cannot drive a terminal, whatever is in it."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from pdsync.report.safe_text import safe_text


@given(st.text(st.characters(categories=["Cc", "Cf", "L", "Zs", "Zl", "Zp"]), max_size=80))
def test_nothing_that_a_terminal_acts_upon_is_left(text: str) -> None:
    shown = safe_text(text)
    assert not [char for char in shown if unicodedata.category(char) in ("Cc", "Zl", "Zp") and char != "\n"]
    assert not any(char in shown for char in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200b\ufeff")


@given(st.text(st.characters(categories=["L", "N", "P"], max_codepoint=0x24F), max_size=80))
def test_plain_text_is_left_as_it_is(text: str) -> None:
    assert safe_text(text) == text
