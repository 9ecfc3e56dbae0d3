"""Page: classic pagination: limit, offset, more, total."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.record import Body, Record

Row = TypeVar("Row")
DEFAULT_LIMIT = 25
MAX_LIMIT = 100  # a larger limit is cut down to it
MAX_ROWS = 10_000  # PagerDuty refuses offset + limit beyond (PagerDuty community, thread 98)


def paginate(call: Call, wrapper: str, rows: Sequence[Row], show: Callable[[Row], Body]) -> Body:
    """One page of ``rows``; only what is on it is shown. Raises the 400 for a page that cannot be."""
    return paginate_served(call, wrapper, lambda limit, offset: rows[offset : offset + limit], lambda: len(rows), show)


def paginate_served(
    call: Call,
    wrapper: str,
    serve: Callable[[int, int], Sequence[Row]],
    count: Callable[[], int],
    show: Callable[[Row], Body],
) -> Body:
    """The same for rows that are not at hand: ``serve`` takes limit and offset, ``count`` is asked only for a total."""
    limit = min(_number(call, "limit", DEFAULT_LIMIT, 1), MAX_LIMIT)
    offset = _number(call, "offset", 0, 0)
    if offset + limit > MAX_ROWS:
        raise invalid(f"Offset plus limit must not be more than {MAX_ROWS}")
    rows = serve(limit + 1, offset)
    return {
        wrapper: [show(row) for row in rows[:limit]],
        "limit": limit,
        "offset": offset,
        "more": len(rows) > limit,
        # PagerDuty API description: total is null unless total=true, because counting is slow for it.
        "total": count() if call.arg("total") == "true" else None,
    }


def matching(call: Call, records: Iterable[Record], *fields: str) -> list[Record]:
    """Those in which a field contains ``query``, whatever the case."""
    query = (call.arg("query") or "").casefold()
    if not query:
        return list(records)
    return [it for it in records if any(query in str(it.body.get(field) or "").casefold() for field in fields)]


def sorted_rows(call: Call, records: Sequence[Record]) -> Sequence[Record]:
    """By ``sort_by``; the records come sorted by name already."""
    order = call.arg("sort_by") or "name"
    if order in ("name", "name:asc"):
        return records
    if order == "name:desc":
        return records[::-1]
    raise invalid("Sort by must be one of: name, name:asc, name:desc")


def _number(call: Call, name: str, default: int, low: int) -> int:
    text = call.arg(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= low):
        raise invalid(f"{name.capitalize()} must be a number of at least {low}")
    return int(text)
