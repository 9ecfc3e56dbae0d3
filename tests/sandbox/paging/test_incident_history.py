"""The log of an incident, told in figures: what happened, and what the figures are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pdsync.sandbox.paging.incident_history import IncidentHistory
from pdsync.sandbox.store.record import Record

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
_SERVICE = {"id": "PSERV", "type": "service_reference"}


def _user(name: str) -> dict[str, str]:
    return {"id": name, "type": "user_reference"}


def _entries(*steps: tuple[int, str, str | None, Any]) -> Iterator[Record]:
    """Each step: seconds after the start, what happened, the user who did it, and assignees or the length of a snooze."""
    for number, (at, kind, user, more) in enumerate(steps):
        body: dict[str, Any] = {"type": f"{kind}_log_entry", "created_at": _at(at)}
        body["agent"] = _user(user) if user is not None else _SERVICE
        if isinstance(more, str):
            body["assignees"] = [_user(it) for it in more]
        elif more is not None:
            body["channel"] = {"type": "website", "duration": more}
        yield Record(number, "log_entry", f"R{number}", "PINC", body)


def _at(seconds: int) -> str:
    return (START + timedelta(seconds=seconds)).isoformat()


def history(*steps: tuple[int, str, str | None, Any], now: int = 10_000) -> IncidentHistory:
    resolved = next((step for step in steps if step[1] == "resolve"), None)
    body = {
        "created_at": _at(0),
        "resolved_at": _at(resolved[0]) if resolved is not None else None,
        "last_status_change_by": _user(resolved[2]) if resolved is not None and resolved[2] else _SERVICE,
    }
    return IncidentHistory(Record(1, "incident", "PINC", None, body), _entries(*steps), START + timedelta(seconds=now))


def test_an_incident_that_no_one_touched_has_no_times() -> None:
    it = history((0, "trigger", None, None), (0, "assign", None, "A"))
    assert it.assigned() == ["A"]
    assert (it.seconds_to_first_ack, it.seconds_to_engage, it.seconds_to_mobilize, it.seconds_to_resolve) == (None,) * 4
    assert (it.engaged_seconds(), it.snoozed_seconds, it.is_major, it.is_auto_resolved) == (0, 0, False, False)


def test_times_of_one_responder() -> None:
    it = history((0, "assign", None, "A"), (60, "acknowledge", "A", None), (300, "resolve", "A", None))
    assert (it.seconds_to_first_ack, it.seconds_to_resolve, it.engaged_seconds()) == (60, 300, 240)
    assert (it.seconds_to_engage, it.seconds_to_mobilize) == (None, None)
    assert (it.resolved_by, it.is_auto_resolved) == ("A", False)


def test_times_of_two_responders() -> None:
    it = history(
        (0, "assign", None, "A"),
        (60, "acknowledge", "A", None),
        (90, "acknowledge", "A", None),
        (200, "acknowledge", "B", None),
        (300, "resolve", None, None),
    )
    assert len(it.acknowledgements) == 3
    assert (it.seconds_to_first_ack, it.seconds_to_engage, it.seconds_to_mobilize) == (60, 140, 200)
    assert (it.engaged_seconds(), it.engaged_seconds("A"), it.engaged_seconds("C")) == (340, 240, 0)
    assert it.is_major
    assert it.is_auto_resolved
    assert it.resolved_by is None


def test_what_a_service_acknowledges_is_no_acknowledgement() -> None:
    assert history((5, "acknowledge", None, None)).acknowledgements == []


def test_assignments_are_told_apart_by_how_they_came() -> None:
    it = history(
        (0, "assign", None, "A"),
        (10, "escalate", None, "B"),
        (20, "escalate", "B", "C"),
        (30, "assign", "C", "AD"),
    )
    assert [(one.way, "".join(sorted(one.before))) for one in it.assignments] == [
        ("assigned", ""),
        ("timed out", "A"),
        ("escalated", "B"),
        ("reassigned", "C"),
    ]
    assert it.assigned() == ["A", "B", "C", "D"]
    assert (it.count("timed out", "escalated"), it.count("reassigned")) == (2, 1)


@pytest.mark.parametrize(
    ("end", "seconds"),
    [
        ((400, "unacknowledge", "A", None), 300),
        ((50, "acknowledge", "B", None), 600),
        ((400, "snooze", "B", 100), 400),
        ((250, "resolve", "A", None), 150),
        ((9_000, "resolve", "A", None), 600),
    ],
)
def test_a_snooze_ends_with_its_time_or_before(end: Any, seconds: int) -> None:
    assert history((100, "snooze", "A", 600), end).snoozed_seconds == seconds


def test_a_snooze_that_goes_on_counts_until_now() -> None:
    assert history((100, "snooze", "A", 600), now=250).snoozed_seconds == 150


@pytest.mark.parametrize("duration", ["long", -5, None, 10**30, True])
def test_a_spoiled_snooze_has_no_length(duration: Any) -> None:
    [entry] = _entries((0, "snooze", "A", 1))
    entry.body["channel"] = {"duration": duration}
    body = {"created_at": _at(0), "resolved_at": None}
    one = IncidentHistory(Record(1, "incident", "PINC", None, body), [entry], START + timedelta(hours=1))
    assert one.snoozed_seconds <= 1


def test_moments_without_an_offset_are_in_utc() -> None:
    body = {"created_at": "2026-03-02T12:00:00", "resolved_at": "2026-03-02T12:01:00Z"}
    assert IncidentHistory(Record(1, "incident", "PINC", None, body), [], START).seconds_to_resolve == 60
