"""A rendered schedule as a terminal timeline."""

from __future__ import annotations

from collections.abc import Sequence

from pdsync.model import Ref
from pdsync.model.instant import load_zone
from pdsync.oncall.roster import Roster
from pdsync.oncall.schedule import Rendered
from pdsync.oncall.shift import Shift, lanes_of, shift_at
from pdsync.report.text.clock import Clock, Screen
from pdsync.report.text.safe_text import safe_text
from pdsync.report.text.wrapped import padded, wrapped

_MOST_CELLS, _FEWEST_CELLS = 56, 14
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_LABEL = 16


def render_timeline(roster: Roster, schedule: Ref, rendered: Rendered, zone: str, screen: Screen) -> str:
    """Layers or rotations, overrides and the resulting shifts; then the shifts, gaps and hours.

    Times on the reader's clock, and where that differs on that of the schedule's `zone`. Ends in a line break.
    """
    clock, palette, width = screen.clock, screen.palette, screen.width
    users = list(dict.fromkeys(shift.user for shift in _all(rendered) if shift.user is not None))
    signs = {user: _LETTERS[at] if at < len(_LETTERS) else "*" for at, user in enumerate(users)}
    cells = max(_FEWEST_CELLS, min(_MOST_CELLS, width - _LABEL - 3))
    step_h = (rendered.until - rendered.since) / cells / 3600
    head = f"{clock.at(rendered.since)} to {clock.at(rendered.until, with_zone=True)}, {step_h:.1f} h a column"
    lines = [palette.paint("strong", line) for line in wrapped(safe_text(roster.name_of(schedule)), width)]
    lines += [*wrapped(head, width), *_zone_line(rendered, zone, clock, width), ""]
    rows = [
        *rendered.layers,
        *([("Overrides", rendered.overrides)] if rendered.overrides else []),
        ("Final", rendered.final),
    ]
    for name, shifts in rows:
        # Of people who are on call at the same time each has a row.
        for at, lane in enumerate(lanes_of(shifts)):
            label = padded(safe_text(name) if at == 0 else "", _LABEL)
            lines.append(f"{label} |{_row(lane, rendered, signs, cells)}|")
    lines += ["", "Shifts"]
    for shift in rendered.final:
        name = safe_text(roster.name_of(shift.user)) if shift.user is not None else "a deleted user"
        sign = signs[shift.user] if shift.user is not None else "x"
        override = ", by an override" if not shift.layer else ""
        lines += _stretch(shift.start, shift.end, f"  {sign} {name}{override}", zone, screen)
    if rendered.gaps:
        lines += ["", palette.paint("warning", "No one is on call")]
        for start, end in rendered.gaps:
            lines += _stretch(start, end, "", zone, screen)
    lines += ["", f"Coverage {rendered.coverage:.1%}"]
    for user, spent in sorted(rendered.seconds.items(), key=lambda item: (-item[1], item[0])):
        text = f"{signs[user]} {spent / 3600:>7.1f} h  {safe_text(roster.name_of(user))}"
        lines += wrapped(text, width, indent="  ", hanging=" " * 15)
    return "\n".join(lines) + "\n"


def _zone_line(rendered: Rendered, zone: str, clock: Clock, width: int) -> list[str]:
    moments = [moment for shift in rendered.final for moment in (shift.start, shift.end)]
    if clock.agrees(zone, rendered.since, rendered.until, *moments):
        return []
    return wrapped(f"The schedule is in {zone}: its times are in brackets.", width)


def _stretch(start: int, end: int, who: str, zone: str, screen: Screen) -> list[str]:
    """A stretch of time; below it its times on the schedule's clock, where that differs."""
    clock, width = screen.clock, screen.width
    lines = wrapped(f"{_at(start, clock)}  to  {_at(end, clock)}{who}", width, indent="  ", hanging="      ")
    if not clock.agrees(zone, start, end):
        theirs = Clock(load_zone(zone))
        lines += wrapped(f"[{_at(start, theirs)} to {_at(end, theirs)}]", width, indent=" ", hanging="      ")
    return lines


def _all(rendered: Rendered) -> list[Shift]:
    return [*rendered.final, *(shift for _, shifts in rendered.layers for shift in shifts)]


def _row(shifts: Sequence[Shift], rendered: Rendered, signs: dict[Ref, str], count: int) -> str:
    """Who has the middle of each column."""
    width = rendered.until - rendered.since
    cells = []
    for column in range(count):
        shift = shift_at(shifts, rendered.since + width * (2 * column + 1) // (2 * count))
        cells.append("." if shift is None else "x" if shift.user is None else signs.get(shift.user, "*"))
    return "".join(cells)


def _at(moment: int, clock: Clock) -> str:
    return f"{clock.local(moment):%a %d %b %Y %H:%M}"
