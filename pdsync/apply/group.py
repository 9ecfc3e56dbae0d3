"""Creates of one kind that are taken through their steps side by side, on the workers of the executor.

All of them look before any of them writes, and all that have written look once more after the last POST. A look that several
wait for is one job. Only the thread of the executor touches a group; a job touches the members that it was made for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from pdsync.apply.sweeper import Member, Sweeper
from pdsync.apply.writer import Writer
from pdsync.plan import Change, Outcome


def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Job:
    """Something for a worker to do."""

    run: Callable[[], Outcome | None]
    """Gives the outcome of a change that has ended."""
    change: Change | None = None
    """The change that it is for; None for a look that is for several."""
    end: Callable[[], None] = _nothing
    """To be called by the thread of the executor when it has run."""

    @property
    def address(self) -> str:
        """The address of the change; empty for a look."""
        return self.change.address if self.change is not None else ""


class Group:
    """The creates that are on their way together."""

    def __init__(self, slug: str, changes: Iterable[Change], writer: Writer) -> None:
        self._slug = slug
        self._writer = writer
        self._sweeper: Sweeper = writer.sweeper
        self._is_shared = True
        """Whether looks are shared; False where that costs more."""
        self._waiting = [writer.begin(change, in_bulk=True) for change in changes]
        self._ready: deque[Member] = deque()
        self._running = 0

    def __bool__(self) -> bool:
        """Whether anything is left to do."""
        return bool(self._waiting or self._ready or self._running)

    def next_job(self) -> Job | None:
        """What can be done now. None where that depends on jobs that are running."""
        if self._ready:
            self._running += 1
            member = self._ready.popleft()
            return Job(partial(self._go_on, member), member.change, partial(self._went_on, member))
        if not self._waiting or self._running:
            return None
        self._running += 1
        members, self._waiting = self._waiting, []
        return Job(partial(self._look, members), None, partial(self._looked, members))

    def drop_unwritten(self) -> None:
        """Leaves out the creates that have written nothing. Creates that have written something are completed."""
        for members in (self._waiting, self._ready):
            dropped = [member for member in members if member.is_unwritten]
            for member in dropped:
                members.remove(member)
                member.steps.close()

    def _look(self, members: Sequence[Member]) -> None:
        self._is_shared = self._sweeper.sweep(self._slug, members)

    def _looked(self, members: Sequence[Member]) -> None:
        self._running -= 1
        self._ready.extend(members)

    def _go_on(self, member: Member) -> Outcome | None:
        member.is_ended = True  # so it is if this fails
        see = self._sweeper.see if self._is_shared else self._sweeper.alone.see
        ended = self._writer.go_on(member, see)
        if isinstance(ended, Outcome):
            return ended
        member.look, member.answer, member.is_ended = ended, None, False
        return None

    def _went_on(self, member: Member) -> None:
        self._running -= 1
        if not member.is_ended:
            self._waiting.append(member)
