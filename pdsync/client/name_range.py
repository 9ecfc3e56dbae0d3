"""A range of names in their order, and what those names can begin with."""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["NameRange"]

_ALPHABET = 64
"""The characters between two are all tried if they are no more."""


@dataclass(frozen=True, slots=True)
class NameRange:
    """The names from `low` to `high`, each as it is compared. `high` is None where there is no end."""

    low: str
    high: str | None

    @property
    def beginning(self) -> str:
        """What all these names begin with."""
        same = 0
        for low, high in zip(self.low, self.high or "", strict=False):
            if low != high:
                break
            same += 1
        return self.low[:same]

    def has_names_with(self, beginning: str) -> bool:
        """Whether a name that begins so can be among them."""
        length = len(beginning)
        return self.low[:length] <= beginning and (self.high is None or beginning <= self.high[:length])

    def first_characters(self) -> Sequence[str]:
        """The characters that can follow the common beginning. Empty where they are too many to try each."""
        at = len(self.beginning)
        low, high = self.low[at : at + 1], (self.high or "")[at : at + 1]
        if not low or not high or ord(high) - ord(low) >= _ALPHABET:
            return ()
        return [chr(it) for it in range(ord(low), ord(high) + 1)]
