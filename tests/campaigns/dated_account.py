"""What an account holds of things that depend on the time, and what an apply may change of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pdsync.sandbox.control.control import Control
from tests.campaigns.dated import Override, Overrides, Rotation, Span, Windows

_OWNED = re.compile(r"^Managed by pdsync: acme/(?:\w+/)?(\S+)", re.MULTILINE)
_MINUTE = timedelta(minutes=1)
_AHEAD = timedelta(days=45)
"""How far ahead schedules are rendered."""
_ROTATION, _CUSTOM = "schedule_rotation", "custom_shift"
_LOG = "audit_record"


@dataclass(frozen=True)
class Window:
    """A window with an ownership line of the workspace."""

    id: str
    key: str
    start: datetime
    end: datetime
    services: frozenset[str]


@dataclass(frozen=True)
class LiveOverride:
    """An override, in people's names."""

    id: str
    schedule: str
    """The key of the schedule."""
    user: str
    start: datetime
    end: datetime
    relieved: str = ""
    place: str = ""
    """The id of the rotation, with which it goes."""

    def is_meant_by(self, item: Override, soon: datetime) -> bool:
        """Whether it is what an item of a manifest is about: PagerDuty cannot change a start that is past."""
        same = (self.user, self.end, self.relieved) == (item.user, item.end, item.relieved)
        return same and (self.start == item.start or (self.start <= soon and item.start <= soon))


@dataclass(frozen=True)
class Shift:
    """Someone is on call, in a rotation or a layer."""

    place: str
    user: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class DatedAccount:
    """One look at an account."""

    now: datetime
    windows: Sequence[Window]
    overrides: Sequence[LiveOverride]
    shifts: Sequence[Shift]
    """Of the shift-based schedule."""
    foreign: Mapping[str, Any]
    """The rows that belong to no manifest of the workspace, by kind and id."""
    rotations: frozenset[str]

    @property
    def open_windows(self) -> dict[str, Span]:
        """Those that have not ended, by key."""
        return {it.key: (it.start, it.end) for it in self.windows if it.end > self.now}

    @property
    def soon(self) -> datetime:
        return self.now + _MINUTE


def look(control: Control, schedules: Mapping[str, str], now: datetime) -> DatedAccount:
    """Reads the account. `schedules` are the keys of the schedules by their kinds."""
    state = control.state()
    keys = {kind: {row["id"]: _key(row) for row in state.get(kind, ())} for kind in schedules}
    places = {id: key for kind, found in keys.items() for id, key in found.items() if key == schedules[kind]}
    names = {row["id"]: row["email"].partition("@")[0] for row in state["user"]}
    shift_based = [id for id in keys["schedule_v3"] if id in places]
    return DatedAccount(
        now,
        [*_read_windows(state)],
        [*_read_overrides(state, places, names)],
        [it for id in shift_based for it in _render(control, id, names, now)],
        _foreign(state, set(places)),
        frozenset(row["id"] for row in state.get(_ROTATION, ())),
    )


def _read_windows(state: Mapping[str, Any]) -> Iterator[Window]:
    names = {row["id"]: row["name"] for row in state.get("service", ())}
    for row in state.get("maintenance_window", ()):
        if key := _key(row):
            services = frozenset(names[it["id"]] for it in row["services"])
            yield Window(row["id"], key, _moment(row["start_time"]), _moment(row["end_time"]), services)


def _read_overrides(
    state: Mapping[str, Any], places: Mapping[str, str | None], names: Mapping[str, str]
) -> Iterator[LiveOverride]:
    for row in state.get("override", ()):
        if row["parent"] in places:
            times = (_moment(row["start"]), _moment(row["end"]))
            yield LiveOverride(row["id"], str(places[row["parent"]]), names[row["user"]["id"]], *times)
    for row in state.get("override_shift", ()):
        if row["parent"] in places:
            times = (_moment(row["start_time"]), _moment(row["end_time"]))
            user, relieved = (_name(row[f"{which}_member"], names) for which in ("overriding", "overridden"))
            yield LiveOverride(row["id"], str(places[row["parent"]]), user, *times, relieved, row["place"]["id"])


