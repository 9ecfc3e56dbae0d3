"""Why a change could not be carried out, in addition to the errors of the client."""

from __future__ import annotations


class UnresolvedError(Exception):
    """A reference to something that has no id, because its own change did not succeed."""


class RefusedItemError(UnresolvedError):
    """PagerDuty refused items of a list. The text names each with its reason."""


class UnknownOutcomeError(Exception):
    """It is not known whether a write was done, or which of several objects is the one."""


class MovedError(Exception):
    """The object of a change was changed since the plan. The text says what."""


class NotHandedOutError(Exception):
    """The secret of a new object did not reach the user. The text says why, without the secret."""


class IgnoredError(Exception):
    """PagerDuty accepted a write but stored something else. The text names both."""
