"""Shift rendering: who is on call in a shift-based schedule: its rotations, its custom shifts, and overrides of both.

Several users can be on call at once. A rotation that was deleted keeps its past.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pdsync.sandbox.paging.event_shifts import event_shifts
from pdsync.sandbox.paging.event_state import EVENT, ROTATION
from pdsync.sandbox.paging.span import Span, joined
from pdsync.sandbox.store.instant import loaded
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

OVERRIDE, CUSTOM_SHIFT = "override_shift", "custom_shift"
_EDGE = timedelta(days=8)  # as that of a layer-based schedule


@dataclass(frozen=True, slots=True)
class ShiftPart:
    """A shift, or what overrides leave of it. ``place`` is the id of its rotation or custom shift, ``scheduled`` who has the
    shift without overrides, ``user`` who has it with them. Both are None for the empty member."""

    start: datetime
    end: datetime
    scheduled: str | None
    user: str | None
    place: Record
    override: str | None = None


def render_parts(store: Store, schedule: Record, since: datetime, until: datetime) -> list[ShiftPart]:
    """What touches the period, in order of time; also the shifts of the empty member."""
    overrides = _by_place(store, schedule)
    found: list[ShiftPart] = []
    for place in (*store.children(ROTATION, schedule.id), *store.children(CUSTOM_SHIFT, schedule.id)):
        parts = _overridden(store, _shifts(store, place, since, until), overrides.get(place.id, ()))
        parts = [it for it in parts if it.start < until and it.end > since]
        if store.profile.reads("simultaneous_rotations", "last"):
            found = [*_uncovered(found, parts), *parts]
        else:
            found += parts
    return sorted(found, key=lambda it: it.start)


def render_spans(store: Store, schedule: Record, since: datetime, until: datetime) -> list[Span]:
    """When users are on call: what touches the period, and at its edges as far as it can be seen from there. Spans of different
    users may overlap, those of one user never do."""
    by_user: dict[str, list[Span]] = {}
    for part in render_parts(store, schedule, since - _EDGE, until + _EDGE):
        if part.user is not None:
            by_user.setdefault(part.user, []).append(Span(part.start, part.end, part.user))
    spans = [span for some in by_user.values() for span in joined(_merged(some))]
    return sorted((it for it in spans if it.start < until and it.end > since), key=lambda it: (it.start, it.user))


def member_id(member: Body) -> str | None:
    """The id of the user of a stored member."""
    return member["user"]["id"] if "user" in member else None


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans of one user, in order of their starts, without what an earlier one covers."""
    end: datetime | None = None
    for span in spans:
        start = span.start if end is None else max(span.start, end)
        if start < span.end:
            yield replace(span, start=start)
        end = span.end if end is None else max(span.end, end)


def _shifts(store: Store, place: Record, since: datetime, until: datetime) -> Iterator[ShiftPart]:
    if place.kind == CUSTOM_SHIFT:
        user = member_id(place.body["assignment"]["member"])
        start, end = (loaded(place.body[it]) for it in ("start_time", "end_time"))
        yield from [ShiftPart(start, end, user, user, place)] if start < until and end > since else []
        return
    for event in store.children(EVENT, place.id):
        for shift in event_shifts(store.profile, event, since, until):
            yield ShiftPart(shift.start, shift.end, shift.user, shift.user, place)


def _by_place(store: Store, schedule: Record) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for override in store.children(OVERRIDE, schedule.id):
        found.setdefault(override.body["place"]["id"], []).append(override)
    return found


def _overridden(store: Store, parts: Iterable[ShiftPart], overrides: Iterable[Record]) -> list[ShiftPart]:
    """A later override replaces an earlier one, and also who has a shift by an earlier one."""
    newest_wins = store.profile.reads("overlapping_overrides", "newest")
    result = list(parts)
    for override in overrides:
        relieved = member_id(override.body["overridden_member"])
        result = [
            piece
            for part in result
            for piece in (
                _split(part, override)
                if (part.override is None or newest_wins) and relieved in (part.scheduled, part.user)
                else [part]
            )
        ]
    return result


def _split(part: ShiftPart, override: Record) -> Iterator[ShiftPart]:
    start = max(part.start, loaded(override.body["start_time"]))
    end = min(part.end, loaded(override.body["end_time"]))
    if start >= end:
        yield part
        return
    if part.start < start:
        yield replace(part, end=start)
    yield replace(part, start=start, end=end, user=member_id(override.body["overriding_member"]), override=override.id)
    if end < part.end:
        yield replace(part, start=end)


def _uncovered(parts: list[ShiftPart], covers: list[ShiftPart]) -> list[ShiftPart]:
    """What shows of ``parts`` where no user has one of ``covers``."""
    for cover in covers:
        if cover.user is not None:
            parts = [piece for part in parts for piece in _without(part, cover)]
    return parts


def _without(part: ShiftPart, cover: ShiftPart) -> Iterator[ShiftPart]:
    if cover.end <= part.start or cover.start >= part.end:
        yield part
        return
    if part.start < cover.start:
        yield replace(part, end=cover.start)
    if cover.end < part.end:
        yield replace(part, start=cover.end)
