"""The text of an iCalendar file (RFC 5545) as lines with numbers, and what is wrong with it.

The library that reads calendars knows no lines, and leaves out what it cannot read. So the frame of the file is checked here first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_NAME = re.compile(r"([A-Za-z0-9-]+)[;:]")


class CalendarError(Exception):
    """A calendar cannot be read. `line` counts from 1."""

    def __init__(self, line: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.line, self.message, self.hint = line, message, hint


@dataclass(frozen=True, slots=True)
class EventLines:
    """Where an event and its properties are."""

    begins: int
    properties: dict[str, int] = field(default_factory=dict)
    """The line of the first property of each name."""

    def line_of(self, name: str) -> int:
        """The line of a property; without it that of the event."""
        return self.properties.get(name.upper(), self.begins)


def find_events(text: str) -> list[EventLines]:
    """The events of a calendar, in order. Raises CalendarError where the frame of the file is broken."""
    open_parts: list[tuple[str, int]] = []
    events: list[EventLines] = []
    number = 0
    for number, line in _content_lines(text):
        name = _name_of(number, line)
        value = line.partition(":")[2].strip().upper()
        if not open_parts and (name, value) != ("BEGIN", "VCALENDAR"):
            raise CalendarError(number, "is not an iCalendar file", "Its first line must be BEGIN:VCALENDAR.")
        if name == "BEGIN":
            open_parts.append((value, number))
            if value == "VEVENT":
                events.append(EventLines(number))
        elif name == "END":
            begun, begins = open_parts.pop()
            if begun != value:
                raise CalendarError(number, f"END:{value}, but BEGIN:{begun} on line {begins} has no end yet")
        elif open_parts[-1][0] == "VEVENT":
            events[-1].properties.setdefault(name, number)
    if open_parts:
        begun, begins = open_parts[-1]
        raise CalendarError(number, f"the file ends before the END:{begun} of line {begins}", "It may be cut off.")
    if not number:
        raise CalendarError(1, "the file is empty")
    return events


def _content_lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line with its number. A line that begins with white space goes on with the one before it."""
    held: tuple[int, str] | None = None
    for number, line in enumerate(re.split("\r\n|\n|\r", text.removeprefix("\ufeff")), 1):
        if line[:1] in (" ", "\t") and held is not None:
            held = held[0], held[1] + line[1:]
        elif line.strip():
            if held is not None:
                yield held
            held = number, line
    if held is not None:
        yield held


def _name_of(number: int, line: str) -> str:
    found = _NAME.match(line)
    if found is None or ":" not in line:
        # The line itself is not shown: a file named by mistake may hold a secret.
        raise CalendarError(number, "is not a line of an iCalendar file", "A line looks like SUMMARY:Christmas Day.")
    return found[1].upper()
