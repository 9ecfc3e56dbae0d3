"""Pagination: pages by offset (limit, offset, more, total) and by cursor (limit, cursor, next_cursor)."""

from __future__ import annotations

import base64
import binascii
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.record import Body, Record

Row = TypeVar("Row")
DEFAULT_LIMIT = 25
MAX_LIMIT = 100
MAX_ROWS = 10_000  # PagerDuty refuses offset + limit beyond (PagerDuty community, thread 98)


def paginate(
    call: Call,
    wrapper: str,
    rows: Sequence[Row],
    show: Callable[[Row], Body],
    limits: tuple[int, int] = (DEFAULT_LIMIT, MAX_LIMIT),
) -> Body:
    """One page of ``rows``; only what is on it is shown. ``limits`` are the limit without one in the query, and the
    largest. Raises the 400 for a page that cannot be."""

    limit, offset = _window(call, limits)
    page = _page(wrapper, rows[offset : offset + limit + 1], limit, offset, show)
    return {**page, "total": len(rows) if _wants_total(call) else None}


def paginate_named(call: Call, wrapper: str, rows: Sequence[Record], show: Callable[[Record], Body]) -> Body:
    """One page by cursor of rows that come in the order of their names. Raises the 400 for a wrong limit or cursor, and
    for the cursor of a row that is gone."""

    def serve(limit: int, after: int | None) -> list[Record]:
        if after is None:
            return list(rows[:limit])
        found = next((index for index, it in enumerate(rows) if it.number == after), None)
        if found is None:
            raise invalid("Cursor is invalid")
        return list(rows[found + 1 : found + 1 + limit])

    return paginate_cursor(call, wrapper, serve, show)


def paginate_served(
    call: Call,
    wrapper: str,
    serve: Callable[[int, int], Sequence[Row]],
    count: Callable[[], int],
    show: Callable[[Row], Body],
) -> Body:
    """The same for rows that are not at hand: ``serve`` takes limit and offset, ``count`` is asked only for a total."""
    limit, offset = _window(call, (DEFAULT_LIMIT, MAX_LIMIT))
    page = _page(wrapper, serve(limit + 1, offset), limit, offset, show)
    return {**page, "total": count() if _wants_total(call) else None}


def paginate_cursor(
    call: Call, wrapper: str, serve: Callable[[int, int | None], list[Record]], show: Callable[[Record], Body]
) -> Body:
    """One page by cursor, which rows that are added meanwhile do not disturb. ``serve`` takes how many rows, and the number of the one that they follow. Raises the 400 for a wrong
    limit or cursor."""
    limit = _cursor_limit(call)
    rows = serve(limit + 1, _position(call.arg("cursor")))
    page = rows[:limit]
    following = _cursor(page[-1].number) if len(rows) > limit else None
    return {wrapper: [show(it) for it in page], "limit": limit, "next_cursor": following}


def paginate_both_ways(call: Call, wrapper: str, rows: Sequence[Record], show: Callable[[Record], Body]) -> Body:
    """One page of ``rows``, oldest first, with ``after`` and ``before``, which are there only when there is such a
    page (PagerDuty API description, alert grouping settings)."""
    limit = _cursor_limit(call)
    after, before = _position(call.arg("after")), _position(call.arg("before"))
    if after is not None:
        page = [it for it in rows if it.number > after][:limit]
    elif before is not None:
        page = [it for it in rows if it.number < before][-limit:]
    else:
        page = list(rows[:limit])
    total = len(rows) if _wants_total(call) else None
    body: Body = {wrapper: [show(it) for it in page], "limit": limit, "total": total}
    if page and page[-1] is not rows[-1]:
        body["after"] = _cursor(page[-1].number)
    if page and page[0] is not rows[0]:
        body["before"] = _cursor(page[0].number)
    return body


def matching(call: Call, records: Iterable[Record], *fields: str) -> list[Record]:
    """Those in which ``query`` finds a field, whatever the case."""
    query = (call.arg("query") or "").casefold()
    if not query:
        return list(records)
    finds = _FINDS[call.profile.reading("query_match")]
    return [it for it in records if any(finds(str(it.body.get(field) or "").casefold(), query) for field in fields)]


def _has_word(text: str, query: str) -> bool:
    return re.search(rf"\b{re.escape(query)}", text) is not None


_FINDS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": operator.contains,
    "word_beginnings": _has_word,
    "beginning": str.startswith,
}


def sorted_rows(call: Call, records: Sequence[Record]) -> Sequence[Record]:
    """By ``sort_by``; the records come sorted by name already."""
    order = call.arg("sort_by") or "name"
    if order in ("name", "name:asc"):
        return records
    if order == "name:desc":
        return records[::-1]
    raise invalid("Sort by must be one of: name, name:asc, name:desc")


def _window(call: Call, limits: tuple[int, int]) -> tuple[int, int]:
    """Limit and offset of the page. Raises the 400 for a page that cannot be."""
    default, most = limits
    limit, offset = _number(call, "limit", default, 1), _number(call, "offset", 0, 0)
    if limit > most and call.profile.reads("large_limit", "refused"):
        raise invalid(f"Limit must not be more than {most}")
    limit = min(limit, most)
    if offset + limit > MAX_ROWS:
        raise invalid(f"Offset plus limit must not be more than {MAX_ROWS}")
    return limit, offset


def _page(wrapper: str, rows: Sequence[Row], limit: int, offset: int, show: Callable[[Row], Body]) -> Body:
    """``rows`` are those of the page, and one more where there are more."""
    shown = [show(row) for row in rows[:limit]]
    return {wrapper: shown, "limit": limit, "offset": offset, "more": len(rows) > limit}


def _wants_total(call: Call) -> bool:
    """PagerDuty API description: total is null unless total=true, because counting is slow for it."""
    return call.arg("total") == "true"


def _number(call: Call, name: str, default: int, low: int) -> int:
    text = call.arg(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= low):
        raise invalid(f"{name.capitalize()} must be a number of at least {low}")
    return int(text)


def _cursor_limit(call: Call) -> int:
    text = call.arg("limit")
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 9 and int(text)):
        raise invalid("Limit must be a number of at least 1")
    return min(int(text), MAX_LIMIT)


def _cursor(number: int) -> str:
    return base64.urlsafe_b64encode(f"row:{number}".encode()).decode().rstrip("=")


def _position(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii") + b"==").decode("ascii")
    except (ValueError, binascii.Error):
        text = ""
    name, _, number = text.partition(":")
    if name != "row" or not number.isdigit() or len(number) > 18:
        raise invalid("Cursor is invalid")
    return int(number)
