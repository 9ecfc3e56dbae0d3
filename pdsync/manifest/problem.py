"""A problem of a manifest, as a user sees it."""

from __future__ import annotations

from dataclasses import dataclass

from pdsync.model import Source
from pdsync.model.scope import Severity


@dataclass(frozen=True, slots=True, order=True)
class ManifestProblem:
    """Something wrong at a place in a file. A warning stops nothing."""

    source: Source
    address: str
    """The manifest concerned, such as ``service/checkout-api``; empty where there is none, or it has no name."""
    message: str
    hint: str = ""
    """What to do next; empty where the message says it."""
    severity: Severity = "error"

    def __str__(self) -> str:
        place = f"{self.source.file}:{self.source.line}:{self.source.column}"
        what = f"{self.address}: {self.message}" if self.address else self.message
        return f"{place}: {what}. {self.hint}" if self.hint else f"{place}: {what}"


def printable(text: str) -> str:
    """The text with control characters (for example in a file name) written as escapes."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
