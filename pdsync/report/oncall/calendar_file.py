"""Shifts as an iCalendar file (RFC 5545), for the calendars that people have."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from pdsync.oncall.shift import Shift
from pdsync.report.text.safe_text import safe_text

_COLON_BEFORE_COLON = re.compile(":(?=:)")
_LONGEST = 75
"""Octets of a line; a longer one is folded."""


def render_calendar(title: str, shifts: Iterable[tuple[str, str, Shift]], made_at: int) -> str:
    """One event for each (schedule, person, shift). The same shift has the same UID each time."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//pdsync//on call//EN", f"X-WR-CALNAME:{_escaped(title)}"]
    for schedule, person, shift in shifts:
        identity = hashlib.sha256(f"{schedule}\0{person}\0{shift.start}\0{shift.end}".encode()).hexdigest()[:32]
        lines += [
            "BEGIN:VEVENT",
            f"UID:{identity}@pdsync",
            f"DTSTAMP:{_stamp(made_at)}",
            f"DTSTART:{_stamp(shift.start)}",
            f"DTEND:{_stamp(shift.end)}",
            f"SUMMARY:{_escaped(f'{person} on call: {schedule}')}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) + "\r\n" for line in lines)


def _stamp(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    # A folded line may begin anywhere, and a pipeline that prints the calendar obeys one that begins with two colons.
    return _COLON_BEFORE_COLON.sub(": ", safe_text(text)).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """Cut between characters, each further line begun by a space."""
    parts, size = [""], 0
    for char in line:
        length = len(char.encode())
        if size + length > _LONGEST:
            parts.append(" ")
            size = 1
        parts[-1] += char
        size += length
    return "\r\n".join(parts)
