"""Garbage collection, while very much is built and none of it is garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

_PAUSES_BETWEEN = 50
"""A command pauses a few times and ends. What lives longer must not keep what errors leave behind in cycles."""
_ended = count(1)


@contextmanager
def collection_paused() -> Iterator[None]:
    """Loading, reading and planning build nothing in cycles, and looking for those again and again takes most of the time.

    Threads and nested uses do no harm: who found the collector on puts it on again.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if not gc.get_freeze_count():
                # Counts all that was built as old, so that the next collection of what is young does not go over it.
                gc.freeze()
                gc.unfreeze()
            gc.enable()
            if not next(_ended) % _PAUSES_BETWEEN:
                gc.collect()  # what was made old so rarely comes up for collection otherwise
