"""Reading listings page by page. Pure: how a page is fetched is the caller's."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from requests import Response

from pdsync.client.defaults import DEFAULTS
from pdsync.client.errors import HttpServerError, IncompleteListError
from pdsync.client.response import http_error_message

__all__ = ["Page", "iter_cursor_pages", "iter_offset_pages", "row_limit"]

HOW_TO_GO_ON = (
    "narrow it down with filters (team_ids, query, ids) into parts below the limit, "
    "or read it by time with iter_history, since and until"
)


def row_limit() -> int:
    """``ITERATION_LIMIT``, as a program may have set it. The API refuses offset + limit beyond 10,000 (PagerDuty's pagination guide)."""
    return DEFAULTS.iteration_limit


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a listing. ``more``, ``total`` and ``cursor`` are None where the answer does not have them."""

    items: list[Any]
    response: Response
    more: bool | None = None
    total: int | None = None
    cursor: str | None = None
    joined: bool = True
    """False where it was to begin with the last item of the page before, and does not."""

    @classmethod
    def of(cls, response: Response, items: Any, payload: Any, cursor_name: str = "next_cursor") -> "Page":
        """Raises HttpServerError if the content is not a list, or what says how it goes on is of no use."""
        if not isinstance(items, list):
            raise HttpServerError(http_error_message(response, "the answer is not a list"), response)
        body = payload if isinstance(payload, dict) else {}
        more, total = body.get("more"), body.get("total")
        cursor: Any = body.get(cursor_name)
        if isinstance(cursor, int) and not isinstance(cursor, bool):
            cursor = str(cursor)  # A number is a cursor too: without it the listing would end here.
        for name, value, expected in (("more", more, bool), ("total", total, int), (cursor_name, cursor, str)):
            # A value that cannot be read must not end a listing early.
            if value is not None and type(value) is not expected:
                raise HttpServerError(http_error_message(response, f"{name!r} is a {type(value).__name__}"), response)
        return cls(items, response, more, total, cursor or None)

    def broken(self, why: str) -> HttpServerError:
        """The error to raise for this page."""
        return HttpServerError(http_error_message(self.response, why), self.response)


def iter_offset_pages(fetch: Callable[[int, int], Page], *, limit: int, offset: int = 0) -> Iterator[Page]:
    """All pages of a classically paginated listing, from ``offset`` on.

    Args:
        fetch: gets a page by its limit and offset.

    Raises:
        IncompleteListError: there is more beyond the 10,000th row, which the API does not give out.
        HttpServerError: an empty page says that there is more; going on would never end.
    """
    while True:
        size = min(limit, row_limit() - offset)
        if size <= 0:
            raise IncompleteListError(
                f"the listing is longer than the {row_limit():,} rows that the API returns: {HOW_TO_GO_ON}",
                read=offset,
            )
        page = fetch(size, offset)
        yield page
        # Without "more" a full page may be the last or not; only another request tells.
        more = page.more if page.more is not None else len(page.items) >= size
        if not more:
            return
        if not page.items:
            raise page.broken("an empty page says there is more")
        offset += len(page.items)


def iter_cursor_pages(fetch: Callable[[str | None], Page], *, cursor: str | None = None) -> Iterator[Page]:
    """All pages of a listing that goes on by a cursor, from ``cursor`` on. Pages may be empty.

    Args:
        fetch: gets the page of a cursor; None is the first.

    Raises:
        HttpServerError: a cursor comes again, or the page says there is more but not where.
    """
    seen = {cursor}
    while True:
        page = fetch(cursor)
        yield page
        cursor = page.cursor
        if cursor is None:
            if page.more:
                raise page.broken("there is more but no cursor")
            return
        if cursor in seen:
            raise page.broken("the cursor of an earlier page was repeated")
        seen.add(cursor)
