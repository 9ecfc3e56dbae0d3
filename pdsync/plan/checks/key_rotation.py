"""Key rotations: blocked, unless an option names the object whose routing keys may be replaced. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.plan.checks.check import Blocker, ChangeNote, Check, Finding, PlanContext
from pdsync.plan.diff.key_rotation import KeyRotation, find_rotations

OPTION = "--rotate-key"


class KeyRotations(Check):
    """Blocks another type of an integration, or says what happens to the old one."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for pair, change in context.drafted:
            for rotation in find_rotations(pair):
                if change.address not in context.options.rotate_keys:
                    if not rotation.is_made:
                        yield Blocker(change.address, f"{_fixed(rotation)}. {_way_out(rotation, change.address)}")
                elif not rotation.is_clear:
                    yield Blocker(change.address, f"{_fixed(rotation)}. {_why_unclear(rotation)}")
                else:
                    yield ChangeNote(change.address, _replaced(rotation))


def _parts(rotation: KeyRotation) -> str:
    return " or ".join(rotation.declared.key[1:])


def _ids(rotation: KeyRotation) -> str:
    return ", ".join(sorted(child.id for child in rotation.old))


def _fixed(rotation: KeyRotation) -> str:
    declared, live = rotation.declared, rotation.old[0].value
    shown = f"{declared.label_of(live)!r} ({_ids(rotation)})"
    return f"{declared.name}: {declared.noun} {shown} cannot get another {_parts(rotation)}: it would end its {declared.loses}"


def _way_out(rotation: KeyRotation, address: str) -> str:
    loses = rotation.declared.loses
    return (
        f"To make a new one with a new {loses} and then remove the old one, add {OPTION} {address}; "
        f"to keep both, give the new one another {rotation.declared.key[0]}"
    )


def _why_unclear(rotation: KeyRotation) -> str:
    if len(rotation.old) > 1:
        return f"{len(rotation.old)} have this name, so it is unclear which one the manifest means: remove all except one by hand"
    unique = " and ".join(rotation.declared.unique)
    return f"PagerDuty refuses a second one with the same {unique}: write another, or remove the old one by hand"


def _replaced(rotation: KeyRotation) -> str:
    declared = rotation.declared
    made = "exists already" if rotation.is_made else f"with a new {declared.loses} is made"
    return (
        f"{declared.noun} {rotation.name!r} gets another {_parts(rotation)}: a new one {made}, "
        f"and {_ids(rotation)} goes after that"
    )
