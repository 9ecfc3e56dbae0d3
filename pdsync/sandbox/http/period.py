"""Period: the query parameters since, until and time_zone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from pdsync.sandbox.http.call import ACCOUNT_TIME_ZONE, Call
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.instant import parse_instant, zones
from pdsync.sandbox.store.record import Record

MONTH, SIX_MONTHS = timedelta(days=31), timedelta(days=184)
_TWO_WEEKS, _YEAR = timedelta(days=14), timedelta(days=366)
_TEN_YEARS = 10 * _YEAR  # what the sandbox can render in time
_OFFSET = re.compile(r"[0-9 ][+-]([0-9]{2}:?[0-9]{2})(?: \S+)?$")  # of a time, not the end of a day
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def asked_zone(call: Call) -> str:
    """The zone that answers are written in. Raises the 400 for one that does not exist."""
    zone = call.arg("time_zone") or ACCOUNT_TIME_ZONE
    if zone not in zones(aliases=call.profile.reads("zone_aliases", "kept")):
        raise invalid("Time zone is not a valid time zone")
    return zone


def moment(call: Call, name: str) -> datetime | None:
    """A moment of the query, in ``time_zone`` where it has no offset; a day is its midnight. Raises the 400."""
    text = call.arg(name)
    if not text:
        return None
    found = parse_instant(text + "T00:00:00" if _DAY.fullmatch(text) else text, asked_zone(call))
    if found is None:
        raise invalid(f"{name.capitalize()} must be a date and time such as 2026-01-31T08:00:00Z")
    return found


def utc_moment(call: Call, name: str) -> datetime | None:
    """The same where PagerDuty takes UTC only (PagerDuty API description, change events): Z, +00:00 or no offset."""
    found, text = moment(call, name), call.arg(name) or ""
    if found is not None and not _is_utc(text):
        raise invalid(f"{name.capitalize()} must be in UTC")
    return found


def _is_utc(text: str) -> bool:
    offset = _OFFSET.search(text)
    return offset is None or not offset[1].strip("0:")


def in_period(record: Record, since: datetime | None, until: datetime | None, *, field: str = "created_at") -> bool:
    """Whether a record was created in the period; its end is not part of it. ``field`` is another moment of it."""
    at = datetime.fromisoformat(record.body[field])
    return (since is None or at >= since) and (until is None or at < until)


def asked_period(call: Call) -> tuple[datetime, datetime] | None:
    """``since`` and ``until``; one alone makes two weeks (PagerDuty API description), none means no rendering."""
    since, until = moment(call, "since"), moment(call, "until")
    if since is None and until is None:
        return None
    if until is None and since is not None:
        until = since + _TWO_WEEKS
    if since is None and until is not None:
        since = until - _TWO_WEEKS
    assert since is not None
    assert until is not None
    if until <= since:
        raise invalid("Until must be after since")
    longest = _YEAR if call.profile.reads("long_rendering", "refused") else _TEN_YEARS
    if until - since > longest:
        raise invalid(f"The period from since to until must not be longer than {longest.days} days")
    return since, until
