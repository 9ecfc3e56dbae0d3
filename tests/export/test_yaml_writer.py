"""Whatever is written reads back the same, with pdsync's reader and with PyYAML's."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pdsync.export.yaml_writer import render_block, render_scalar
from pdsync.manifest.yaml_text import read_yaml

WORDS = (
    "yes No on off y ~ null 1 0x1f 1e3 1_000 0o7 .5 08:00 2026-01-05 4h = << a: #a &a *a !a %a @a `a ' \" \\ ... --- {a"
)
LINES = [
    "- a",
    "? b",
    "a: b",
    "a #b",
    " a",
    "a ",
    "a\nb",
    "a\n\n b\n  c",
    "\ta\nb",
    "a\n b ",
    "a\r\nb",
    "a\u2028b",
    "a, b",
]
UNSEEN = ["\ufeffa", "\x00", "a\x85b"]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [*WORDS.split(), *LINES, *UNSEEN]
)
VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]) | TEXTS, VALUES, min_size=1, max_size=4), st.integers(0, 4))
def test_any_value_reads_back_the_same(value: dict[str, Any], indent: int) -> None:
    text = "\n".join(render_block(value, indent)) + "\n"
    read = read_yaml(text, "x.yaml")
    assert read.flaw is None, (read.flaw, text)
    assert not read.documents[0].flaws
    assert read.documents[0].value == value
    assert yaml.safe_load(text) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Checkout API", "Checkout API"),
        ("ana@example.com", "ana@example.com"),
        ("4h", "4h"),
        ("08:00", '"08:00"'),
        ("2026-01-05", '"2026-01-05"'),
        ("yes", '"yes"'),
        ("Off", '"Off"'),
        ("1e3", '"1e3"'),
        ("15550102", '"15550102"'),
        ("", '""'),
        ("a, b", '"a, b"'),
        (True, "true"),
        (None, "null"),
        (900, "900"),
    ],
)
def test_quotes_stand_where_yaml_would_misread(value: object, text: str) -> None:
    assert render_scalar(value) == text


def test_commas_need_no_quotes_where_no_bracket_is() -> None:
    assert render_block({"description": "Prices, labels: no."}, 0) == ['description: "Prices, labels: no."']
    assert render_block({"description": "Prices, labels (all)."}, 0) == ["description: Prices, labels (all)."]


def test_several_lines_stand_as_they_are() -> None:
    assert render_block({"description": "One.\n\n  Two, indented."}, 2) == [
        "  description: |-",
        "    One.",
        "",
        "      Two, indented.",
    ]


def test_what_fits_stands_on_one_line_and_what_is_deep_does_not() -> None:
    rule = {"delay": "20m", "targets": [{"user": "ana"}, {"schedule": {"name": "Nights"}}]}
    assert render_block({"rules": [rule], "users": ["ana", "bo"], "empty": []}, 0) == [
        "rules:",
        "  - delay: 20m",
        "    targets:",
        "      - {user: ana}",
        "      - {schedule: {name: Nights}}",
        "users: [ana, bo]",
        "empty: []",
    ]
