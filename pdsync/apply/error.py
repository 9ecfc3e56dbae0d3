"""Why a change could not be carried out, besides what the client raises."""

from __future__ import annotations


class UnresolvedError(Exception):
    """A reference to something that has no id, because its own change did not succeed."""


class RefusedItemError(UnresolvedError):
    """PagerDuty refused items of a list. The text names each with its reason."""


class UnknownOutcomeError(Exception):
    """It is not known whether a write was done, or which of several objects is the one."""


class MovedError(Exception):
    """What a change is about was changed since it was planned. The text says what."""


class IgnoredError(Exception):
    """PagerDuty accepted a write and holds something else than it was asked for. The text names both."""
