"""Overrides of schedules, which people make day by day. Read only where they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pdsync.account.reading import check_row
from pdsync.client import HttpError, RestApiV2Client
from pdsync.client.concurrency import MOST_IN_FLIGHT
from pdsync.model.instant import render_instant_s
from pdsync.model.parent_listing import Period
from pdsync.model.unreadable import UnreadableError

_BAD_REQUEST = 400
_KIND = "override"


def fetch_overrides(
    client: RestApiV2Client, schedules: Iterable[str], since: int, until: int
) -> Mapping[str, list[Mapping[str, Any]]]:
    """The overrides between two instants (seconds since 1970) as PagerDuty answers them, by id of the schedule.

    One request for each schedule, and one for each part of a period that is too long for PagerDuty. Raises the client's errors.
    """
    period = Period(render_instant_s(since), render_instant_s(until))
    with ThreadPoolExecutor(MOST_IN_FLIGHT) as pool:
        asked = {identity: pool.submit(_fetch, client, identity, period) for identity in schedules}
        try:
            return {identity: answer.result() for identity, answer in asked.items()}
        finally:
            for answer in asked.values():
                answer.cancel()


def _fetch(client: RestApiV2Client, schedule: str, period: Period) -> list[Mapping[str, Any]]:
    params = {"since": period.since, "until": period.until}
    try:
        rows = client.rget(f"schedules/{schedule}/overrides", params=params)
        if not isinstance(rows, list):
            raise UnreadableError(_KIND, rows, ": it is not a list")
        for row in rows:
            check_row(_KIND, row, ())
        return rows
    except HttpError as error:
        if error.status != _BAD_REQUEST or period.is_short:
            raise
    found: dict[str, Mapping[str, Any]] = {}
    for part in period.parts():
        for override in _fetch(client, schedule, part):
            # PagerDuty cuts an override at the ends of the part, so one that reaches into the next part comes twice.
            earlier = found.get(override["id"], override)
            found[override["id"]] = {**override, "start": earlier["start"]}
    return list(found.values())
