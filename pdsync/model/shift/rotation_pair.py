"""Which rotation of an account is which rotation of a manifest. Pure.

A rotation of the account has no name of its own: it has that of its last event. Where no rotation of a name is there, one that differs in
nothing but the name is taken for it. Where a schedule has as many rotations as PagerDuty takes, one that is not wanted any more is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pdsync.model.codec.plain import Canonical
from pdsync.model.name import fold_name
from pdsync.model.shift.held import MOST_ROTATIONS, HeldRotation, name_rotations
from pdsync.model.shift.turn import matches


@dataclass(frozen=True, slots=True)
class Pair:
    """A rotation of a manifest, and the one of the account."""

    wanted: Mapping[str, Canonical]
    held: HeldRotation | None

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self.wanted["name"])


def pair_rotations(
    wanted: Sequence[Mapping[str, Canonical]], held: Sequence[HeldRotation], now: int
) -> tuple[list[Pair], list[HeldRotation]]:
    """The pairs, and the rotations of the account that no manifest has. Rotations that have ended are in neither."""
    named = {fold_name(name): rotation for name, rotation in name_rotations(held, now).items()}
    found = {str(it["name"]): named.pop(fold_name(str(it["name"])), None) for it in wanted}
    for rotation in wanted:
        name = str(rotation["name"])
        same = found[name]
        if same is None or same.active(now) is None:  # one that is only ahead may hold what the renamed one is to be
            alike = next((key for key, it in named.items() if _is_renamed(rotation, it, now)), None)
            if alike is not None:
                found[name] = named.pop(alike)
                if same is not None:
                    named[fold_name(name)] = same
    if len(held) >= MOST_ROTATIONS:  # there is no room for another one, so that one takes the place of one that goes
        for name in [name for name, rotation in found.items() if rotation is None][: len(named)]:
            found[name] = named.pop(next(iter(named)))
    return [Pair(it, found[str(it["name"])]) for it in wanted], list(named.values())


def _is_renamed(wanted: Mapping[str, Canonical], held: HeldRotation, now: int) -> bool:
    events, left = wanted["events"], held.left(now)
    if len(events) != 1 or len(left) != 1 or left[0].since > now:
        return False
    (event,) = events
    return matches({**event, "name": left[0].value["name"]}, left[0].value, now)
