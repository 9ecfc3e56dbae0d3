"""Which written items of a list are those of the list that is wanted."""

from __future__ import annotations

from typing import Any

from pdsync.accept.align import align
from pdsync.model.codec.plain import Verbatim
from pdsync.model.codec.structure import SetOf


def test_items_of_one_key_are_paired_once_each() -> None:
    def aligned(old: list[str], new: list[str]) -> list[tuple[int | None, Any]]:
        return align(SetOf(Verbatim()), old, new, lambda item: item, lambda item: str(item)[0])

    assert aligned(["a1", "a2"], ["a3"]) == [(0, "a3")]
    assert aligned(["a1"], ["a2", "a3"]) == [(0, "a2"), (None, "a3")]
    assert aligned(["a1", "b1", "a2"], ["b2", "a3", "a4"]) == [(0, "a3"), (1, "b2"), (2, "a4")]
