"""Foreign text cannot steer, reorder or hide anything."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.report.text.safe_text import cell_width, quoted_text, safe_json, safe_text
from tests.report.hostile import COMMAND


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Checkout API", "Checkout API"),
        ("Zoë Müller 東京 👩", "Zoë Müller 東京 👩"),
        ("\x1b[2J\x1b[31mred", "\\x1b[2J\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("a\rb\nc\td", "a\\rb\\nc\\td"),
        ("\x07\x00\x7f", "\\x07\\x00\\x7f"),
        ("abc\u202egnp.exe", "abc\\u202egnp.exe"),
        ("pay\u200bments", "pay\\u200bments"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("a\u00a0b", "a\\xa0b"),
        ("\u2028", "\\u2028"),
        ("\u3164\u2800", "\\u3164\\u2800"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
        ("::error::x", "\\x3a:error::x"),
        ("  ::error::x", "  \\x3a:error::x"),
        (":", ":"),
        ("a::b", "a::b"),
        ("a ##[group]b", "a #\\x23[group]b"),
        ("##vso[task.setvariable variable=x]y", "#\\x23vso[task.setvariable variable=x]y"),
        ("###[error]", "##\\x23[error]"),
        ("## A heading", "## A heading"),
    ],
)
def test_what_a_terminal_obeys_or_hides_is_written_out(text: str, shown: str) -> None:
    assert safe_text(text) == shown


@given(st.text() | st.text("#[]: ax"))
def test_no_text_brings_a_control_or_format_character_through(text: str) -> None:
    shown = safe_text(text)
    assert not COMMAND.search(shown)
    assert not [char for char in shown if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert safe_text(shown) == shown


@given(st.text() | st.text('#[:\\x23a"'), st.text() | st.text('#[:\\x23a"'))
def test_quoted_texts_differ_when_the_texts_do(first: str, second: str) -> None:
    assert (quoted_text(first) == quoted_text(second)) == (first == second)


def test_wide_and_combining_characters_count_as_a_terminal_counts_them() -> None:
    assert cell_width("東京") == 4
    assert cell_width("e\u0301") == 1


@given(
    st.recursive(
        st.text() | st.text("#[]: a") | st.none(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_json_is_made_harmless_and_says_the_same(value: object) -> None:
    document = json.dumps(value, indent=2, ensure_ascii=False)
    shown = safe_json(document)
    assert json.loads(shown) == value
    assert not COMMAND.search(shown)
    assert not [char for char in shown if char != "\n" and not char.isprintable()]
