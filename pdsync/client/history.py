"""Reading what happened in a span of time, though a listing ends at 10,000 rows: by ever shorter spans."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from pdsync.client.errors import IncompleteListError, UrlError
from pdsync.client.pagination import row_limit

__all__ = ["HISTORY_PATHS", "Span", "iter_spans"]

HISTORY_PATHS = frozenset(
    {
        "/audit/records",
        "/change_events",
        "/escalation_policies/{id}/audit/records",
        "/incidents",
        "/incidents/{id}/log_entries",
        "/ip_allow_lists/{id}/audit/records",
        "/log_entries",
        "/notifications",
        "/oncalls",
        "/schedules/{id}/audit/records",
        "/services/{id}/audit/records",
        "/services/{id}/change_events",
        "/teams/{id}/audit/records",
        "/users/{id}/audit/records",
        "/v3/schedules/{id}/audit/records",
    }
)
"""Collections whose ``since`` and ``until`` choose what is listed, not how it is shown (PagerDuty API description)."""

_SHORTEST = timedelta(seconds=1)


class Span(NamedTuple):
    """From ``since`` to ``until``, aware datetimes."""

    since: datetime
    until: datetime

    @classmethod
    def of(cls, since: datetime, until: datetime) -> "Span":
        """Raises UrlError for moments without an offset from UTC, or in the wrong order."""
        for moment in (since, until):
            if not isinstance(moment, datetime) or moment.tzinfo is None:
                raise UrlError("since and until must be datetimes with a time zone")
        if until < since:
            raise UrlError("until is before since")
        return cls(since, until)

    def params(self) -> list[tuple[str, str]]:
        """As the API reads them: whole seconds, which hold the span."""
        until = self.until if self.until.microsecond == 0 else self.until + _SHORTEST
        return [("since", _text(self.since)), ("until", _text(until))]

    def halves(self) -> "tuple[Span, Span] | None":
        """Two spans of whole seconds, or None if this is too short for that."""
        middle = (self.since + (self.until - self.since) / 2).replace(microsecond=0)
        if middle - self.since < _SHORTEST or self.until - middle < _SHORTEST:
            return None
        return Span(self.since, middle), Span(middle, self.until)


def iter_spans(
    span: Span, count: Callable[[Span], int | None], read: Callable[[Span], Iterator[dict[str, Any]]]
) -> Iterator[dict[str, Any]]:
    """Every item of a span once, spans in order of time, items within one in that of the API.

    The two spans that meet in a second both have what happened in it, so items seen before are left out.

    Args:
        count: how many items there are in a span; None if the API does not say.
        read: the items of a span; may raise IncompleteListError should they have become more than that.

    Raises:
        IncompleteListError: more than 10,000 items in a second.
    """
    waiting, seen = [span], set[str]()
    while waiting:
        current = waiting.pop()
        total = count(current)
        if total is None or total <= row_limit():
            try:
                for item in read(current) if total != 0 else ():
                    identity = _identity(item)
                    if identity not in seen:
                        seen.add(identity)
                        yield item
                continue
            except IncompleteListError:
                pass  # It was not counted, or has grown since; what was yielded is known by now.
        halves = current.halves()
        if halves is None:
            raise IncompleteListError(
                f"more than {row_limit():,} items from {_text(current.since)} to {_text(current.until)}, which is all "
                "that the API gives out, and the span cannot be split further: narrow it down with filters",
                read=len(seen),
                total=total,
            )
        waiting += reversed(halves)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _identity(item: dict[str, Any]) -> str:
    # On-calls have no id of their own.
    identity = item.get("id")
    return str(identity) if identity else json.dumps(item, sort_keys=True)
