"""Looks for a create on its own: by name, by id, one request or a few each."""

from __future__ import annotations

from collections.abc import Callable

from pdsync.apply.finder import Finder
from pdsync.apply.look import ClaimLook, Look, NewLook, RestLook, Sight, Steps, WrittenLook
from pdsync.apply.reader import Reader
from pdsync.apply.wire import Wire
from pdsync.plan import Change, Outcome

See = Callable[[Change, Look], Sight | None]
"""Looks for a create. None where the look has to wait for others."""


class Looker:
    """Shared by all workers; holds nothing that changes."""

    def __init__(self, wire: Wire, finder: Finder, reader: Reader) -> None:
        self._wire = wire
        self._finder = finder
        self._reader = reader

    def see(self, change: Change, look: Look) -> Sight:
        """What there is now. Raises what the client raises, and what the check of written items raises."""
        if isinstance(look, ClaimLook):
            self._wire.wait(look.wait_s)
            return Sight(self._finder.find(change, whole=look.whole))
        if isinstance(look, NewLook):
            return Sight(live=self._reader.read(change.kind, look.made.id, change.child_lists))
        if isinstance(look, WrittenLook):
            look.children.check()
        return Sight()

    def see_half(self, change: Change, look: Look) -> Sight | None:
        """The same, up to the rest of a new object: None there."""
        return None if isinstance(look, RestLook) else self.see(change, look)


def look_by(see: See, change: Change, look: Look) -> Sight | Exception | None:
    """What is seen, or the error that ended the look: the create judges it, and raises what it does not know."""
    try:
        return see(change, look)
    except Exception as error:  # noqa: BLE001 - see above
        return error


def go_on(steps: Steps, change: Change, look: Look, answer: Sight | Exception | None, see: See) -> Outcome | Look:
    """Takes a create further that stopped at `look`, until it ends or has to wait. `answer` is what that look saw, or the error
    that ended it; None where it has to be looked for first. Raises what the create raises."""
    try:
        while True:
            answer = answer or look_by(see, change, look)
            if answer is None:
                return look
            look = steps.throw(answer) if isinstance(answer, Exception) else steps.send(answer)
            answer = None
    except StopIteration as end:
        outcome: Outcome = end.value
        return outcome
