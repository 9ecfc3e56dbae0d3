"""Overrides of schedules, which people make day by day. Read only where they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from pdsync.client import RestApiV2Client
from pdsync.model import Ref
from pdsync.model.instant import parse_instant, render_instant


def fetch_overrides(
    client: RestApiV2Client, schedules: Iterable[str], since: int, until: int
) -> Mapping[str, list[tuple[int, int, Ref]]]:
    """Start, end and user of the overrides between two instants (seconds since 1970), by id of the schedule.

    One request for each schedule. Raises the client's errors.
    """
    period = {"since": _text(since), "until": _text(until)}
    found = {}
    for identity in schedules:
        listed = client.rget(f"schedules/{identity}/overrides", params=period)
        read = [
            (_seconds(one["start"]), _seconds(one["end"]), Ref("user", "id", str(one["user"]["id"]))) for one in listed
        ]
        found[identity] = [(start, end, user) for start, end, user in read if start < end]
    return found


def _text(moment: int) -> str:
    return render_instant(datetime.fromtimestamp(moment, UTC))


def _seconds(text: str) -> int:
    moment = parse_instant(text, "Etc/UTC")
    return int(moment.timestamp()) if moment is not None else 0
