"""Reading a whole collection at once, its pages in parallel, or failing: never a part of it."""

import json
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import CancelledError, Executor, Future
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias

from pdsync.client.errors import IncompleteListError
from pdsync.client.pagination import HOW_TO_GO_ON, Page, iter_offset_pages, row_limit

__all__ = ["FetchPage", "PageHook", "Reader", "Rows", "fetch_whole_collection", "unique"]

FetchPage: TypeAlias = Callable[[int, int, bool], Page]
"""Gets a page by limit, offset and whether to ask for the total."""
PageHook: TypeAlias = Callable[[list[dict[str, Any]]], object]
"""Called with the items of each page as it arrives, in the order of the pages."""
Split: TypeAlias = Callable[["Reader", Page], "Rows"]
"""Reads a collection of which the API does not return all rows, from its first page on."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What one reading of a collection gave: objects by what tells them apart, and what speaks for their being all."""

    items: dict[str, dict[str, Any]]
    total: int
    """How many there should be; -1 if the pages disagree about it."""
    joined: bool = True
    """Whether each page began with the last object of the page before."""

    @property
    def is_counted(self) -> bool:
        """As many as there should be."""
        return len(self.items) == self.total


@dataclass(frozen=True, slots=True)
class Reader:
    """How pages are read: their size, the executor for parallel reading, and the callback for each page."""

    page_size: int
    executor: Executor | None = None
    on_page: PageHook | None = None

    def pages(self, fetch: FetchPage, first: Page, until: int) -> Generator[Page]:
        """The first page and those after it, in order, up to the row `until`, which is at most the API's last.

        Pages overlap by one row: where each begins with the row that the one before ended with, nothing has slipped from
        one to the other between their requests. That row is given once; where it is missing the page says so (`joined`).

        To be closed: what is not read then is not asked for. A page on which nothing is new ends the reading: the total is
        wrong then, and a caller who counts will notice.
        """
        if self.on_page is not None:
            self.on_page(first.items)
        yield first
        if not first.items:
            return
        # The server may give out smaller pages than it is asked for.
        step = len(first.items) if first.more else self.page_size
        overlap = 1 if step > 1 else 0
        offsets = range(step - overlap, min(until, row_limit()) - overlap, step - overlap)
        rest = [partial(fetch, min(step, row_limit() - offset), offset, True) for offset in offsets]
        known = set(unique(first.items))
        last = _identity(first.items[-1])
        with closing(_in_order(rest, self.executor)) as results:
            for page in results:
                if overlap:
                    page, last = _join(last, page)
                before = len(known)
                known.update(unique(page.items))
                if len(known) == before:
                    return
                if self.on_page is not None:
                    self.on_page(page.items)
                yield page


def fetch_whole_collection(
    name: str, fetch: FetchPage, reader: Reader, split: Split | None = None
) -> list[dict[str, Any]]:
    """Every object of a classically paginated collection, in the API's order, each once.

    The first page asks for the total; the rest follow in parallel on the executor, or one after another. The unique
    objects must then be as many as the total, and each page must begin with the last object of the page before. If not, the
    collection changed while it was being read, and it is read once more; so it is if the last page says that there is more.
    One of more than 10,000 objects is read by `split`, in whatever order that gives.

    The count alone does not notice an object deleted from a page already read and another made on a page not yet read:
    whatever moved up from one page to the other would be overlooked. An object that is there all the time and on none of the
    pages was behind the end of one and before the beginning of the next; no object can then be between
    them, as long as objects keep their order. Where the API gives no steady order (objects of one name), pages do not join
    though nothing changed: two readings that count right and hold the same objects are taken.

    Raises:
        IncompleteListError: more than 10,000 objects and no `split`, or what was read does not add up the second time either.
    """
    rows = _read(name, fetch, reader, split)
    if rows.is_counted and rows.joined:
        return list(rows.items.values())
    counted, before = rows.is_counted, rows.items.keys()
    rows = _read(name, fetch, reader, split)
    if rows.is_counted and (rows.joined or (counted and before == rows.items.keys())):
        return list(rows.items.values())
    if rows.is_counted:
        of = ", but the pages change while they are read"
    else:
        of = f" of {rows.total:,}" if rows.total >= 0 else ", and the pages give different totals"
    raise IncompleteListError(
        f"{name}: read {len(rows.items):,} objects{of}, twice; it changes while it is being read. Try again later.",
        read=len(rows.items),
        total=rows.total if rows.total >= 0 else None,
    )


def _read(name: str, fetch: FetchPage, reader: Reader, split: Split | None) -> Rows:
    first = fetch(reader.page_size, 0, True)
    total = first.total
    if total is None:
        return _read_without_total(fetch, reader, first)
    if total > row_limit():
        if split is not None:
            return split(reader, first)
        raise IncompleteListError(
            f"{name}: {total:,} objects, but the API returns only {row_limit():,} of a listing: {HOW_TO_GO_ON}",
            read=len(first.items),
            total=total,
        )
    with closing(reader.pages(fetch, first, total)) as pages:
        read = list(pages)
    # A count that stops at some number, as counts of search indexes do, must not make a part look like the whole.
    agreed = all(page.total in (None, total) for page in read) and not (read[-1].items and read[-1].more)
    items = unique(item for page in read for item in page.items)
    return Rows(items, total if agreed else -1, all(page.joined for page in read))


def _read_without_total(fetch: FetchPage, reader: Reader, first: Page) -> Rows:
    # Some listings have no total whatever one asks; then "more" alone says whether it is whole.
    pages = iter_offset_pages(
        lambda limit, offset: fetch(limit, offset, False) if offset else first, limit=reader.page_size
    )
    items = unique(item for page in pages for item in page.items)
    if reader.on_page is not None:
        reader.on_page(list(items.values()))
    return Rows(items, len(items))


def _join(last: str, page: Page) -> tuple[Page, str]:
    """A page without the row that it shares with the one before, whose last row is `last`; and its own last row."""
    if not page.items:
        return replace(page, joined=False), last
    if _identity(page.items[0]) != last:
        return replace(page, joined=False), _identity(page.items[-1])
    return replace(page, items=page.items[1:]), _identity(page.items[-1])


def _in_order(tasks: Sequence[Callable[[], Page]], executor: Executor | None) -> Generator[Page]:
    """The results in order. The calling thread takes over what no worker has begun, so that a caller which is itself
    a task of this executor cannot wait for ever."""
    if executor is None:
        yield from (task() for task in tasks)
        return
    futures = [executor.submit(task) for task in tasks]
    try:
        for task, future in zip(tasks, futures, strict=True):
            yield _result(task, future)
    finally:
        for future in futures:
            future.cancel()


def _result(task: Callable[[], Page], future: Future[Page]) -> Page:
    if future.cancel():
        return task()
    try:
        return future.result()
    except CancelledError:
        return task()  # The executor was shut down with its waiting tasks cancelled.


def unique(items: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Each object once, by what tells it apart; of several readings of one the last."""
    return {_identity(item): item for item in items}


def _identity(item: Any) -> str:
    # Members of a team and on-calls have no id of their own.
    identity = item.get("id") if isinstance(item, dict) else None
    return str(identity) if identity else json.dumps(item, sort_keys=True)
