"""What people set up by hand in a shift-based schedule: overrides and custom shifts. Instants are seconds since 1970."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pdsync.model import Ref
from pdsync.oncall.override import Override
from pdsync.oncall.shift import read_moment


@dataclass(frozen=True, slots=True)
class ShiftOverride:
    """What the relieved person has from `start` up to, and without, `end`, the other person has."""

    start: int
    end: int
    relieved: Ref | None
    """None: a turn that is left unassigned."""
    user: Ref | None
    """None: no one."""
    rotation: str = ""
    """Its name; empty where it is not known: then whichever rotations the relieved person is in."""
    custom_shift: str = ""
    """The id of the custom shift, where it is about none of the rotations."""

    def is_like(self, override: Override) -> bool:
        """Whether it is the override that an object describes, as far as what was read tells: its start may be cut."""
        same = (self.end, self.relieved, self.user) == (override.shift.end, override.relieved, override.shift.user)
        return same and (not self.rotation or not override.rotation or self.rotation == override.rotation)

    def is_of(self, rotation: str) -> bool:
        """Whether it is about the rotation of that name."""
        return not self.custom_shift and self.rotation in ("", rotation)


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


def read_shift_override(raw: Mapping[str, Any], names: Mapping[str, str]) -> ShiftOverride:
    """An override as PagerDuty answers it. `names` are those of the rotations, by id."""
    return ShiftOverride(
        start=read_moment(raw["start_time"]),
        end=read_moment(raw["end_time"]),
        relieved=_read_member(raw["overridden_member"]),
        user=_read_member(raw["overriding_member"]),
        rotation=names.get(str(raw.get("rotation_id") or ""), ""),
        custom_shift=str(raw.get("custom_shift_id") or ""),
    )


def read_custom_shift(raw: Mapping[str, Any]) -> CustomShift:
    """A custom shift as PagerDuty answers it."""
    [assignment] = raw["assignments"]
    start, end = read_moment(raw["start_time"]), read_moment(raw["end_time"])
    return CustomShift(str(raw["id"]), start, end, _read_member(assignment["member"]))


def _read_member(raw: Mapping[str, Any]) -> Ref | None:
    identity = raw.get("user_id")
    return Ref("user", "id", str(identity)) if identity else None


def edit_of(override: Override) -> ShiftOverride:
    """The override that an object describes."""
    shift = override.shift
    return ShiftOverride(shift.start, shift.end, override.relieved, shift.user, override.rotation)
