"""Why a live value cannot be written into a manifest."""

from __future__ import annotations


class AcceptError(ValueError):
    """What is in the way, and what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
