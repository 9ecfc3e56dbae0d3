"""Interruption: a notification that takes a user away from work, leisure or sleep.

Hours are those of PagerDuty's API description, in the user's zone. That an email does not interrupt, and that all that a user
gets in one second is one interruption, are guesses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from pdsync.sandbox.http.call import ACCOUNT_TIME_ZONE
from pdsync.sandbox.paging.notification_log import Notification
from pdsync.sandbox.store.instant import zones

HOURS = ("business_hour", "off_hour", "sleep_hour")
_SILENT = "email_contact_method"


def count_interruptions(notifications: Iterable[Notification]) -> Counter[str]:
    """How many there were, by kind of hour."""
    moments = {(it.user.id, it.at): _zone(it) for it in notifications if it.contact_method.body["type"] != _SILENT}
    return Counter(_hour(at.astimezone(ZoneInfo(zone))) for (_, at), zone in moments.items())


def _zone(notification: Notification) -> str:
    """A state may hold one that does not exist."""
    zone = notification.user.body.get("time_zone")
    return zone if isinstance(zone, str) and zone in zones() else ACCOUNT_TIME_ZONE


def _hour(local: datetime) -> str:
    """From 22 to 8 is sleep, from 8 to 18 on Monday to Friday business, the rest is off."""
    if not 8 <= local.hour < 22:
        return "sleep_hour"
    return "business_hour" if local.hour < 18 and local.weekday() < 5 else "off_hour"
