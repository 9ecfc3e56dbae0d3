"""The description of a kind that carries the ownership marker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pdsync.model.codec.plain import Nullable, Text
from pdsync.model.field import Field
from pdsync.model.marker import MARKER_ROOM, split_marker
from pdsync.model.scope import Path, Scope

DESCRIPTION_LENGTH = 1024 - MARKER_ROOM


@dataclass(frozen=True, slots=True)
class Description(Text):
    """The description of a marked kind; a manifest may not write an ownership line into it."""

    def check(self, value: Any, scope: Scope, path: Path) -> None:
        """What is not seen, and lines that pdsync writes by itself."""
        Text.check(self, value, scope, path)
        if split_marker(value)[1] is not None:
            scope.problem(path, "holds an ownership line of pdsync", "Remove it: pdsync writes that line by itself.")


def description_field(kind: str) -> Field:
    """The description of a marked kind: PagerDuty's 1,024 characters less the room of the ownership line."""
    return Field(
        "description",
        Nullable(Description(max_length=DESCRIPTION_LENGTH, multiline=True, empty_is_null=True)),
        f"What it is for; null empties it. pdsync adds its own last line; {DESCRIPTION_LENGTH} characters are free.",
        f"PagerDuty API description, {kind}: at most 1,024 characters; null and empty are the same",
        default=None,
    )
