"""Error: a condition that PagerDuty would refuse when the rule is written."""

from __future__ import annotations


class ConditionError(ValueError):
    """``at`` is the place in the text, from 0."""

    def __init__(self, text: str, at: int) -> None:
        super().__init__(f"{text}, at character {at + 1}")
        self.at = at
