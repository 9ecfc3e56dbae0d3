"""Event shifts: whose shifts an event of a rotation makes, and when.

Terms: the first shift is from ``start_time`` to ``end_time``; the recurrence says when the following ones begin; an event
makes shifts from ``effective_since`` to ``effective_until``. What PagerDuty's API description leaves open here is a question of
the account's profile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from pdsync.sandbox.paging.recurrence import Counting, Recurrence, parse_recurrence, starts
from pdsync.sandbox.profile import Profile
from pdsync.sandbox.store.instant import loaded, zone_info
from pdsync.sandbox.store.record import Body, Record

ROTATING, EVERY = "rotating_member_assignment_strategy", "every_member_assignment_strategy"
_CLOCK_CHANGE = timedelta(days=1)  # more than the clocks ever change by


@dataclass(frozen=True, slots=True)
class Shift:
    """From ``start`` up to and without ``end``, both in UTC. ``user`` is None for the empty member."""

    start: datetime
    end: datetime
    user: str | None


def event_time(stored_time: Body) -> datetime:
    """A stored ``start_time`` or ``end_time`` in wall-clock time, with its zone."""
    local = datetime.fromisoformat(stored_time["local"])
    return local.replace(tzinfo=zone_info(stored_time["time_zone"]), fold=stored_time["fold"])


def event_shifts(profile: Profile, event: Record, since: datetime, until: datetime) -> Iterator[Shift]:
    """The shifts of an event that touch the period, in order of time."""
    body, clock = event.body, _Clock.of_event(profile, event.body)
    low = loaded(body["effective_since"])
    high = loaded(body["effective_until"]) if body["effective_until"] is not None else None
    strategy, skipped = body["assignment_strategy"], _shifts_before(profile, clock, low)
    users = [it["user"]["id"] if "user" in it else None for it in strategy["members"]]
    cuts = profile.reads("shift_at_effective_end", "cut")
    for number, start, end in clock.shifts(max(since, low), until if high is None else min(until, high)):
        if cuts:
            start, end = max(start, low), end if high is None else min(end, high)
        elif start < low:
            continue
        if start >= end or start >= until or end <= since:
            continue
        if strategy["type"] == EVERY:
            yield from (Shift(start, end, user) for user in dict.fromkeys(users))
        else:
            turn = (number - skipped) // strategy["shifts_per_member"]
            yield Shift(start, end, users[turn % len(users)])


def _shifts_before(profile: Profile, clock: _Clock, since: datetime) -> int:
    """How many shifts are passed over before turns are counted."""
    if profile.reads("first_turn", "first_shift"):
        return 0
    return next((number for number, _, _ in clock.shifts(since, since + timedelta(days=3660))), 0)


@dataclass(frozen=True, slots=True)
class _Clock:
    """Gives the shifts of an event in UTC. ``offset`` is that of all shifts, where the first one's is."""

    recurrence: Recurrence
    first: datetime
    length: timedelta
    zone: ZoneInfo
    offset: timedelta | None
    length_by_clock: bool
    counting: Counting

    @classmethod
    def of_event(cls, profile: Profile, body: Body) -> _Clock:
        start, end = event_time(body["start_time"]), event_time(body["end_time"])
        by_clock, elapsed = profile.reads("shift_length_at_clock_change", "wall_clock"), end.astimezone(UTC) - start
        return cls(
            _parsed(tuple(body["recurrence"]), body["start_time"]["time_zone"]),
            start.replace(tzinfo=None, fold=0),
            end.replace(tzinfo=None) - start.replace(tzinfo=None) if by_clock else elapsed,
            zone_info(body["start_time"]["time_zone"]),
            start.utcoffset() if profile.reads("shift_starts_at_clock_change", "elapsed") else None,
            by_clock,
            Counting(
                counts_first=profile.reads("first_shift_off_the_rule", "counted"),
                counts_excluded=profile.reads("turn_of_excluded_shift", "passes"),
            ),
        )

    def shifts(self, since: datetime, until: datetime) -> Iterator[tuple[int, datetime, datetime]]:
        """Number, start and end of those that touch the period, in order."""
        low, high = (it.astimezone(self.zone).replace(tzinfo=None) for it in (since, until))
        found = starts(self.recurrence, self.first, self.counting)
        for number, local in found.between(low - self.length - _CLOCK_CHANGE, high + _CLOCK_CHANGE):
            start = self._instant(local)
            end = self._instant(local + self.length) if self.length_by_clock else start + self.length
            if start < until and end > since:
                yield number, start, end

    def _instant(self, local: datetime) -> datetime:
        """A time that the clocks skip is as much later; of a time that comes twice it is the first."""
        if self.offset is not None:
            return (local - self.offset).replace(tzinfo=UTC)
        return local.replace(tzinfo=self.zone).astimezone(UTC)


@lru_cache(maxsize=256)
def _parsed(lines: tuple[str, ...], zone: str) -> Recurrence:
    return parse_recurrence(lines, zone)
