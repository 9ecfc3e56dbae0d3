"""Fields that most kinds have: the name, and the description that ends in the ownership marker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pdsync.model.codec.plain import Canonical, CheckedCodec, Codec, Nullable, Text
from pdsync.model.field import Field
from pdsync.model.marker import marker_room, split_marker
from pdsync.model.ownership import MARKER_IN_DESCRIPTION, MarkerLine
from pdsync.model.scope import Path, Scope


@dataclass(frozen=True, slots=True)
class Description(Text):
    """The description of a marked kind; a manifest may not write an ownership line into it."""

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        # `Text` passes over its check for a text of plain characters, and those may be an ownership line.
        return CheckedCodec.desired(self, value, scope, path)

    def check(self, value: Any, scope: Scope, path: Path) -> None:
        """What is not seen, and lines that pdsync writes by itself."""
        Text.check(self, value, scope, path)
        if split_marker(value)[1] is not None:
            scope.problem(path, "contains an ownership line of pdsync", "Remove it: pdsync writes this line itself.")


def name_field(text: Codec, source: str, says: str = "The name in PagerDuty.", *, fixed: bool = False) -> Field:
    """The name: every PUT must hold it, and a manifest that leaves it out means its own key."""
    return Field("name", text, f"{says} Defaults to metadata.name.", source, carry=True, from_key=True, fixed=fixed)


def description_field(kind: str, line: MarkerLine = MARKER_IN_DESCRIPTION, slug: str = "") -> Field:
    """The text field that ends in the ownership line: the characters that PagerDuty takes, less the room of that line. A `slug` of more
    than 20 letters takes more room."""
    free = line.limit - marker_room(slug)
    return Field(
        line.field,
        Nullable(Description(max_length=free, multiline=True, empty_is_null=True)),
        f"A description, at most {free} characters; null empties it. pdsync adds its own last line.",
        f"PagerDuty API description, {kind}: at most {line.limit:,} characters; null and empty are the same",
        default=None,
    )
