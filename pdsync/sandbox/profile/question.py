"""Question: something about PagerDuty that could not be checked, with the answers that are possible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """``readings`` says for each possible answer what it means, in a sentence. ``default`` is the reading of an account
    without a profile; ``source`` says what it rests on. ``area`` is the heading of the list in docs/sandbox.md."""

    name: str
    area: str
    text: str
    readings: Mapping[str, str]
    default: str
    source: str

    def __post_init__(self) -> None:
        if len(self.readings) < 2 or self.default not in self.readings:
            raise ValueError(f"{self.name}: a question has two readings or more, and its default is one of them")
