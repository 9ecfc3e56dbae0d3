"""Two runs that create the same object within one round trip: one of them deletes its own again.

PagerDuty lets two objects of some kinds have the same name and ownership line. A run that has made such an object looks once
more. If it sees another one with its line and a smaller id, it deletes its own. The run with the smaller id waits for that, and
deletes its own too if the other stays, because the other run was past its look already.

A run that creates many objects side by side may have many to delete. So a run that waits goes on waiting as long as there are
fewer of the other run's objects at each look. If it gave up early both would delete, and nothing would be left.
"""

from __future__ import annotations

from collections.abc import Generator

from pdsync.apply.error import UnknownOutcomeError
from pdsync.apply.look import ClaimLook, Look, Sight
from pdsync.apply.wire import Wire
from pdsync.client import Error, HttpError
from pdsync.client.recovery import LOOK_WAITS_S
from pdsync.kinds import BY_SLUG
from pdsync.model import LiveObject
from pdsync.plan import Change

_NOT_FOUND = 404


class Rivals:
    """Shared by all workers; holds nothing that changes."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def settle(
        self, change: Change, made: LiveObject, *, is_late: bool, is_patient: bool = False
    ) -> Generator[Look, Sight, bool]:
        """Whether the object that this run made stays. False after it was deleted in favour of another run's.

        `is_late` says that a POST was sent twice. The other object may then come from this run's own first request, carried
        out late, so nothing is believed before the last look. `is_patient` gives the other run more time. Raises the client's
        errors, and `UnknownOutcomeError` where it is not known whether the object was deleted.
        """
        if not has_rivals(change):
            return True
        waits_s = LOOK_WAITS_S if is_late or is_patient else LOOK_WAITS_S[:2]
        others: list[LiveObject] = []
        attempt = 0
        while attempt < len(waits_s):
            sight = yield ClaimLook(made, waits_s[attempt], whole=is_late and attempt > 0)
            others = [live for live in sight.found.ours if live.id != made.id]
            if others and others[0].id < made.id:
                break
            is_shown = any(live.id == made.id for live in sight.found.ours)
            if not others and not is_late and (is_shown or not is_patient):
                return True  # a listing that does not show ours yet may lag, and may not show theirs
            if not (others and sight.others_go):
                attempt += 1
        if not others:
            return True
        self._take_away(change, made)
        return False

    def _take_away(self, change: Change, made: LiveObject) -> None:
        """Deletes what this run has just made. PagerDuty may not know it everywhere yet: a 404 does not prove that it is gone."""
        for wait_s in LOOK_WAITS_S:
            self._wire.wait(wait_s)
            try:
                self._wire.delete(BY_SLUG[change.kind].source.path_to(made.id, made.raw))
            except HttpError as error:
                if error.status != _NOT_FOUND:
                    raise _unknown(made, error) from error
            except Error as error:
                raise _unknown(made, error) from error
            else:
                return


def has_rivals(change: Change) -> bool:
    """Whether PagerDuty lets another run make a second object like this one, which can then be recognised: by its ownership line, or
    by what identifies it where its kind has none. Of people it makes no second one of the same address."""
    kind = BY_SLUG[change.kind]
    is_known = change.marker is not None or (kind.marker_line is None and kind.facts.person is None)
    return is_known and not kind.unique_name


def _unknown(made: LiveObject, error: Error) -> UnknownOutcomeError:
    return UnknownOutcomeError(
        f"another run created the same object, and it is unknown whether {made.id} was deleted again: {error}"
    )
