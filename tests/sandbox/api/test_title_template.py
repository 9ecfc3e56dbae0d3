"""What titles have in common."""

from __future__ import annotations

import pytest

from pdsync.sandbox.api.title_template import similarity, stable_id, template
from pdsync.sandbox.store.record import Record


def titled(text: str) -> Record:
    return Record(1, "incident", "P1", None, {"title": text})


@pytest.mark.parametrize(
    ("title", "expected"),
    [("CPU at 97% on web-3", "CPU at <*> on <*>"), ("No numbers  here", "No numbers here"), ("", ""), ("7", "<*>")],
)
def test_words_with_digits_are_variable(title: str, expected: str) -> None:
    assert template(titled(title)) == expected


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [("a b", "B A", 100), ("a 1", "a 2", 100), ("a b", "b c", 33.3333), ("a", "b", 0), ("", "a", 0), ("", "", 0)],
)
def test_similarity_is_the_share_of_common_words(one: str, other: str, score: float) -> None:
    assert similarity(titled(one), titled(other)) == score


def test_the_same_texts_have_the_same_id() -> None:
    assert stable_id("a", "b") == stable_id("a", "b") != stable_id("ab")
    assert len(stable_id("\ud800")) == 14