def _name(member: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """The name of a member; empty for the one who is no one."""
    identity = member.get("user_id") or (member.get("user") or {}).get("id")
    return names.get(str(identity), "")


def _render(control: Control, schedule: str, names: Mapping[str, str], now: datetime) -> list[Shift]:
    since, until = (f"{it:%Y-%m-%dT%H:%M:%SZ}" for it in (now, now + _AHEAD))
    path = f"/v3/schedules/{schedule}?include[]=final_schedule&since={since}&until={until}"
    rows = control.edit("GET", path)["schedule"]["final_schedule"]["computed_shift_assignments"]
    return [
        Shift(
            str(row["source"].get("rotation_id") or row["source"].get("shift_id")),
            names[row["member"]["user_id"]],
            datetime.fromisoformat(row["start_time"]),
            datetime.fromisoformat(row["end_time"]),
        )
        for row in rows
        if row["member"].get("user_id")
    ]


def _foreign(state: Mapping[str, Any], schedules: set[str]) -> dict[str, Any]:
    """What people add to a schedule of ours is theirs."""
    ours = {row["id"] for rows in state.values() for row in rows if _key(row)} | schedules
    ours |= {row["id"] for row in state.get(_ROTATION, ()) if row["parent"] in ours}
    return {
        f"{kind} {row['id']}": row
        for kind, rows in state.items()
        if kind != _LOG
        for row in rows
        if row["id"] not in ours and (kind == _CUSTOM or row.get("parent") not in ours)
    }


def _key(row: Mapping[str, Any]) -> str | None:
    found = _OWNED.search(str(row.get("description") or ""))
    return found[1] if found else None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def find_wanted(account: DatedAccount, manifests: Iterable[Windows]) -> dict[str, Span]:
    """The windows that should exist, by key. What should be running and was ended by a person is not made again."""
    found = {}
    for made in manifests:
        services = set(made.spec["services"])
        ended = [
            it.end
            for it in account.windows
            if it.end <= account.now and it.key.partition(".")[0] == made.key and it.services & services
        ]
        for key, (start, end) in made.meant(account.now).items():
            is_late = start <= account.now and key not in account.open_windows
            if not (is_late and any(before > start for before in ended)):
                found[key] = (start, end)
    return found


def check_windows(before: DatedAccount, after: DatedAccount, manifests: Iterable[Windows]) -> None:
    """Each window that a manifest means exists once, and no other one but those that were running: those are left. What has ended is
    neither changed nor made again."""
    now = before.now
    wanted = find_wanted(before, manifests)
    running = {key for key, (start, _) in before.open_windows.items() if start <= now}
    counts = Counter(it.key for it in after.windows if it.end > after.now)
    assert not [key for key, count in counts.items() if count > 1], counts
    found = after.open_windows
    assert found.keys() == wanted.keys() | (running - wanted.keys()), (
        f"missing {sorted(wanted.keys() - found.keys())}, too much {sorted(found.keys() - wanted.keys() - running)}"
    )
    for key, (start, end) in found.items():
        if key not in wanted:
            assert (start, end) == before.open_windows[key], key
            continue
        assert end == wanted[key][1], (key, end, wanted[key])
        assert start == wanted[key][0] or (start <= after.now and wanted[key][0] <= now) or key in running, (key, start)
    check_ended(before, after)


def check_ended(before: DatedAccount, after: DatedAccount) -> None:
    """Whatever has ended stays as it is, and nothing is made that has."""
    windows = {it.id: it for it in after.windows}
    known = {it.id for it in before.windows}
    for window in before.windows:
        if window.end <= before.now:
            assert windows.get(window.id) == window, window
    assert not [it for it in after.windows if it.id not in known and it.end <= before.now]
    overrides = {it.id: it for it in after.overrides}
    for override in before.overrides:
        if override.end <= before.now:
            assert overrides.get(override.id) == override, override
    held = {it.id for it in before.overrides}
    assert not [it for it in after.overrides if it.id not in held and it.end <= before.now]


def check_overrides(before: DatedAccount, after: DatedAccount, manifests: Sequence[Overrides]) -> bool:
    """Each item exists; what a tombstone or a claimed period takes away is gone or has ended; the rest is as it was. Says whether anything
    was done that counts at once."""
    soon = before.soon
    at_once = False
    items = [(made.schedule, item) for made in manifests for item in made.items if item.end > soon]
    closed = before.rotations - after.rotations
    lives = [it for it in before.overrides if it.end > soon and it.place not in closed]
    held = {it.id: it for it in after.overrides}
    for live in lives:
        meant = [item for where, item in items if where == live.schedule and live.is_meant_by(item, soon)]
        goes = any(item.is_absent for item in meant) or (not meant and _is_claimed(live, manifests))
        if not goes:
            assert held.get(live.id) == live, f"{live} became {held.get(live.id)}"
        elif live.start <= before.now:
            assert held[live.id] == replace(live, end=held[live.id].end), live
            assert held[live.id].end <= after.now, held[live.id]
            at_once = True
        else:
            assert live.id not in held, live
    missing = [
        (where, item)
        for where, item in items
        if not item.is_absent
        and not any(it.schedule == where and it.is_meant_by(item, soon) for it in before.overrides)
    ]
    made = [it for it in after.overrides if it.id not in {each.id for each in before.overrides}]
    assert len(made) == len(missing), (made, missing)
    for where, item in missing:
        found = [it for it in made if it.schedule == where and it.is_meant_by(item, after.soon + _MINUTE)]
        assert len(found) == 1, (item, found, made)
    return at_once or any(item.start <= soon for _, item in missing)


def _is_claimed(live: LiveOverride, manifests: Iterable[Overrides]) -> bool:
    return any(
        it.period is not None
        and it.schedule == live.schedule
        and it.period[0] <= live.start
        and live.end <= it.period[1]
        for it in manifests
    )


def check_foreign(before: DatedAccount, after: DatedAccount) -> None:
    """What belongs to no manifest is as it was, and nothing else appeared without an ownership line."""
    assert after.foreign == before.foreign, [
        (key, before.foreign.get(key), after.foreign.get(key))
        for key in before.foreign.keys() | after.foreign.keys()
        if before.foreign.get(key) != after.foreign.get(key)
    ]


def check_coverage(before: DatedAccount, after: DatedAccount, rotations: Iterable[Rotation]) -> None:
    """No time is without anyone that had someone before and that the manifest covers too."""
    now, until = after.now, before.now + _AHEAD
    old = _joined((it.start, it.end) for it in before.shifts)
    asked = _joined(span for it in rotations for span in it.covered(now, until))
    new = _joined((it.start, it.end) for it in after.shifts)
    both = [(max(a[0], b[0]), min(a[1], b[1])) for a in old for b in asked if max(a[0], b[0]) < min(a[1], b[1])]
    for start, end in both:
        first = max(start, now)
        holes = [it for it in _left(first, end, new) if it[1] - it[0] > timedelta(seconds=2)]
        assert not holes, f"no one is on call {holes}, and someone was, and the manifest says so too"


def _joined(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _left(start: datetime, end: datetime, spans: Sequence[Span]) -> Iterator[Span]:
    """The parts of a time that joined spans do not cover."""
    for begin, until in spans:
        if until > start and begin < end:
            if begin > start:
                yield start, begin
            start = max(start, until)
    if start < end:
        yield start, end


def check_turns(before: DatedAccount, after: DatedAccount, limit: datetime) -> None:
    """Who is on call stays until the next hand-off of the rotation, and for some minutes at least. Nothing is demanded after `limit`."""
    begun = after.now
    overridden = {it.place for it in [*before.overrides, *after.overrides]}
    for place in {it.place for it in before.shifts} - overridden:
        shifts = [it for it in before.shifts if it.place == place]
        now_on = {it.user for it in shifts if it.start <= before.now < it.end}
        ends = min(limit, _hand_off(shifts, now_on, before.now))
        for user in now_on:
            new = _joined((it.start, it.end) for it in after.shifts if it.user == user)
            assert ends <= begun or not [*_left(begun, ends, new)], f"{user} goes off call before {ends} in {place}"


def _hand_off(shifts: Sequence[Shift], on_call: set[str], now: datetime) -> datetime:
    """When others are on call in a rotation; where that does not happen, soon."""
    moments = sorted({moment for it in shifts for moment in (it.start, it.end) if moment > now})
    for moment in moments:
        if {it.user for it in shifts if it.start <= moment < it.end} != on_call:
            return moment if moment < now + _AHEAD - timedelta(hours=1) else now + 4 * _MINUTE
    return now + 4 * _MINUTE
