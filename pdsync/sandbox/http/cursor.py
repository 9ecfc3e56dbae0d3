"""Cursor: cursor pagination: limit, cursor, next_cursor. Rows that are added meanwhile disturb no page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.pagination import DEFAULT_LIMIT, MAX_LIMIT
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.record import Body, Record


def paginate_cursor(
    call: Call, wrapper: str, serve: Callable[[int, int | None], list[Record]], show: Callable[[Record], Body]
) -> Body:
    """One page. ``serve`` takes how many rows, and the number of the one that they follow. Raises the 400 for a limit or
    cursor that is none."""
    limit = _limit(call)
    rows = serve(limit + 1, _position(call.arg("cursor")))
    page = rows[:limit]
    following = _cursor(page[-1].number) if len(rows) > limit else None
    return {wrapper: [show(it) for it in page], "limit": limit, "next_cursor": following}


def paginate_both_ways(call: Call, wrapper: str, rows: Sequence[Record], show: Callable[[Record], Body]) -> Body:
    """One page of ``rows``, oldest first, with ``after`` and ``before``, which are there only when there is such a
    page (PagerDuty API description, alert grouping settings)."""
    limit = _limit(call)
    after, before = _position(call.arg("after")), _position(call.arg("before"))
    if after is not None:
        page = [it for it in rows if it.number > after][:limit]
    elif before is not None:
        page = [it for it in rows if it.number < before][-limit:]
    else:
        page = list(rows[:limit])
    total = len(rows) if call.arg("total") == "true" else None
    body: Body = {wrapper: [show(it) for it in page], "limit": limit, "total": total}
    if page and page[-1] is not rows[-1]:
        body["after"] = _cursor(page[-1].number)
    if page and page[0] is not rows[0]:
        body["before"] = _cursor(page[0].number)
    return body


def _limit(call: Call) -> int:
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
