"""What begins or ends in schedules later, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pdsync.model import Ref
from pdsync.oncall.pending import PendingLayers
from pdsync.oncall.roster import Roster
from pdsync.report.text.clock import utc
from pdsync.report.text.palette import Palette
from pdsync.report.text.safe_text import safe_text
from pdsync.report.text.wrapped import wrapped

PendingSchedules = Sequence[tuple[Ref, PendingLayers]]


def pending_words(roster: Roster, ref: Ref, pending: PendingLayers) -> str:
    """What happens in the schedule, and when on its clock."""
    schedule = roster.schedule(ref)
    return f"{roster.name_of(ref)}: {pending.in_words(schedule.zone if schedule is not None else 'Etc/UTC')}"


def render_pending_lines(roster: Roster, found: PendingSchedules, palette: Palette, width: int) -> list[str]:
    """A heading and a line for each; nothing where nothing is pending."""
    if not found:
        return []
    lines = ["", palette.paint("strong", "Pending")]
    for ref, pending in found:
        lines += wrapped(safe_text(pending_words(roster, ref, pending)), width, indent="  ", hanging=" " * 6)
    return lines


def pending_json(roster: Roster, found: PendingSchedules) -> list[dict[str, Any]]:
    """The same as plain JSON, times in UTC."""
    return [
        {
            "schedule": roster.name_of(ref),
            "at": utc(pending.at),
            "begins": list(pending.begins),
            "ends": list(pending.ends),
            "message": pending_words(roster, ref, pending),
        }
        for ref, pending in found
    ]
