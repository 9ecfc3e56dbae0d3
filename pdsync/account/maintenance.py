"""Maintenance windows of services, set by people. Read only where they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pdsync.client import RestApiV2Client
from pdsync.model import split_marker
from pdsync.model.instant import parse_instant_s

_MOST_IN_ADDRESS = 50
"""Ids in one address; with more of them all windows are read, which is still one listing."""


def fetch_maintenance(
    client: RestApiV2Client, services: Sequence[str], since: int, until: int, now: int
) -> Mapping[str, list[tuple[int, int, str]]]:
    """Start, end and description of the windows that touch the time between two instants (seconds since 1970), by id of the
    service. One listing for all of them, of what is not over yet where nothing before `now` is asked for. Raises the client's errors."""
    found: dict[str, list[tuple[int, int, str]]] = {identity: [] for identity in services}
    if not services:
        return found
    params: dict[str, Any] = {"filter": "open" if since >= now else "all"}
    if len(services) <= _MOST_IN_ADDRESS:
        params["service_ids[]"] = list(services)
    for window in client.list_all("maintenance_windows", params=params, complete=True):
        start, end = (parse_instant_s(window.get(name), "Etc/UTC") for name in ("start_time", "end_time"))
        if start is None or end is None or start >= end or end <= since or start >= until:
            continue
        for service in window.get("services") or ():
            if service.get("id") in found:
                found[service["id"]].append((start, end, split_marker(str(window.get("description") or ""))[0]))
    return found
