from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pdsync.sandbox.paging.interruption import count_interruptions
from pdsync.sandbox.paging.notification_log import Notification
from pdsync.sandbox.store.record import Record


def sent(at: str, zone: Any = "Etc/UTC", type: str = "phone_contact_method", user: str = "PUSER") -> Notification:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    method = Record(2, "contact_method", "PMETH", user, {"type": type})
    return Notification("PNOTE", moment, Record(1, "user", user, None, {"time_zone": zone}), method)


@pytest.mark.parametrize(
    ("at", "zone", "hour"),
    [
        ("2026-03-02T08:00:00", "Etc/UTC", "business_hour"),  # a Monday
        ("2026-03-02T17:59:59", "Etc/UTC", "business_hour"),
        ("2026-03-02T18:00:00", "Etc/UTC", "off_hour"),
        ("2026-03-02T21:59:59", "Etc/UTC", "off_hour"),
        ("2026-03-02T22:00:00", "Etc/UTC", "sleep_hour"),
        ("2026-03-02T07:59:59", "Etc/UTC", "sleep_hour"),
        ("2026-03-01T12:00:00", "Etc/UTC", "off_hour"),  # a Sunday
        ("2026-03-01T23:00:00", "Etc/UTC", "sleep_hour"),
        ("2026-03-02T12:00:00", "Asia/Tokyo", "off_hour"),
        ("2026-03-02T12:00:00", "Mars/Base", "business_hour"),
        ("2026-03-02T12:00:00", 7, "business_hour"),
    ],
)
def test_the_hour_is_that_of_the_user(at: str, zone: Any, hour: str) -> None:
    assert count_interruptions([sent(at, zone)]) == {hour: 1}


def test_emails_and_what_comes_at_once_are_not_counted_again() -> None:
    at = "2026-03-02T12:00:00"
    both = [sent(at), sent(at, type="sms_contact_method"), sent(at, type="email_contact_method")]
    assert count_interruptions([*both, sent(at, user="POTHER"), sent("2026-03-02T12:05:00")]).total() == 3
