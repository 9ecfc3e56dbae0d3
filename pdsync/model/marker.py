"""The line that says who manages an object: the last line of its description.

That one line carries ownership, the binding of manifest and object, rename as an update, and recovery when an answer was
lost; there is no state file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Protocol

from pdsync.model.ownership import MarkerLine

_PREFIX = "Managed by pdsync: "
WORKSPACE_PATTERN = r"[a-z0-9][a-z0-9._-]{0,39}"
KEY_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
_MARKER = re.compile(
    rf"{_PREFIX}(?P<workspace>{WORKSPACE_PATTERN})/(?P<kind>[a-z][a-z0-9_]*)/(?P<key>{KEY_PATTERN})(?P<protect> !protect)?"
    r"(?P<due> !secret-due)?(?: #(?P<applied>\S*))?"
)
APPLIED_ROOM = 90
_SLUG_ROOM = 20
MARKER_ROOM = len(_PREFIX) + 40 + 1 + _SLUG_ROOM + 1 + 100 + len(" !protect") + len(" #") + APPLIED_ROOM + 1
"""The longest that a marker with its line break can be, of a kind whose slug has at most 20 letters."""


def marker_room(slug: str) -> int:
    """What a description of that kind must leave free."""
    return MARKER_ROOM + max(0, len(slug) - _SLUG_ROOM)


@dataclass(frozen=True, slots=True)
class Marker:
    """Says that the manifest `kind`/`key` of `workspace` manages the object that carries it."""

    workspace: str
    kind: str
    key: str
    protect: bool = False
    """True where the manifest protects the object from deletion; it outlives the manifest."""
    applied: str = ""
    """A record of what was last applied, see `pdsync.model.last_applied`."""
    is_secret_due: bool = False
    """True while no one was given the secret that PagerDuty made with the object. It shows that secret only once (`HandedOutFact`)."""

    def is_same(self, other: Marker) -> bool:
        """Whether both describe the same manifest of the same workspace."""
        return (self.workspace, self.kind, self.key) == (other.workspace, other.kind, other.key)

    def says_the_same(self, other: Marker | None) -> bool:
        """Whether both say the same of the manifest, of protection and of a secret; the record does not count."""
        flags = (self.protect, self.is_secret_due)
        return other is not None and self.is_same(other) and flags == (other.protect, other.is_secret_due)

    def with_record(self, applied: str) -> Marker:
        """The same, with this record of what was last applied."""
        return replace(self, applied=applied)

    def with_secret_due(self) -> Marker:
        """The same, with the word that the secret of the object was not handed out."""
        return replace(self, is_secret_due=True)

    @property
    def owner(self) -> str:
        """What the line says after its first words: the workspace and the manifest, and what else is recorded."""
        return str(self)[len(_PREFIX) :]

    def __str__(self) -> str:
        flags = f"{' !protect' if self.protect else ''}{' !secret-due' if self.is_secret_due else ''}"
        return f"{_PREFIX}{self.workspace}/{self.kind}/{self.key}{flags}{f' #{self.applied}' if self.applied else ''}"


def split_marker(description: str | None) -> tuple[str, Marker | None]:
    """A description without ownership lines, and the marker.

    Only a whole line counts, but any: people type below it as well as above. If there are several, the first one says whose object it is,
    so that a line which was added later takes nothing over.
    """
    text = (description or "").replace("\r\n", "\n").strip()
    if _PREFIX not in text:
        return text, None
    lines = text.split("\n")
    found = [_MARKER.fullmatch(line.strip()) for line in lines]
    match = next((match for match in found if match is not None), None)
    if match is None:
        return text, None
    rest = "\n".join(line for line, is_marker in zip(lines, found, strict=True) if is_marker is None).strip()
    flags, applied = bool(match["protect"]), match["applied"] or ""
    marker = Marker(match["workspace"], match["kind"], match["key"], flags, applied, bool(match["due"]))
    return rest, marker


def join_marker(text: str | None, marker: Marker) -> str:
    """A description that ends in the marker's line; the inverse of `split_marker`."""
    return f"{(text or '').strip()}\n{marker}".lstrip("\n")


class Carrier(Protocol):
    """A kind, as far as this module knows it."""

    @property
    def marker_line(self) -> MarkerLine | None:
        """Where its objects carry the ownership line."""
        ...


def carries_line(kind: Carrier, name: str) -> bool:
    """Whether an object of this name carries an ownership line where pdsync manages it."""
    return kind.marker_line is not None and name not in kind.marker_line.never_on
