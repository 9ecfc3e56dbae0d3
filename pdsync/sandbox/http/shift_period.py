"""Shift period: the query of lists of overrides and custom shifts, and how their moments are answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from pdsync.sandbox.http.call import ACCOUNT_TIME_ZONE, Call
from pdsync.sandbox.http.period import asked_zone, moment
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.instant import loaded, shown, stored
from pdsync.sandbox.store.record import Body, Record

Period = tuple[datetime, datetime]
_MOMENTS = ("start_time", "end_time")


def shown_zone(call: Call, schedule: Record) -> str:
    """That of the query, or the schedule's (PagerDuty API description)."""
    return asked_zone(call) if call.arg("time_zone") else str(schedule.body.get("time_zone", ACCOUNT_TIME_ZONE))


def listed_period(call: Call, schedule: Record) -> tuple[Period, str]:
    """``since`` and ``until``, which are required (PagerDuty API description), and the zone of the answer."""
    since, until = moment(call, "since"), moment(call, "until")
    if since is None or until is None:
        raise invalid("Since and until are required")
    if until <= since:
        raise invalid("Until must be after since")
    return (since, until), shown_zone(call, schedule)


def cut_to_period(call: Call, records: Iterable[Record], period: Period) -> list[Record]:
    """What touches the period, in order of time. Both ends are cut off unless ``overflow=true``."""
    since, until = period
    found = [it for it in records if loaded(it.body["start_time"]) < until and loaded(it.body["end_time"]) > since]
    if call.arg("overflow") != "true":
        found = [replace(it, body=_cut(it.body, *period)) for it in found]
    return sorted(found, key=lambda it: (it.body["start_time"], it.number))


def show_moments(body: Body, zone: str) -> Body:
    return {name: shown(body[name], zone) for name in _MOMENTS}


def _cut(body: Body, since: datetime, until: datetime) -> Body:
    return {
        **body,
        "start_time": max(body["start_time"], stored(since)),
        "end_time": min(body["end_time"], stored(until)),
    }
