"""Ownership: where an object of a kind says that pdsync manages it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class MarkerLine:
    """The object carries the ownership line at the end of one of its text fields.

    That line decides who may write the object, binds it to its manifest, and survives a rename.
    """

    field: str = "description"
    limit: int = 1024
    """How many characters PagerDuty takes in that field, the ownership line included."""
    never_on: tuple[str, ...] = ()
    """The names of PagerDuty's own objects, which carry no line: a manifest of such a name manages what it names, and nothing else of
    it is written. One is never deleted."""


@dataclass(frozen=True, slots=True)
class ByNaming:
    """The object has no place for an ownership line. A manifest that names its identity manages it.

    Nothing says who made such an object, so it is never pruned, and a tombstone alone deletes it.
    """

    why: str
    """A clause that a message can begin with: ``people carry no ownership line``."""
    shown_name: str = ""
    """The field by which people recognise an object whose identity changed: the name of a person whose address changed. Empty where
    no field hints at that."""
    setting: str = ""
    """The key of pdsync.yaml that must say ``managed`` before an existing object is changed. Without it a manifest may create an object and refer
    to one. Empty: naming an object is enough to change it."""


Ownership: TypeAlias = MarkerLine | ByNaming
MARKER_IN_DESCRIPTION = MarkerLine()
