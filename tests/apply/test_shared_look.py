"""Lost answers share the reading of a collection, and nobody is served by one that began before he asked."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import Any

import pytest

from pdsync.apply.finder import Finder
from pdsync.apply.shared_look import SharedLook
from pdsync.apply.wire import Wire
from pdsync.client import RestApiV2Client
from pdsync.model import LiveObject
from pdsync.plan import Change
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import converge, plan_for, team


class Gate:
    """A look that waits until it is let go. It notes for whom each was, and that there is one at a time."""

    def __init__(self, fails: int = 0) -> None:
        self.looks: list[list[str]] = []
        self.began, self.go = Event(), Event()
        self._fails = fails
        self._alone = Lock()

    def __call__(self, changes: Sequence[Change]) -> list[LiveObject]:
        assert self._alone.acquire(blocking=False), "two looks at a time"
        try:
            number = len(self.looks)
            self.looks.append([])
            self.began.set()
            assert self.go.wait(10)
            self.looks[number] = sorted(change.name for change in changes)
            if number < self._fails:
                raise LookupError(number)
            return [LiveObject("team", str(number), {}, {}, {}, None)]
        finally:
            self._alone.release()


def joined(shared: SharedLook, count: int) -> bool:
    """Whether so many wait for the next look."""
    waiting = shared._next
    return waiting is not None and len(waiting.changes) == count


@pytest.fixture
def changes(client: RestApiV2Client, sandbox: SandboxServer) -> Sequence[Change]:
    return plan_for(client, [team(f"t{n}") for n in range(4)]).changes


def run_all(shared: SharedLook, gate: Gate, changes: Sequence[Change]) -> list[Any]:
    """The first asks; the others while its look is under way."""

    def find(change: Change) -> Any:
        try:
            return [live.id for live in shared.find(change)]
        except LookupError as error:
            return error

    with ThreadPoolExecutor(len(changes)) as pool:
        first = pool.submit(find, changes[0])
        assert gate.began.wait(10)
        others = [pool.submit(find, change) for change in changes[1:]]
        pause = Event()
        for _ in range(1000):
            if joined(shared, len(changes) - 1):
                break
            pause.wait(0.005)
        assert joined(shared, len(changes) - 1)
        gate.go.set()
        return [future.result(timeout=10) for future in (first, *others)]


def test_who_asks_while_a_look_is_under_way_shares_the_next_one(changes: Sequence[Change]) -> None:
    gate = Gate()
    assert run_all(SharedLook(gate), gate, changes) == [["0"], ["1"], ["1"], ["1"]]
    assert gate.looks == [["t0"], ["t1", "t2", "t3"]]


def test_a_look_that_fails_fails_for_one(changes: Sequence[Change]) -> None:
    gate = Gate(fails=2)
    first, *others = run_all(SharedLook(gate), gate, changes)
    assert isinstance(first, LookupError)
    assert sorted(isinstance(other, LookupError) for other in others) == [False, False, True]
    assert gate.looks[:2] == [["t0"], ["t1", "t2", "t3"]]
    served = [name for look in gate.looks[2:] for name in look]
    assert len(served) == 2, "each of the others once, together or not"
    assert set(served) < {"t1", "t2", "t3"}


def test_a_shared_look_gives_everybody_his_own(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    wanted = [team(f"t{n}", name=f"Team {n}") for n in range(5)]
    plan = plan_for(client, wanted)
    converge(client, wanted[:3])
    client.rpost("teams", json={"type": "team", "name": "Team 3"})
    finder = Finder(Wire(client, lambda seconds: None, lambda event: None), plan.includes)
    forget(sandbox)
    with ThreadPoolExecutor(5) as pool:
        found = dict(
            zip(
                [change.name for change in plan.changes],
                pool.map(lambda change: finder.find(change, whole=True), plan.changes),
                strict=True,
            )
        )
    assert {name: len(what.ours) for name, what in found.items()} == {
        **{f"Team {n}": 1 for n in range(3)},
        "Team 3": 0,
        "Team 4": 0,
    }
    assert [name for name, what in found.items() if what.same_name] == ["Team 3"]
    assert all(what.ours[0].name == name for name, what in found.items() if what.ours)
    assert len(asked(sandbox)) <= 5
