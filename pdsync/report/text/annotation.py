"""Annotations of GitHub: workflow commands on lines of their own, with nothing in them that could become another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pdsync.report.text.safe_text import safe_text

Level = Literal["notice", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Annotation:
    """Something to say at a place; line and column are 0, and the file empty, where they are not known."""

    level: Level
    lines: Sequence[str]
    file: str = ""
    line: int = 0
    column: int = 0
    title: str = ""

    def render(self) -> str:
        """The workflow command with its line break."""
        values = {"file": self.file, "line": self.line, "col": self.column, "title": self.title}
        properties = ",".join(f"{name}={_property(str(value))}" for name, value in values.items() if value)
        text = "%0A".join(_data(line) for line in self.lines)
        return f"::{self.level}{' ' if properties else ''}{properties}::{text}\n"


def split_place(place: str) -> tuple[str, int]:
    """File and line of ``file:line``; the line is 0 where none is named."""
    file, _, line = place.rpartition(":")
    return (file, int(line)) if line.isdecimal() else (place, 0)


def _data(text: str) -> str:
    # Escapes: actions/toolkit, packages/core/src/command.ts. Without them a name could smuggle in a command of its own.
    return safe_text(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
