"""What is wrong with a condition, and where."""

from __future__ import annotations

from collections.abc import Iterable


class ConditionError(ValueError):
    """A text that PagerDuty would not accept as a condition."""

    def __init__(self, message: str, column: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        """The place in the text, counted from 1."""
        self.hint = hint
        """What to write instead; may be empty."""


def suggest(word: str, options: Iterable[str]) -> str:
    """The option that was probably meant; an empty string when nothing is near."""
    from difflib import get_close_matches

    near = get_close_matches(word.lower(), list(options), n=1, cutoff=0.6)
    return near[0] if near else ""
