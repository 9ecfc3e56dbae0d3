"""How a change ended that could not be carried out: its outcome, by the error that ended it."""

from __future__ import annotations

from msgspec.structs import replace

from pdsync.apply.error import IgnoredError, MovedError, UnknownOutcomeError, UnresolvedError
from pdsync.client import AmbiguousWriteError, Error, HttpError
from pdsync.model import UnreadableError
from pdsync.plan import Outcome, Status

EXPECTED = (Error, UnresolvedError, UnknownOutcomeError, UnreadableError, IgnoredError, MovedError)
"""What PagerDuty or the network can cause. Anything else is a fault of ours."""


def ended_with(error: Exception, outcome: Outcome) -> Outcome:
    """The outcome of a change that one of the expected errors ended."""
    if isinstance(error, AmbiguousWriteError):
        message = f"the answer was lost, so it may have been done: {error}. Run plan again to see what PagerDuty holds."
        return replace(outcome, status=Status.UNKNOWN, message=message)
    if isinstance(error, UnknownOutcomeError):
        return replace(outcome, status=Status.UNKNOWN, message=str(error))
    if isinstance(error, UnreadableError):
        message = f"{error}, so it is not known what was written. Run plan again."
        return replace(outcome, status=Status.UNKNOWN, message=message)
    if isinstance(error, IgnoredError):
        return replace(outcome, status=Status.FAILED, message=str(error), written=True)
    if isinstance(error, MovedError):
        return replace(outcome, status=Status.CONFLICT, message=f"{error}. Run plan again.")
    status = error.status if isinstance(error, HttpError) else None
    return replace(outcome, status=Status.FAILED, message=str(error), http_status=status)
