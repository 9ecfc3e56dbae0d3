"""What nobody can tell."""

from __future__ import annotations


class UnknownOutcomeError(Exception):
    """Nobody can tell whether it was done, or which of several objects is the one."""
