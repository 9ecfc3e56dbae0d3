"""Lost answers share the reading of a collection, and no look serves a caller who asked after it began."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import Any

from pdsync.client.shared_look import SharedLook

ASKED = ("t0", "t1", "t2", "t3")


class Gate:
    """A look that waits until it is let go. It notes what each was for, and that there is one at a time."""

    def __init__(self, fails: int = 0) -> None:
        self.looks: list[list[str]] = []
        self.began, self.go = Event(), Event()
        self._fails = fails
        self._alone = Lock()

    def __call__(self, asked: Sequence[str]) -> list[int]:
        assert self._alone.acquire(blocking=False), "two looks at a time"
        try:
            number = len(self.looks)
            self.looks.append([])
            self.began.set()
            assert self.go.wait(10)
            self.looks[number] = sorted(asked)
            if number < self._fails:
                raise LookupError(number)
            return [number]
        finally:
            self._alone.release()


def joined(shared: SharedLook[str, int], count: int) -> bool:
    """Whether so many wait for the next look."""
    waiting = shared._next
    return waiting is not None and len(waiting.asked) == count


def run_all(shared: SharedLook[str, int], gate: Gate) -> list[Any]:
    """The first asks; the others while its look is under way."""

    def find(asked: str) -> Any:
        try:
            return shared.find(asked)
        except LookupError as error:
            return error

    with ThreadPoolExecutor(len(ASKED)) as pool:
        first = pool.submit(find, ASKED[0])
        assert gate.began.wait(10)
        others = [pool.submit(find, asked) for asked in ASKED[1:]]
        pause = Event()
        for _ in range(1000):
            if joined(shared, len(ASKED) - 1):
                break
            pause.wait(0.005)
        assert joined(shared, len(ASKED) - 1)
        gate.go.set()
        return [future.result(timeout=10) for future in (first, *others)]


def test_who_asks_while_a_look_is_under_way_shares_the_next_one() -> None:
    gate = Gate()
    assert run_all(SharedLook(gate), gate) == [[0], [1], [1], [1]]
    assert gate.looks == [["t0"], ["t1", "t2", "t3"]]


def test_a_look_that_fails_fails_for_one() -> None:
    gate = Gate(fails=2)
    first, *others = run_all(SharedLook(gate), gate)
    assert isinstance(first, LookupError)
    assert sorted(isinstance(other, LookupError) for other in others) == [False, False, True]
    assert gate.looks[:2] == [["t0"], ["t1", "t2", "t3"]]
    served = [name for look in gate.looks[2:] for name in look]
    assert len(served) == 2, "each of the others once, together or not"
    assert set(served) < {"t1", "t2", "t3"}
