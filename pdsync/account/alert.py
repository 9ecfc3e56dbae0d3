"""Recent alerts of the account, read only if a person asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from pdsync.client import RestApiV2Client
from pdsync.client.concurrency import MOST_IN_FLIGHT
from pdsync.model.instant import render_instant

MOST_INCIDENTS = 300
"""Each incident costs a request for its alerts."""


@dataclass(frozen=True, slots=True)
class RecentAlerts:
    """The alerts of the newest incidents."""

    alerts: tuple[Mapping[str, Any], ...]
    is_cut: bool
    """True where there were more incidents in the time than are read."""


def fetch_recent_alerts(client: RestApiV2Client, days: int, most: int = MOST_INCIDENTS) -> RecentAlerts:
    """The alerts of incidents of so many days up to now, by PagerDuty's clock, the newest first. Only incidents have alerts that can be
    listed: suppressed alerts have none. Raises the client's errors."""
    # `Date` has whole seconds: what was made in this one would lie behind it.
    until = client.server_clock.now() + timedelta(minutes=1)
    params = {
        "since": render_instant(until - timedelta(days=days)),
        "until": render_instant(until),
        "statuses[]": ["triggered", "acknowledged", "resolved"],
        "sort_by": "created_at:desc",
    }
    # The newest come first, so an incident that opens meanwhile moves the last of a page onto the next one.
    incidents = list({it["id"]: it for it in islice(client.iter_all("incidents", params=params), most + 1)}.values())
    with ThreadPoolExecutor(MOST_IN_FLIGHT) as pool:
        asked = [
            pool.submit(client.list_all, f"incidents/{it['id']}/alerts") for it in incidents[:most] if _has_alerts(it)
        ]
        alerts = [alert for answer in asked for alert in answer.result()]
    return RecentAlerts(tuple(alerts), len(incidents) > most)


def _has_alerts(incident: Mapping[str, Any]) -> bool:
    counts = incident.get("alert_counts")
    return not isinstance(counts, Mapping) or counts.get("all") != 0
