"""Overrides of schedules, which people make day by day. Read only where they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from pdsync.client import RestApiV2Client
from pdsync.model.instant import render_instant


def fetch_overrides(
    client: RestApiV2Client, schedules: Iterable[str], since: int, until: int
) -> Mapping[str, list[Mapping[str, Any]]]:
    """The overrides between two instants (seconds since 1970) as PagerDuty answers them, by id of the schedule.

    One request for each schedule. Raises the client's errors.
    """
    period = {"since": _text(since), "until": _text(until)}
    return {identity: list(client.rget(f"schedules/{identity}/overrides", params=period)) for identity in schedules}


def _text(moment: int) -> str:
    return render_instant(datetime.fromtimestamp(moment, UTC))
