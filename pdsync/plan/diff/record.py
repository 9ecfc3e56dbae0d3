"""What is applied to an object and what was applied last, beside what the account holds. Pure."""

from __future__ import annotations

from functools import cached_property

from pdsync.model import Canonical, ChildList, Marker, Ref
from pdsync.plan.diff.fingerprint import Fingerprint, Origin, render_fingerprint
from pdsync.plan.pairing.pair import Pair

PROTECT = "lifecycle.protect"


class Record:
    """The record of one pair. Child lists count where the manifest's list is the whole of it (`lists`)."""

    def __init__(self, pair: Pair, implied: frozenset[Ref]) -> None:
        self._pair = pair
        self._implied = implied
        self.lists = frozenset(
            name
            for name, mode in pair.resource.modes.items()
            if mode == "exclusive" and name in pair.children and name not in pair.resource.lifecycle.ignore
        )

    @cached_property
    def _desired(self) -> dict[str, Canonical]:
        lists = {
            name: sorted((dict(item) for item in self._pair.children[name]), key=self._declared(name).key_of)
            for name in self.lists
        }
        ignored = self._pair.resource.lifecycle.ignore  # written once; a later difference is not reported
        written = {name: value for name, value in self._pair.written.items() if name not in ignored}
        return {**written, **lists}

    def _declared(self, name: str) -> ChildList:
        declared = self._pair.kind.child(name)
        assert declared is not None
        return declared

    def render(self) -> str:
        """The characters that the ownership line will carry."""
        desired = self._desired
        written = {name: value for name, value in self._pair.written.items() if name in desired}
        stable = {
            **self._pair.kind.stabilise(written),
            **{name: [self._declared(name).key_of(item) for item in desired[name]] for name in self.lists},
        }
        protect = {PROTECT: True} if self._pair.resource.lifecycle.protect else {}
        return render_fingerprint({**desired, **protect}, stable)

    def is_stale(self, marker: Marker) -> bool:
        """Whether the live line records something else than the one that would be written: another state of the manifest,
        or nothing, where a person removed it or a run was cut off before it was written."""
        held = self._pair.live.marker if self._pair.live else None
        return held is not None and held.applied != marker.applied

    def origin_of_protection(self) -> Origin:
        """Where a difference in ``lifecycle.protect`` comes from."""
        if not self._fingerprint:
            return Origin.UNKNOWN
        moved = self._pair.resource.lifecycle.protect != self._fingerprint.has(PROTECT)
        return Origin.OURS if moved else Origin.THEIRS

    @cached_property
    def _fingerprint(self) -> Fingerprint:
        marker = self._pair.live.marker if self._pair.live else None
        return Fingerprint(marker.applied if marker else "")

    def origin_of(self, name: str) -> Origin:
        """Where a difference in a field or child list comes from."""
        if name not in self._desired:
            return Origin.UNKNOWN
        return self._fingerprint.origin(name, self._desired[name], self._live(name))

    def _live(self, name: str) -> Canonical:
        """The stable form of what the account holds."""
        if name not in self.lists:
            return self._pair.kind.stabilise(self._pair.before).get(name)
        declared = self._declared(name)
        wanted = {declared.key_of(item) for item in self._desired[name]}
        given = {declared.key_of({declared.identified_by: person}) for person in self._implied} - wanted
        held = sorted(declared.key_of(child.value) for child in self._pair.children_before.get(name, ()))
        return [key for key in held if key not in given]
