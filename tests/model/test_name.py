"""Names are the same whatever their case and however their accents are encoded."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsync.model.name import fold_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café", normalize("NFD", "Café")),
        ("Zürich On-Call", normalize("NFD", "zürich on-call")),
        ("STRASSE", "straße"),
        ("Checkout API", "checkout api"),
    ],
)
def test_one_name_written_in_two_ways(one: str, other: str) -> None:
    assert one != other
    assert fold_name(one) == fold_name(other)


def test_an_accent_counts() -> None:
    assert fold_name("Cafe") != fold_name("Café")


@given(st.text())
def test_folding_is_final_and_blind_to_the_encoding(name: str) -> None:
    assert fold_name(normalize("NFD", name)) == fold_name(normalize("NFC", name))
    assert fold_name(fold_name(name)) == fold_name(name)
