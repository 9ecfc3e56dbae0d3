"""Creates that wait for each other, carried out in two halves.

A service whose rules run an action, and the action that belongs to the service, can both be new. One of them makes its object, so that the
change of the other can begin. Once that has ended, the rest follows: child lists and documents. The record in the ownership
line is complete only then, so after a stop between the halves the next plan does the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from pdsync.apply.group import Job
from pdsync.apply.look import Sight
from pdsync.apply.sweeper import Member
from pdsync.apply.writer import Writer
from pdsync.plan import Change, Outcome


class Halves:
    """The creates of one plan that take two halves. Only the thread of the executor touches it; a job touches the member that it is for."""

    def __init__(self, changes: Sequence[Change], writer: Writer) -> None:
        known = {change.address for change in changes}
        self._writer = writer
        self._left = {it.address: {*it.rest_waits_for} & known for it in changes if it.rest_waits_for}
        """What must still end, by the address of each create."""
        self._waits_for = {change.address: change.waits_for for change in changes}
        self._made: dict[str, Member] = {}
        """Members whose object is made, and whose rest is not begun."""
        self._is_stopped = False

    def __bool__(self) -> bool:
        """Whether the rest of one is left to do."""
        return bool(self._made)

    def first(self, change: Change) -> Job | None:
        """The first half of a create; None where a change has no halves."""
        if change.address not in self._left:
            return None
        member = self._writer.begin(change, in_bulk=False)
        return Job(partial(self._make, member), change, partial(self._note_made, member))

    def has_made(self, change: Change) -> bool:
        """Whether the object of a create is made and its rest is not begun."""
        return change.address in self._made

    def needs(self, change: Change) -> frozenset[str]:
        """What must still end before its rest, with what that waits for. All else that waits for the create waits for its end."""
        found, ahead = set[str](), set(self._left[change.address])
        while ahead:
            found |= ahead
            ahead = {other for address in ahead for other in self._waits_for[address]} - found
        return frozenset(found)

    def next_job(self) -> Job | None:
        """The second half of a create that no longer has to wait."""
        for address, member in self._made.items():
            if self._is_stopped or not self._left[address]:
                del self._made[address]
                return Job(partial(self._writer.finish, member), member.change)
        return None

    def note_end(self, change: Change) -> None:
        """A change has ended, well or not: what is missing then says itself that it is not there."""
        for left in self._left.values():
            left.discard(change.address)

    def stop(self) -> None:
        """Nothing more is begun, so the rest of what is made waits for nothing."""
        self._is_stopped = True

    def _make(self, member: Member) -> Outcome | None:
        ended = self._writer.make(member)
        member.answer = Sight() if ended is None else None
        return ended

    def _note_made(self, member: Member) -> None:
        if member.answer is not None:
            self._made[member.change.address] = member
