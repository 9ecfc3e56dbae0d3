"""Two runs that create the same object within one round trip: one of them deletes its own again.

PagerDuty lets two objects of some kinds have the same name and ownership line. A run that has made such an object looks once
more. If it sees another one with its line and a smaller id, it deletes its own. The run with the smaller id waits for that, and
deletes its own too if the other stays, because the other run was past its look already.
"""

from __future__ import annotations

from pdsync.apply.error import UnknownOutcomeError
from pdsync.apply.finder import Finder
from pdsync.apply.wire import Wire
from pdsync.client import Error, HttpError
from pdsync.client.recovery import LOOK_WAITS_S
from pdsync.kinds import BY_SLUG
from pdsync.model import LiveObject
from pdsync.plan import Change

_NOT_FOUND = 404


class Rivals:
    """Shared by all workers; holds nothing that changes."""

    def __init__(self, wire: Wire, finder: Finder) -> None:
        self._wire = wire
        self._finder = finder

    def is_kept(self, change: Change, made: LiveObject, *, is_late: bool) -> bool:
        """Whether the object that this run made stays. False after it was deleted in favour of another run's.

        `is_late` says that a POST was sent twice. The other object may then come from this run's own first request, carried
        out late, so nothing is believed before the last look. Raises the client's errors, and `UnknownOutcomeError` where it
        is not known whether the object was deleted.
        """
        if BY_SLUG[change.kind].unique_name or change.marker is None:
            return True
        others: list[LiveObject] = []
        for attempt, wait_s in enumerate(LOOK_WAITS_S if is_late else LOOK_WAITS_S[:2]):
            self._wire.wait(wait_s)
            found = self._finder.find(change, whole=is_late and attempt > 0)
            others = [live for live in found.ours if live.id != made.id]
            if others and others[0].id < made.id:
                break
            if not others and not is_late:
                return True
        if not others:
            return True
        self._take_away(change, made)
        return False

    def _take_away(self, change: Change, made: LiveObject) -> None:
        """Deletes what this run has just made. PagerDuty may not know it everywhere yet: a 404 does not prove that it is gone."""
        for wait_s in LOOK_WAITS_S:
            self._wire.wait(wait_s)
            try:
                self._wire.delete(BY_SLUG[change.kind].path_of(made.id))
            except HttpError as error:
                if error.status != _NOT_FOUND:
                    raise _unknown(made, error) from error
            except Error as error:
                raise _unknown(made, error) from error
            else:
                return


def _unknown(made: LiveObject, error: Error) -> UnknownOutcomeError:
    return UnknownOutcomeError(
        f"another run created the same object, and it is not known whether {made.id} was deleted again: {error}"
    )
