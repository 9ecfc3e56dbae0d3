"""Finds the creates that a live object concerns, among many. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator

from pdsync.kinds import BY_SLUG
from pdsync.model import LiveObject, split_marker
from pdsync.model.account import identity_of
from pdsync.model.name import fold_name
from pdsync.plan import Change
from pdsync.plan.saved.judgement import claim_of


class ClaimIndex:
    """Creates of one kind by what a live object may share with them. `claim_of` decides; this spares asking it for each pair."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._changes: dict[Hashable, list[Change]] = defaultdict(list)
        for change in changes:
            for key in _keys_of_change(change):
                self._changes[key].append(change)

    def claimants(self, live: LiveObject) -> list[Change]:
        """The creates that would make this object once more, or that would share its name."""
        found = {change.address: change for key in _keys_of_live(live) for change in self._changes.get(key, ())}
        return [change for change in found.values() if claim_of(change, live) is not None]


def _keys_of_change(change: Change) -> Iterator[Hashable]:
    kind = BY_SLUG[change.kind]
    if kind.marker_line is None:
        yield identity_of(kind.identity, change.values)
        return
    marker = split_marker(change.marker)[1] if change.marker else None
    if marker is not None:
        yield marker.workspace, marker.kind, marker.key
    yield fold_name(change.name)


def _keys_of_live(live: LiveObject) -> Iterator[Hashable]:
    kind = BY_SLUG[live.kind]
    if kind.marker_line is None:
        yield identity_of(kind.identity, live.fields)
        return
    if live.marker is not None:
        yield live.marker.workspace, live.marker.kind, live.marker.key
    yield fold_name(live.name)
