"""A mention: something in the account that names an object and that pdsync does not manage, such as a maintenance window."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mention:
    """What names an object."""

    kind: str
    """The kind of the object, by slug."""
    id: str
    """The id of the object."""
    says: str
    """What names it, in a sentence."""
