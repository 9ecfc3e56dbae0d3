"""Reading a whole collection at once, its pages in parallel, or failing: never a part of it."""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Executor, Future
from functools import partial
from typing import Any

from pdsync.client.errors import IncompleteListError
from pdsync.client.pagination import HOW_TO_GO_ON, ITERATION_LIMIT, Page, iter_offset_pages

__all__ = ["fetch_whole_collection"]

FetchPage = Callable[[int, int, bool], Page]
"""Gets a page by limit, offset and whether to ask for the total."""


def fetch_whole_collection(
    name: str, fetch: FetchPage, *, page_size: int, executor: Executor | None = None
) -> list[dict[str, Any]]:
    """Every object of a classically paginated collection, in the API's order, each once.

    The first page asks for the total; the rest follow in parallel on the executor, or one after another. The unique
    objects must then be as many as the total. If they are not, the collection changed while it was being read, and
    it is read once more.

    Raises:
        IncompleteListError: more than 10,000 objects, or still not as many as the total the second time.
    """
    read, total = _read(name, fetch, page_size, executor)
    if len(read) != total:
        read, total = _read(name, fetch, page_size, executor)
    if len(read) != total:
        raise IncompleteListError(
            f"{name}: read {len(read)} objects of {total}, twice; it changes while it is being read. Try again later.",
            read=len(read),
            total=total,
        )
    return read


def _read(name: str, fetch: FetchPage, page_size: int, executor: Executor | None) -> tuple[list[dict[str, Any]], int]:
    """(unique objects, how many there should be); the number is -1 if the pages disagree about it."""
    first = fetch(page_size, 0, True)
    total = first.total
    if total is None:
        return _read_without_total(fetch, page_size, first)
    if total > ITERATION_LIMIT:
        raise IncompleteListError(
            f"{name}: {total:,} objects, but the API gives out {ITERATION_LIMIT:,} of a listing: {HOW_TO_GO_ON}",
            read=len(first.items),
            total=total,
        )
    if not first.items:
        return [], total
    # The server may give out smaller pages than it is asked for.
    step = len(first.items) if first.more else page_size
    offsets = range(step, total, step)
    rest = _fetch_all([partial(fetch, step, offset, True) for offset in offsets], executor)
    agreed = all(page.total in (None, total) for page in rest)
    return _unique(item for page in (first, *rest) for item in page.items), total if agreed else -1


def _read_without_total(fetch: FetchPage, page_size: int, first: Page) -> tuple[list[dict[str, Any]], int]:
    # Some listings have no total whatever one asks; then "more" alone says whether it is whole.
    pages = iter_offset_pages(lambda limit, offset: fetch(limit, offset, False) if offset else first, limit=page_size)
    items = _unique(item for page in pages for item in page.items)
    return items, len(items)


def _fetch_all(tasks: list[Callable[[], Page]], executor: Executor | None) -> list[Page]:
    """The results in order. The calling thread takes over what no worker has begun, so that a caller which is itself
    a task of this executor cannot wait for ever."""
    if executor is None:
        return [task() for task in tasks]
    futures = [executor.submit(task) for task in tasks]
    try:
        return [_result(task, future) for task, future in zip(tasks, futures, strict=True)]
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


def _unique(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({_identity(item): item for item in items}.values())


def _identity(item: Any) -> str:
    # Members of a team and on-calls have no id of their own.
    identity = item.get("id") if isinstance(item, dict) else None
    return str(identity) if identity else json.dumps(item, sort_keys=True)
