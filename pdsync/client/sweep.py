"""Looking through a whole collection for a few objects, while others change it: one page is held at a time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pdsync.client.collection import FetchPage, unique
from pdsync.client.errors import IncompleteListError
from pdsync.client.pagination import HOW_TO_GO_ON, Page, row_limit

__all__ = ["Sweep"]

_OVERLAP = 5
"""Rows, at most, that a page has in common with the one before: fewer than these may be deleted between their requests at no cost."""
_SHARE = 4
"""The server may give out smaller pages than it is asked for; of those a quarter is shared."""
_STEPS_BACK = 3
_READINGS = 2


@dataclass(slots=True)
class Sweep:
    """One collection, at the path `name`.

    A collection that is being added to never holds still for a count, but an object that is there from the first page to the
    last is not missed: where each page holds a row of the page before, nothing can have slipped between the two, as
    long as objects keep their order. Rows that two pages hold in another order are a sign that they do not, and so is a count
    that does not come out, as far as no one makes objects meanwhile.

    Args:
        wanted: whether an object is to be given; of the others only that they were there is held.
    """

    name: str
    fetch: FetchPage
    wanted: Callable[[dict[str, Any]], bool]
    page_size: int = 100
    _known: set[str] = field(default_factory=set)
    _found: dict[str, dict[str, Any]] = field(default_factory=dict)
    _least: int = 0
    """The smallest total that a page gave."""

    def read(self) -> list[dict[str, Any]]:
        """The wanted ones among all that is there as long as this takes; what is made meanwhile may be among them.

        Raises:
            IncompleteListError: more than 10,000 objects, or the pages do not join, twice.
        """
        for _ in range(_READINGS):
            self._known, self._found, self._least = set(), {}, row_limit()
            if self._read_once():
                return list(self._found.values())
        raise IncompleteListError(
            f"{self.name}: read {len(self._known):,} objects, which may not be all, twice; "
            "it changes while it is being read. Try again later.",
            read=len(self._known),
        )

    def _read_once(self) -> bool:
        page, offset = self._take(0), 0
        if page.total is not None and page.total > row_limit():
            raise self._too_many(page.total)
        furthest = idle = 0
        while idle <= _STEPS_BACK:  # steps back that lead no further must not use up the budget of the minute
            end = offset + len(page.items)
            furthest, idle = (end, 0) if end > furthest else (furthest, idle + 1)
            if not self._has_more(page, offset):
                return (page.total is None or end >= page.total) and len(self._known) >= self._least
            if not page.items:
                raise page.broken("an empty page says there is more")
            if end >= row_limit():
                raise self._too_many(page.total)
            following = self._follow(page, end)
            if following is None:
                return False
            page, offset = following
        return False

    def _follow(self, page: Page, end: int) -> tuple[Page, int] | None:
        """The page that goes on behind one which ended before the row `end`, and where it begins; None where none is found."""
        length = len(page.items)
        overlap = back = max(1, min(_OVERLAP, length // _SHARE)) if length > 1 else 0
        for _ in range(_STEPS_BACK):
            offset = max(0, end - back)
            known = len(self._known)
            following = self._take(offset)
            if offset == 0 or not overlap or _joins(page, following):
                # The same page again and again is a broken answer, and must not use up the budget of the minute.
                is_new = len(self._known) > known or back > overlap or not self._has_more(following, offset)
                return (following, offset) if is_new else None
            back += max(1, length - overlap)
        return None

    def _take(self, offset: int) -> Page:
        page = self.fetch(min(self.page_size, row_limit() - offset), offset, True)
        rows = unique(page.items)
        self._known.update(rows)
        self._found.update((identity, item) for identity, item in rows.items() if self.wanted(item))
        if page.total is None:
            self._least = 0  # Some listings have no total whatever one asks; then "more" alone says where it ends.
        else:
            self._least = min(self._least, page.total)
        return page

    def _has_more(self, page: Page, offset: int) -> bool:
        if page.more is not None:
            return page.more
        if page.total is not None:
            return offset + len(page.items) < page.total
        return len(page.items) >= self.page_size  # a full page may be the last or not; only another request tells

    def _too_many(self, total: int | None) -> IncompleteListError:
        many = f"{total:,}" if total is not None else f"more than {row_limit():,}"
        return IncompleteListError(
            f"{self.name}: {many} objects, but the API returns only {row_limit():,} of a listing: {HOW_TO_GO_ON}",
            read=len(self._known),
            total=total,
        )


def _joins(page: Page, following: Page) -> bool:
    """Whether two pages share rows, and in the same order."""
    ours, theirs = unique(page.items), unique(following.items)
    shared = [row for row in ours if row in theirs]
    return bool(shared) and shared == [row for row in theirs if row in ours]
