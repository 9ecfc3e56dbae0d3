"""Annotations: at a place, and nothing in them can become another command."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.report.text.annotation import Annotation, split_place


def test_a_place_is_in_the_properties() -> None:
    shown = Annotation("warning", ("One", "Two: 100%"), "a,b.yaml", 3, title="Risk: x").render()
    assert shown == "::warning file=a%2Cb.yaml,line=3,title=Risk%3A x::One%0ATwo: 100%25\n"
    assert Annotation("error", ("Only this",)).render() == "::error::Only this\n"


@given(st.text())
def test_foreign_text_stays_on_its_line(text: str) -> None:
    shown = Annotation("error", (text, text), text, title=text).render()
    assert shown.count("\n") == 1
    assert shown.startswith("::error")


@pytest.mark.parametrize(
    ("place", "file", "line"), [("a.yaml:3", "a.yaml", 3), ("a.yaml", "a.yaml", 0), ("a:b", "a:b", 0)]
)
def test_a_place_is_taken_apart(place: str, file: str, line: int) -> None:
    assert split_place(place) == (file, line)
