"""One collection as one call reads it: page by page, as a whole, or searched through."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from pdsync.client.collection import FetchPage, PageHook, Reader, fetch_whole_collection
from pdsync.client.division import DIVISIONS
from pdsync.client.endpoints import Endpoint
from pdsync.client.errors import UrlError
from pdsync.client.pagination import Page, iter_cursor_pages, iter_offset_pages
from pdsync.client.partition import Partition, TeamIds
from pdsync.client.sweep import Sweep
from pdsync.client.urls import last_value, without

__all__ = ["Listing", "Where", "WholeReading"]

Where: TypeAlias = Callable[[dict[str, Any]], bool]
"""Whether an object of a collection is asked for."""
Pairs: TypeAlias = Sequence[tuple[str, str]]
GetPage: TypeAlias = Callable[[Pairs, str], Page]
"""Gets a page by the query parameters and the name of the field that holds the next cursor."""

_CURSORS = {"cursor": ("cursor", "next_cursor"), "after": ("after", "after")}
"""Paging by a cursor: the query parameter, and the field of the answer that the next value comes from."""


@dataclass(frozen=True, slots=True)
class WholeReading:
    """How a collection is read as a whole: the arguments that ``list_all`` and ``dict_all`` share, checked.

    Raises:
        UrlError: arguments that contradict each other, when it is made.
    """

    complete: bool = False
    where: Where | None = None
    executor: Executor | None = None
    on_page: PageHook | None = None
    team_ids: TeamIds | None = None

    def __post_init__(self) -> None:
        if self.executor is None and self.on_page is None and self.team_ids is None:
            return
        if not self.complete:
            raise UrlError("executor, on_page and team_ids are for complete=True")
        if self.where is not None:
            raise UrlError("where= reads one page at a time: it does not accept executor, on_page or team_ids")


@dataclass(frozen=True, slots=True)
class Listing:
    """A collection, the caller's query parameters, and how a page is got.

    Args:
        get: gets one page.
        pairs: query parameters in normal form.
        page_size: as the caller gave it; None for the ``limit`` in ``pairs``, or else ``default_page_size``.
    """

    endpoint: Endpoint
    get: GetPage
    pairs: Pairs
    page_size: int | None
    default_page_size: int

    @property
    def has_cursor(self) -> bool:
        """Whether the collection goes on by a cursor."""
        return self.endpoint.pagination in _CURSORS

    def iter_pages(self, total: bool = False) -> Iterator[Page]:
        """All pages, each fetched when it is asked for. ``total`` asks the API to count, where it can.

        Raises:
            UrlError: a page size or offset that is not a number; raised at once. The rest as `pagination`.
        """
        limit = self._limit()
        if self.has_cursor:
            return self._iter_by_cursor(limit)
        offset = _count("offset", last_value(self.pairs, "offset") or 0, minimum=0)
        fixed = without(self.pairs, "limit", "offset") + ([("total", "true")] if total else [])
        unlimited = self.page_size is None and last_value(self.pairs, "limit") is None

        def fetch(limit: int, offset: int) -> Page:
            return self._get([*fixed, ("limit", str(limit)), ("offset", str(offset))])

        if self.endpoint.pagination is None and unlimited:
            return _iter_unpaginated(lambda: self._get(self.pairs), fetch)
        return iter_offset_pages(fetch, limit=limit, offset=offset)

    def read_whole(self, reading: WholeReading) -> list[dict[str, Any]]:
        """The whole collection, or what `where` chooses of it; never a part.

        Raises:
            IncompleteListError: it cannot be read to its end, or changes while it is read.
            UrlError: the parameters begin somewhere in the middle.
        """
        for name in ("offset", "cursor", "after"):
            if last_value(self.pairs, name) is not None:
                raise UrlError(f"a complete reading starts at the beginning: it does not accept {name!r}")
        if self.endpoint.pagination != "offset":
            return self._read_in_order(reading)
        if reading.where is not None:
            return Sweep(self.endpoint.path, self._narrowed(()), reading.where, self._limit()).read()
        reader = Reader(self._limit(), reading.executor, reading.on_page)
        split = self._partition(reading.team_ids)
        return fetch_whole_collection(self.endpoint.path, self._narrowed(()), reader, split.read if split else None)

    def _partition(self, team_ids: TeamIds | None) -> Partition | None:
        """How the collection is read if it is too large, where the caller wants that and the API describes a way."""
        asked = {name for name, _ in self.pairs}
        # An order or teams that the caller asks for are not to be asked for otherwise.
        if team_ids is None or self.endpoint.path not in DIVISIONS or asked & {"sort_by", "team_ids[]"}:
            return None
        return Partition(self.endpoint.path, self._narrowed, team_ids, can_search=not asked & {"query", "name"})

    def _read_in_order(self, reading: WholeReading) -> list[dict[str, Any]]:
        # A cursor, or a single answer, says itself where the end is: there is nothing to count.
        found: list[dict[str, Any]] = []
        for page in self.iter_pages():
            if reading.on_page is not None:
                reading.on_page(page.items)
            found += page.items if reading.where is None else filter(reading.where, page.items)
        return found

    def _narrowed(self, more: Pairs) -> FetchPage:
        """Gets pages by limit and offset, narrowed down by further query parameters."""
        return partial(self._fetch_counted, [*without(self.pairs, "limit", "offset", "total"), *more])

    def _fetch_counted(self, fixed: Pairs, limit: int, offset: int, total: bool) -> Page:
        query = [*fixed, ("limit", str(limit)), ("offset", str(offset))]
        return self._get([*query, ("total", "true")] if total else query)

    def _iter_by_cursor(self, limit: int) -> Iterator[Page]:
        parameter, field = _CURSORS[str(self.endpoint.pagination)]
        fixed = [*without(self.pairs, "limit", parameter), ("limit", str(limit))]

        def fetch(cursor: str | None) -> Page:
            return self.get([*fixed, (parameter, cursor)] if cursor else fixed, field)

        return iter_cursor_pages(fetch, cursor=last_value(self.pairs, parameter))

    def _get(self, pairs: Pairs) -> Page:
        return self.get(pairs, "next_cursor")

    def _limit(self) -> int:
        asked = self.page_size or last_value(self.pairs, "limit") or self.default_page_size
        return _count("limit", asked, minimum=1)


def _iter_unpaginated(fetch_first: Callable[[], Page], fetch: Callable[[int, int], Page]) -> Iterator[Page]:
    """The one page there should be, and what follows if it says, against the API's description, that there is more."""
    first = fetch_first()
    yield first
    if first.more:
        if not first.items:
            raise first.broken("an empty page says there is more")
        yield from iter_offset_pages(fetch, limit=len(first.items), offset=len(first.items))


def _count(name: str, value: int | str, *, minimum: int) -> int:
    try:
        count = int(value)
    except ValueError:
        count = minimum - 1
    if count < minimum:
        raise UrlError(f"{name} must be a whole number of at least {minimum}, not {value!r}")
    return count
