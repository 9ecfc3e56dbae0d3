"""How much memory the code of pdsync holds on to, apart from the sandbox in the same process."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pdsync

_PARTS = ("account", "apply", "client", "kinds", "plan")
_FRAMES = 12
_MIB = 1 << 20


class Memory:
    """What was allocated below a call of pdsync and is still held, in MiB, at each point of a run."""

    def __init__(self) -> None:
        self.points_mib: list[float] = []

    def note(self) -> None:
        """Measures now."""
        gc.collect()
        home = Path(pdsync.__file__).parent
        ours = [tracemalloc.Filter(True, f"{home}/{part}/*", all_frames=True) for part in _PARTS]
        snapshot = tracemalloc.take_snapshot().filter_traces(ours)
        self.points_mib.append(sum(trace.size for trace in snapshot.traces) / _MIB)

    @property
    def grown_mib(self) -> float:
        """From the first point to the last."""
        return self.points_mib[-1] - self.points_mib[0]


@contextmanager
def measured() -> Iterator[Memory]:
    """Allocations are followed for as long as the context lasts, which makes everything slower."""
    tracemalloc.start(_FRAMES)
    try:
        yield Memory()
    finally:
        tracemalloc.stop()
