"""The child lists of many objects, read again at once: the members of many teams by one listing of the users.

The rules are those of the pages of their parents (`page_reader.py`): what was read counts for seconds, must be newer than what its change
waits for, and may only say that all is as planned. A list of which items are written, and one of an object that is deleted, is read
alone and in full: the journal keeps it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil

from pdsync.apply.bulk import PAY_OFF, WINDOW_S
from pdsync.apply.bulk_items import BulkItems, Items
from pdsync.apply.wire import Wire
from pdsync.client import Error
from pdsync.kinds import BY_SLUG
from pdsync.model import ChildList
from pdsync.plan import Change, Operation

_ROWS = 99
"""Rows of a page that are new: pages of a whole listing share a row."""


@dataclass(slots=True)
class _BulkList:
    declared: ChildList
    wanted: set[str]
    """The ids of the parents that no one has asked for yet."""
    items: Mapping[str, Items] = field(default_factory=dict)
    asked_s: float = float("-inf")
    pages: int = 0
    """How many requests the listing takes; 0 where that is not known yet."""


class BulkLists:
    """The lists of one kind. Not safe for threads: the pages of the kind are read one at a time, and so is this."""

    def __init__(self, wire: Wire, changes: Iterable[Change]) -> None:
        """`changes` are those of the kind."""
        self._wire = wire
        self._items = BulkItems(wire)
        self._lists: dict[str, _BulkList] = {}
        for change in changes:
            for declared in BY_SLUG[change.kind].children:
                if declared.in_bulk is not None and _is_enough(change, declared.name):
                    known = self._lists.setdefault(declared.name, _BulkList(declared, set()))
                    known.wanted.add(change.id or "")

    def take(self, change: Change, since_s: float) -> dict[str, Items]:
        """The lists of the object that were read at once, after `since_s`, by name. The others must be read alone."""
        identity, taken = change.id or "", {}
        for name, known in self._lists.items():
            if identity in known.wanted and _is_enough(change, name):
                if not self._is_fresh(known, since_s) and self._pays_off(known):
                    self._read(known)
                if self._is_fresh(known, since_s):
                    taken[name] = known.items.get(identity, [])
                known.wanted.discard(identity)
        return taken

    def _is_fresh(self, known: _BulkList, since_s: float) -> bool:
        return known.asked_s >= since_s and self._wire.monotonic() - known.asked_s <= WINDOW_S

    def _pays_off(self, known: _BulkList) -> bool:
        try:
            known.pages = known.pages or ceil(self._wire.count(_listing_of(known.declared)) / _ROWS)
        except Error:
            self._give_up(known)
            return False
        return known.pages * PAY_OFF <= len(known.wanted)

    def _read(self, known: _BulkList) -> None:
        asked_s = self._wire.monotonic()
        try:
            items = self._items.of_all(known.declared)
        except Error:
            items = None
        if items is None or self._wire.monotonic() - asked_s > WINDOW_S:
            self._give_up(known)
        else:
            known.items, known.asked_s = items, asked_s

    def _give_up(self, known: _BulkList) -> None:
        """Lists are read alone from here on, and an error comes up there."""
        known.wanted = set()


def _is_enough(change: Change, name: str) -> bool:
    """Whether a reading at once says all that the change needs to know of a list."""
    written: Collection[str] = {child.list_name for child in change.children}
    return change.operation is not Operation.DELETE and name in change.partial and name not in written


def _listing_of(declared: ChildList) -> str:
    listing = BY_SLUG[declared.in_bulk.kind].listing if declared.in_bulk is not None else None
    assert listing is not None
    return listing.path
