"""What people set up by hand in a shift-based schedule: overrides and custom shifts. Instants are seconds since 1970."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from pdsync.model import Ref


@dataclass(frozen=True, slots=True)
class ShiftOverride:
    """Of the time from `start` up to, and without, `end`: what the relieved person has, the other one has."""

    start: int
    end: int
    relieved: Ref | None
    """None: a turn that is left unassigned."""
    user: Ref | None
    """None: no one."""
    rotation: str = ""
    custom_shift: str = ""
    """The id of the custom shift, where it is about none of the rotations."""


@dataclass(frozen=True, slots=True)
class CustomShift:
    """A shift outside of the rotations."""

    id: str
    start: int
    end: int
    user: Ref | None


@dataclass(frozen=True, slots=True)
class ShiftEdits:
    """Both, in the order in which they were made."""

    overrides: tuple[ShiftOverride, ...] = ()
    custom_shifts: tuple[CustomShift, ...] = ()

    def with_people(self, user_of: Callable[[Ref | None], Ref | None]) -> ShiftEdits:
        """The same, with people referred to in another way."""
        return ShiftEdits(
            tuple(replace(it, relieved=user_of(it.relieved), user=user_of(it.user)) for it in self.overrides),
            tuple(replace(it, user=user_of(it.user)) for it in self.custom_shifts),
        )
