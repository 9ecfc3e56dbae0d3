"""Final schedule: the shifts of a shift-based schedule in a period, as they come out of rotations, custom shifts and overrides."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pdsync.sandbox.api.shift_member import EMPTY
from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.period import asked_period
from pdsync.sandbox.http.shift_period import shown_zone
from pdsync.sandbox.paging.event_state import ROTATION
from pdsync.sandbox.paging.shift_rendering import ShiftPart, render_parts
from pdsync.sandbox.paging.span import Span, coverage_percent
from pdsync.sandbox.store.instant import shown, stored
from pdsync.sandbox.store.record import Body, Record


def show_final_schedule(call: Call, schedule: Record) -> Body:
    """For ``since`` and ``until``; shifts are cut off there unless ``overflow=true``. Raises the 400 of a period that cannot be."""
    period, zone = asked_period(call), shown_zone(call, schedule)
    assert period is not None
    parts = render_parts(call.store, schedule, *period)
    if call.profile.reads("empty_member_in_final_schedule", "left_out"):
        parts = [it for it in parts if it.user is not None]
    rows = parts if call.arg("overflow") == "true" else [_cut(it, *period) for it in parts]
    return {
        "type": "final_schedule",
        "rendered_coverage_percentage": coverage_percent(_covered(parts), *period),
        "computed_shift_assignments": [_show_part(it, zone) for it in rows],
    }


def _show_part(part: ShiftPart, zone: str) -> Body:
    return {
        "type": "computed_shift_assignment",
        "start_time": shown(stored(part.start), zone),
        "end_time": shown(stored(part.end), zone),
        "member": {"type": "user_member", "user_id": part.user} if part.user is not None else EMPTY,
        "source": _show_source(part),
    }


def _show_source(part: ShiftPart) -> Body:
    """A custom shift is named by its ``shift_id`` (a guess by the name)."""
    id = "rotation_id" if part.place.kind == ROTATION else "shift_id"
    source: Body = {"type": part.place.kind, id: part.place.id}
    if part.override is not None:
        source |= {"type": f"{part.place.kind}_override", "override_id": part.override}
    return source


def _cut(part: ShiftPart, since: datetime, until: datetime) -> ShiftPart:
    return replace(part, start=max(part.start, since), end=min(part.end, until))


def _covered(parts: list[ShiftPart]) -> list[Span]:
    """Where a user at least is on call, without overlap."""
    found: list[Span] = []
    for part in parts:
        if part.user is None:
            continue
        if found and part.start <= found[-1].end:
            found[-1] = replace(found[-1], end=max(found[-1].end, part.end))
        else:
            found.append(Span(part.start, part.end, part.user))
    return found
