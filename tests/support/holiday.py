"""A calendar of one day off."""

from __future__ import annotations

DAYS_OFF = """\
BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
SUMMARY:Company day
DTSTART;VALUE=DATE:20900106
END:VEVENT
END:VCALENDAR
"""
