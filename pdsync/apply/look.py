"""What a create has to look up before it continues.

A create stops at each look, so that the creates of a group can be brought to the same point and served by one reading of the
collection. A create on its own reads for itself.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pdsync.model import LiveObject
from pdsync.plan import Outcome
from pdsync.plan.saved.judgement import Found

if TYPE_CHECKING:
    from pdsync.apply.children import ChildWriter


@dataclass(frozen=True, slots=True)
class ClaimLook:
    """What there is where the create puts its object."""

    made: LiveObject | None = None
    """The object that this create has made; None before the POST, when nothing is written yet."""
    wait_s: float = 0.0
    whole: bool = False
    """Whether the full collection must be read, since a search index may lag."""


@dataclass(frozen=True, slots=True)
class NewLook:
    """The child lists of a new object as PagerDuty made them."""

    made: LiveObject


@dataclass(frozen=True, slots=True)
class WrittenLook:
    """Whether the items that were written are there, where no answer showed them."""

    children: ChildWriter


@dataclass(frozen=True, slots=True)
class RestLook:
    """Whether the changes have ended that the rest of a new object waits for. There is nothing to read."""


Look: TypeAlias = ClaimLook | NewLook | WrittenLook | RestLook


@dataclass(frozen=True, slots=True)
class Sight:
    """What a look saw."""

    found: Found = Found()  # noqa: RUF009 - it is frozen
    live: LiveObject | None = None
    """The object with the child lists that were asked for; None where it is gone."""
    others_go: bool = False
    """Whether other runs are taking away what they made of the same objects: there is less of it than at the look before."""


Steps: TypeAlias = Generator[Look, Sight, Outcome]
"""A create that is under way. It ends with its outcome, or raises what the client raises and the errors of this package."""
