"""A change of the urgency of a service's incidents in words."""

from __future__ import annotations

from collections.abc import Mapping

from pdsync.oncall.difference import AlarmChange
from pdsync.oncall.impact import DAYS
from pdsync.oncall.urgency import Alarm
from pdsync.report.impact.impact_clock import ImpactClock, hours_text

TITLE = "Services whose urgency changes"
WORDS: Mapping[Alarm, str] = {
    "high": "high",
    "low": "low",
    "low_rising": "low, raised later",
    "severity_based": "by severity",
    "none": "no incidents",
    "unknown": "not known",
}


def alarm_when(clock: ImpactClock, change: AlarmChange) -> str:
    """From when on, or how much of the time and when first: ``98 h of 14 days, first Sat 28 Nov 18:00 - 20:00 CET``."""
    when = clock.span(change.service, change.start, change.end)
    if change.seconds == change.end - change.start:
        return when
    return f"{hours_text(change.seconds)} of {DAYS} days, first {when}"
