"""Manifests that depend on the time, drawn at random, each with what it means at a moment: windows, overrides, and the hours that the
rotations of a shift-based schedule cover."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.campaigns.wall_calendar import (
    Days,
    WallCalendar,
    draw_daily,
    draw_monthly,
    draw_rule,
    draw_time,
    draw_weekly,
    draw_zone,
    instant_of,
)

PEOPLE = ("ana", "bo", "cid", "dee")
SERVICES = ("shop", "mail", "search")
_HORIZONS = {"DAILY": timedelta(days=14), "WEEKLY": timedelta(days=45)}
_GRID_S = 300
"""Every moment that a manifest names is a multiple of it, so that it is known how far the next one is."""
Span = tuple[datetime, datetime]


def on_grid(moment: datetime) -> datetime:
    """The next moment that a manifest may name."""
    seconds = -(-int(moment.timestamp()) // _GRID_S) * _GRID_S
    return datetime.fromtimestamp(seconds, UTC)


def document(kind: str, key: str, spec: dict[str, Any], **lifecycle: Any) -> dict[str, Any]:
    """A manifest."""
    made = {"apiVersion": "pdsync/v1", "kind": kind, "metadata": {"name": key}, "spec": spec}
    return {**made, "lifecycle": lifecycle} if lifecycle else made


@dataclass(frozen=True)
class Windows:
    """A manifest of one maintenance window or of a series."""

    key: str
    spec: dict[str, Any]
    length: timedelta
    start: datetime | None = None
    """Of a single window."""
    calendar: WallCalendar | None = None
    horizon: timedelta = timedelta()
    is_absent: bool = False

    @property
    def manifest(self) -> dict[str, Any]:
        return document("MaintenanceWindow", self.key, self.spec, **({"absent": True} if self.is_absent else {}))

    def meant(self, now: datetime) -> dict[str, Span]:
        """The windows that should exist, by the keys of their objects."""
        if self.is_absent:
            return {}
        if self.calendar is None:
            assert self.start is not None
            end = self.start + self.length
            return {self.key: (self.start, end)} if end > now else {}
        walls = self.calendar.between(now - self.length, now + self.horizon)
        starts = [instant_of(wall, self.calendar.zone) for wall in walls]
        return {
            f"{self.key}.{start:%Y%m%dT%H%MZ}": (start, start + self.length)
            for start in starts
            if start + self.length > now and start <= now + self.horizon
        }


def draw_windows(random: Random, key: str, now: datetime) -> Windows:
    """One window that is past, running or ahead, or a series of any form."""
    length = timedelta(minutes=random.choice([30, 90, 120, 240, 1500, 4320]))
    text = random.choice(["Patching", "Move", "Two\nlines"])
    spec: dict[str, Any] = {
        "description": text,
        "services": sorted(random.sample(SERVICES, random.randint(1, len(SERVICES)))),
    }
    if random.random() < 0.3:
        start = on_grid(now + timedelta(minutes=random.choice([-3000, -60, 10, 600, 9000, 90_000])))
        shown = start.astimezone(ZoneInfo(draw_zone(random)))
        times = {"start_time": shown.isoformat(), "end_time": (start + length).isoformat()}
        return Windows(key, {**spec, **times}, length, start)
    draw = random.choice([draw_weekly, draw_weekly, draw_daily, draw_monthly, draw_rule])
    days, zone, at = draw(random, now.date()), draw_zone(random), draw_time(random)
    said: dict[str, Any] = {**days.said, "at": f"{at:%H:%M}", "for": int(length.total_seconds()), "time_zone": zone}
    calendar = WallCalendar(days, at, zone)
    if random.random() < 0.2:
        last = now.date() + timedelta(days=random.choice([-10, 3, 40, 200]))
        if "starts" not in said or said["starts"] < last.isoformat():
            said["until"], calendar = last.isoformat(), replace(calendar, last=last)
    if random.random() < 0.3:
        out = {now.date() + timedelta(days=random.randint(0, 40)) for _ in range(3)}
        said["except"], calendar = sorted(day.isoformat() for day in out), replace(calendar, excluded=frozenset(out))
    horizon = _HORIZONS.get(days.unit, timedelta(days=100))
    if random.random() < 0.4:
        horizon = timedelta(days=random.choice([2, 7, 21, 60]))
        said["horizon"] = f"{horizon.days}d"
    return Windows(key, {**spec, "recurrence": said}, length, calendar=calendar, horizon=horizon)


@dataclass(frozen=True)
class Override:
    """One item."""

    user: str
    start: datetime
    end: datetime
    relieved: str = ""
    rotation: str = ""
    is_absent: bool = False
    has_offset: bool = False

    def said(self, zone: str) -> dict[str, Any]:
        """The item as a manifest has it."""
        times = {"start": self.start, "end": self.end}
        more = {"instead_of": self.relieved, "rotation": self.rotation, "absent": self.is_absent}
        shown = {name: _written(moment, zone, self.has_offset) for name, moment in times.items()}
        return {"user": self.user, **shown, **{name: value for name, value in more.items() if value}}


def _written(moment: datetime, zone: str, has_offset: bool) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    wall = local.replace(tzinfo=None)
    return wall.isoformat() if not has_offset and instant_of(wall, zone) == moment else local.isoformat()


@dataclass
class Overrides:
    """A manifest of overrides."""

    key: str
    schedule: str
    zone: str
    items: list[Override] = field(default_factory=list)
    period: Span | None = None
    """Which it claims."""

    @property
    def manifest(self) -> dict[str, Any]:
        spec: dict[str, Any] = {"schedule": self.schedule, "overrides": [it.said(self.zone) for it in self.items]}
        if self.period is not None:
            begin, until = (_written(it, self.zone, True) for it in self.period)
            spec |= {"period": {"from": begin, "until": until}, "exclusive": True}
        return document("ScheduleOverrides", self.key, spec)


@dataclass(frozen=True)
class Rotation:
    """A rotation of a shift-based schedule."""

    spec: dict[str, Any]
    calendar: WallCalendar
    length: timedelta
    """On the wall."""
    is_staffed: bool = True
    """Whether each of its shifts has a person."""
    span: Span = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))

    def covered(self, since: datetime, until: datetime) -> Iterator[Span]:
        """What its shifts cover in a period."""
        if not self.is_staffed:
            return
        first = max(since, self.span[0])
        last = min(until, self.span[1])
        for wall in self.calendar.between(since - self.length, until):
            start, end = (instant_of(it, self.calendar.zone) for it in (wall, wall + self.length))
            if start < last and end > first:
                yield max(start, first), min(end, last)


def draw_rotation(random: Random, name: str, zone: str, now: datetime) -> Rotation:
    """Hours of some days, or whole days or weeks."""
    today: date = now.astimezone(ZoneInfo(zone)).date()
    members = random.sample(PEOPLE, random.randint(1, 4))
    is_staffed = random.random() < 0.85
    if not is_staffed:
        members[random.randrange(len(members))] = "unassigned"
    at = draw_time(random)
    days, length, said = _draw_hours(random, today)
    spec: dict[str, Any] = {"name": name, **days.said, "from": f"{at:%H:%M}", **said, "members": members}
    calendar = WallCalendar(days, at, zone)
    rotation = Rotation(spec, calendar, length, is_staffed)
    if random.random() < 0.2 and is_staffed and "unassigned" not in members:
        spec |= {"assign": "every", "members": sorted(set(members))}
    elif random.random() < 0.3:
        spec["shifts_per_member"] = random.choice([2, 5])
    if random.random() < 0.15:
        out = {today + timedelta(days=random.randint(1, 30)) for _ in range(2)}
        spec["except"] = sorted(day.isoformat() for day in out)
        rotation = replace(rotation, calendar=replace(calendar, excluded=frozenset(out)))
    begin, end = rotation.span
    if random.random() < 0.15:
        begin = on_grid(now + timedelta(hours=random.choice([1, 30, 400])))
        spec["since"] = begin.isoformat()
    if random.random() < 0.15:
        end = on_grid(now + timedelta(hours=random.choice([2, 50, 900])))
        spec["until"] = end.isoformat()
        if end <= begin:
            del spec["until"]
            end = rotation.span[1]
    return replace(rotation, span=(begin, end))


def _draw_hours(random: Random, today: date) -> tuple[Days, timedelta, dict[str, Any]]:
    """On which days shifts begin, how long they are on the wall, and how the manifest says it."""
    if random.random() < 0.3:
        day = random.randrange(7)
        names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        return Days({"every": "week", "on": [names[day]]}, "", lambda it: it.weekday() == day), timedelta(days=7), {}
    days = (draw_weekly if random.random() < 0.5 else draw_daily)(random, today)
    if days.said == {"every": "day"} and random.random() < 0.4:
        return days, timedelta(days=1), {}
    hours = random.choice([4, 8, 12, 16])
    return days, timedelta(hours=hours), {"for": f"{hours}h"}


def draw_layer(random: Random, name: str, now: datetime) -> dict[str, Any]:
    """A layer of a schedule of version 2."""
    begin = on_grid(now - timedelta(days=random.randint(0, 30)))
    made: dict[str, Any] = {
        "name": name,
        "users": random.sample(PEOPLE, random.randint(1, 3)),
        "rotation_virtual_start": begin.isoformat(),
        "rotation_turn_length_seconds": random.choice(["12h", "1d", "1w"]),
    }
    if random.random() < 0.3:
        made["restrictions"] = [
            {
                "type": "daily_restriction",
                "start_time_of_day": "09:00",
                "duration_seconds": random.choice(["8h", "14h"]),
            }
        ]
    return made
