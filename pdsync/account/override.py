"""Overrides of schedules, which people make day by day. Read only where they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pdsync.client import HttpError, RestApiV2Client
from pdsync.client.concurrency import MOST_IN_FLIGHT
from pdsync.model.instant import render_instant_s

_PART_S = 30 * 86_400
"""What is asked for at once where PagerDuty refuses a longer period. No document says how long one may be."""
_BAD_REQUEST = 400


def fetch_overrides(
    client: RestApiV2Client, schedules: Iterable[str], since: int, until: int
) -> Mapping[str, list[Mapping[str, Any]]]:
    """The overrides between two instants (seconds since 1970) as PagerDuty answers them, by id of the schedule.

    One request for each schedule, and one for each part of a period that is too long for PagerDuty. Raises the client's errors.
    """
    with ThreadPoolExecutor(MOST_IN_FLIGHT) as pool:
        asked = {identity: pool.submit(_fetch, client, identity, since, until) for identity in schedules}
        try:
            return {identity: answer.result() for identity, answer in asked.items()}
        finally:
            for answer in asked.values():
                answer.cancel()


def _fetch(client: RestApiV2Client, schedule: str, since: int, until: int) -> list[Mapping[str, Any]]:
    period = {"since": render_instant_s(since), "until": render_instant_s(until)}
    try:
        return list(client.rget(f"schedules/{schedule}/overrides", params=period))
    except HttpError as error:
        if error.status != _BAD_REQUEST or until - since <= _PART_S:
            raise
    found: dict[str, Mapping[str, Any]] = {}
    for begin in range(since, until, _PART_S):
        for override in _fetch(client, schedule, begin, min(begin + _PART_S, until)):
            # PagerDuty cuts an override at the ends of the part, so one that reaches into the next part comes twice.
            earlier = found.get(override["id"], override)
            found[override["id"]] = {**override, "start": earlier["start"]}
    return list(found.values())
