"""A rendered schedule as a terminal timeline, 80 columns wide or less."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from pdsync.kinds import Ref
from pdsync.oncall.roster import Roster
from pdsync.oncall.schedule import Rendered
from pdsync.oncall.shift import Shift, shift_at
from pdsync.report.palette import Palette
from pdsync.report.safe_text import cell_width, safe_text

_CELLS = 56
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_WIDEST_LABEL = 16


def render_timeline(roster: Roster, schedule: Ref, rendered: Rendered, zone: tzinfo | None, palette: Palette) -> str:
    """Layers, overrides and what comes of them; then the shifts, gaps and hours. Times in `zone`. Ends in a line break."""
    users = list(dict.fromkeys(shift.user for shift in _all(rendered) if shift.user is not None))
    signs = {user: _LETTERS[at] if at < len(_LETTERS) else "*" for at, user in enumerate(users)}
    step_h = (rendered.until - rendered.since) / _CELLS / 3600
    lines = [
        palette.paint("strong", safe_text(roster.name_of(schedule))),
        f"{_at(rendered.since, zone)} to {_at(rendered.until, zone)}, {step_h:.1f} h a column",
        "",
    ]
    rows = [
        *rendered.layers,
        *([("Overrides", rendered.overrides)] if rendered.overrides else []),
        ("Final", rendered.final),
    ]
    lines += [f"{_label(name)} |{_row(shifts, rendered, signs)}|" for name, shifts in rows]
    lines += ["", "Shifts"]
    for shift in rendered.final:
        name = safe_text(roster.name_of(shift.user)) if shift.user is not None else "somebody who was deleted"
        sign = signs[shift.user] if shift.user is not None else "x"
        lines.append(f"  {_at(shift.start, zone)}  to  {_at(shift.end, zone)}  {sign} {name}")
    if rendered.gaps:
        lines += ["", palette.paint("warning", "Nobody is on call")]
        lines += [f"  {_at(start, zone)}  to  {_at(end, zone)}" for start, end in rendered.gaps]
    lines += ["", f"Coverage {rendered.coverage:.1%}"]
    for user, spent in sorted(rendered.seconds.items(), key=lambda item: (-item[1], item[0])):
        lines.append(f"  {signs[user]} {spent / 3600:>7.1f} h  {safe_text(roster.name_of(user))}")
    return "\n".join(lines) + "\n"


def _all(rendered: Rendered) -> list[Shift]:
    return [*rendered.final, *(shift for _, shifts in rendered.layers for shift in shifts)]


def _label(name: str) -> str:
    """A name of a fixed width; what is cut off says so."""
    text = safe_text(name)
    while cell_width(text) > _WIDEST_LABEL:
        text = text[:-2] + "…"
    return text + " " * (_WIDEST_LABEL - cell_width(text))


def _row(shifts: Sequence[Shift], rendered: Rendered, signs: dict[Ref, str]) -> str:
    """Who has the middle of each column."""
    width = rendered.until - rendered.since
    cells = []
    for column in range(_CELLS):
        shift = shift_at(shifts, rendered.since + width * (2 * column + 1) // (2 * _CELLS))
        cells.append("." if shift is None else "x" if shift.user is None else signs.get(shift.user, "*"))
    return "".join(cells)


def _at(moment: int, zone: tzinfo | None) -> str:
    return f"{datetime.fromtimestamp(moment, UTC).astimezone(zone):%a %d %b %Y %H:%M}"
