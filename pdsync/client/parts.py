"""What was read of one collection, whichever part of it the rows came from."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pdsync.client.collection import FetchPage, Reader, unique
from pdsync.client.pagination import Page, row_limit

__all__ = ["DESCENDING", "Pairs", "Parts"]

Pairs: TypeAlias = Sequence[tuple[str, str]]
DESCENDING = (("sort_by", "name:desc"),)


@dataclass(slots=True)
class Parts:
    """The objects of a collection of `total` objects that were found so far.

    Args:
        listing: gives the function that gets pages of the collection narrowed down by further query parameters.
    """

    reader: Reader
    listing: Callable[[Pairs], FetchPage]
    total: int
    found: dict[str, dict[str, Any]] = field(default_factory=dict)
    joined: bool = True
    """Whether each page began with the last object of the page before."""
    requests: int = 0
    """How many pages were asked for."""

    @property
    def is_whole(self) -> bool:
        """Whether as many different objects were found as there are."""
        return len(self.found) >= self.total

    def page(self, narrowed: Pairs, start: int = 0) -> tuple[FetchPage, Page]:
        """The function that gets pages of a part from the row `start` on, and the first of them."""
        fetch = self.listing(narrowed)

        def fetch_behind(limit: int, offset: int, total: bool) -> Page:
            return fetch(min(limit, row_limit() - start - offset), start + offset, total)

        shifted = fetch_behind if start else fetch
        return shifted, shifted(self.reader.page_size, 0, True)

    def take(self, first: Page) -> None:
        """Takes in one page, and asks for none behind it."""
        self.read(self.listing(()), first, 0)

    def read(self, fetch: FetchPage, first: Page, until: int) -> list[str] | None:
        """Takes in the rows up to `until`, and gives their identities in order; None where the pages do not describe the same
        number of rows, or hold fewer."""
        agreed, read, rows = True, dict[str, None](), 0
        with closing(self.reader.pages(fetch, first, until)) as pages:
            for page in pages:
                agreed = agreed and page.total in (None, first.total)
                self.joined = self.joined and page.joined
                self.requests += 1
                items = unique(page.items)
                self.found.update(items)
                read.update(dict.fromkeys(items))
                rows += len(page.items)
        return list(read) if agreed and rows >= min(until, row_limit()) else None
