"""Cursor: cursor pagination: limit, cursor, next_cursor. Rows that are added meanwhile disturb no page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from itertools import islice

from pdsync.sandbox.call import Call
from pdsync.sandbox.page import DEFAULT_LIMIT, MAX_LIMIT
from pdsync.sandbox.problem import invalid
from pdsync.sandbox.store import Body, Record


def paginate_cursor(call: Call, wrapper: str, newest_first: Iterable[Record], show: Callable[[Record], Body]) -> Body:
    """One page. Raises the 400 for a limit or cursor that is none."""
    limit, before = _limit(call), _position(call.arg("cursor"))
    rows = list(islice((it for it in newest_first if before is None or it.number < before), limit + 1))
    page = rows[:limit]
    following = _cursor(page[-1].number) if len(rows) > limit else None
    return {wrapper: [show(it) for it in page], "limit": limit, "next_cursor": following}


def _limit(call: Call) -> int:
    text = call.arg("limit")
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 9 and int(text)):
        raise invalid("Limit must be a number of at least 1")
    return min(int(text), MAX_LIMIT)


def _cursor(number: int) -> str:
    return base64.urlsafe_b64encode(f"before:{number}".encode()).decode().rstrip("=")


def _position(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii") + b"==").decode("ascii")
    except (ValueError, binascii.Error):
        text = ""
    name, _, number = text.partition(":")
    if name != "before" or not number.isdigit() or len(number) > 18:
        raise invalid("Cursor is invalid")
    return int(number)
