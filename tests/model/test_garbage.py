"""Garbage collection is paused, and not for good."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from pdsync.model.garbage import collection_paused


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    """It is on and nothing is frozen, as in a program; in other tests it is off."""
    gc.unfreeze()
    gc.enable()
    yield
    gc.disable()
    gc.freeze()


class Knot:
    """Holds itself."""

    def __init__(self) -> None:
        self.me = self


def test_what_holds_itself_goes_though_it_was_made_in_a_pause() -> None:
    made = []
    for _ in range(200):
        with collection_paused():
            made.append(weakref.ref(Knot()))
    assert sum(knot() is not None for knot in made) <= 50


def test_it_is_on_again_after_an_error_and_within_another_it_stays_off() -> None:
    assert gc.isenabled()
    try:
        with collection_paused():
            with collection_paused():
                pass
            assert not gc.isenabled()
            raise ValueError
    except ValueError:
        assert gc.isenabled()
