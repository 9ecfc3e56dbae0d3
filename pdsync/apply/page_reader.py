"""Reads many objects again by pages of their collection, a few seconds before their writes.

Where few objects change, each is read alone just before its write. Where many of a collection change, that is a request for each;
a page has a hundred of them. What is lost is time: an edit that another person makes between the page and the write is overwritten
and not reported. So a row of a page is valid for `WINDOW_S` seconds and is used once. It must also be newer than the end of every
change that its own change waits for. For any other object there is no row, and the caller reads it alone. So does a caller for whom
a row shows anything but what the plan saw: a listing may lag, and a page never proves that an object is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from threading import Lock
from typing import Any

from pdsync.apply.bulk import listed_as, reread_in_bulk
from pdsync.apply.wire import Wire
from pdsync.client import Error
from pdsync.kinds import BY_SLUG
from pdsync.model.name import fold_name
from pdsync.plan import Change, Plan

WINDOW_S = 5.0
"""How long a row is valid, from the moment when its page was requested. At PagerDuty's limit of 960 requests a minute that is eighty
updates for a page; where writes are slower, the rows that are left are read again together. So a shorter time would cost little, but
a page with its includes may take a second or two itself."""
_PAGE = 100
_OVERLAP = 5
"""Rows that a page shares with the one before: so many objects may be deleted or renamed away in between and none is missed."""
_PAY_OFF = 2
"""Pages are read where the whole collection has at most one page for this many changes."""
_LEAST = 2
"""The smallest number of objects for which a page is read."""
_SHARE_LOST = 4
"""Pages are read until those that saved no request are as many as a quarter of the changes."""


@dataclass(frozen=True, slots=True)
class _Row:
    raw: Mapping[str, Any]
    asked_s: float
    """When its page was asked for, before the request left."""


class PageReader:
    """Shared by all workers."""

    def __init__(self, wire: Wire, plan: Plan) -> None:
        self._wire = wire
        self._lock = Lock()
        self._ended_s: dict[str, float] = {}
        self._collections = {
            slug: _Collection(wire, slug, tuple(plan.includes.get(slug, ())), ids)
            for slug, ids in reread_in_bulk(plan).items()
        }

    def take(self, change: Change) -> Mapping[str, Any] | None:
        """The object of a change as a page shows it, at most once for each object; None where it must be read alone."""
        collection = self._collections.get(change.kind)
        if collection is None:
            return None
        with self._lock:
            since_s = max((self._ended_s.get(other, 0.0) for other in change.waits_for), default=0.0)
        return collection.take(change, since_s)

    def note_end(self, change: Change) -> None:
        """A change ended: what waits for it must not be judged by what was read before."""
        if self._collections:
            with self._lock:
                self._ended_s[change.address] = self._wire.monotonic()


class _Collection:
    """The pages of one collection. A row has a place: its number in the listing, were nothing deleted or renamed by this run."""

    def __init__(self, wire: Wire, slug: str, includes: tuple[str, ...], wanted: set[str]) -> None:
        self._wire = wire
        self._kind = BY_SLUG[slug]
        self._includes = includes
        self._wanted = wanted
        """The ids of objects that no one has asked for yet."""
        self._changes = len(wanted)
        self._lock = Lock()
        self._rows: dict[str, _Row] = {}
        self._places: dict[str, int] = {}
        self._moved = 0
        """How many objects this run took away from their places by deleting or renaming them."""
        self._end = 0
        """The place behind the furthest row that was read."""
        self._last_name = ""
        self._is_sorted = True
        self._is_over = False
        """True when the listing was read to its end."""
        self._is_given_up = False
        self._read = self._saved = 0

    def take(self, change: Change, since_s: float) -> Mapping[str, Any] | None:
        """The row of the object, from a page that was asked for after `since_s`. Callers wait for a page that is under way."""
        identity = change.id or ""
        with self._lock:
            if identity not in self._wanted:
                return None  # It was given out: what this run wrote since is in no row.
            row = self._row_of(identity, since_s)
            if row is None:
                place = self._place_to_read(change, identity)
                if place is not None:
                    self._read_page(place)
                    row = self._row_of(identity, since_s)
            self._wanted.discard(identity)
            self._rows.pop(identity, None)
            self._moved += self._moves(change)
            if row is None:
                return None
            self._saved += 1
            return row.raw

    def _row_of(self, identity: str, since_s: float) -> _Row | None:
        row = self._rows.get(identity)
        if row is None or row.asked_s < since_s or self._wire.monotonic() - row.asked_s > WINDOW_S:
            return None
        return row

    def _place_to_read(self, change: Change, identity: str) -> int | None:
        """Where a page for this object would begin; None where the object is better read alone."""
        if self._is_given_up or len(self._wanted) < _LEAST:
            return None
        if self._read - self._saved > self._changes // _SHARE_LOST:
            return None
        if identity in self._places:
            return self._places[identity]
        if self._is_over or (self._is_sorted and self._read and listed_as(change) < self._last_name):
            return None  # It was to be on a page before: it is not where its name belongs.
        return self._end

    def _read_page(self, place: int) -> None:
        """Takes in one page. An error ends the reading by pages: objects are then read alone, and it comes up there."""
        offset = max(0, place - self._moved - _OVERLAP)
        asked_s = self._wire.monotonic()
        self._read += 1
        try:
            rows, total = self._wire.page(
                self._kind.collection, offset, _PAGE, includes=self._includes, count=self._read == 1
            )
        except Error:
            self._is_given_up = True
            return
        if self._wire.monotonic() - asked_s > WINDOW_S:
            self._is_given_up = True  # Pages are too slow here: their rows are too old when they come.
            return
        if total is not None and ceil(total / _PAGE) * _PAY_OFF > self._changes:
            self._is_given_up = True  # Few objects of a large collection. Those of this page are taken.
        self._rows = {it: row for it, row in self._rows.items() if asked_s - row.asked_s <= WINDOW_S}
        for number, raw in enumerate(rows, offset + self._moved):
            identity = raw.get("id") if isinstance(raw, dict) else None
            if isinstance(identity, str) and identity in self._wanted:
                self._rows[identity] = _Row(raw, asked_s)
                self._places[identity] = number
        self._note_end(rows, offset)

    def _note_end(self, rows: list[Any], offset: int) -> None:
        names = [fold_name(str(raw.get(self._kind.label))) for raw in rows if isinstance(raw, dict)]
        self._is_sorted = self._is_sorted and names == sorted(names)
        end = offset + len(rows) + self._moved
        if end > self._end:
            self._end = end
            self._last_name = names[-1] if names else self._last_name
        self._is_over = self._is_over or len(rows) < _PAGE

    def _moves(self, change: Change) -> bool:
        """Whether the change takes its object away from the rows that were read so far."""
        if change.ends:
            return True
        name = change.values.get(self._kind.label)
        return name is not None and fold_name(str(name)) > self._last_name
