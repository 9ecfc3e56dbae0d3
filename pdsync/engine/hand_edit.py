"""Hand edits: the overrides and maintenance windows of an account that matter for a plan. Only what the plan touches is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.account.maintenance import fetch_maintenance
from pdsync.account.override import fetch_overrides
from pdsync.account.refusal import REFUSED
from pdsync.client import HttpError, RestApiV2Client
from pdsync.model import Ref
from pdsync.oncall.maintenance import Maintenance
from pdsync.oncall.roster import Roster
from pdsync.oncall.rule import HORIZON_S
from pdsync.oncall.shift import Shift, read_override
from pdsync.oncall.takeover import merge_overrides, merge_shift_edits


@dataclass(frozen=True)
class HandEdits:
    """None: not read. Where the token may not read them, a note says so."""

    overrides: Mapping[Ref, Mapping[str, Shift]] | None
    """By schedule and id."""
    maintenance: Mapping[Ref, tuple[Maintenance, ...]] | None
    notes: tuple[str, ...] = ()

    def put_into(self, before: Roster, after: Roster) -> tuple[Roster, Roster]:
        """The rosters before and after a plan, with these overrides and windows."""
        if self.overrides is not None:
            before, after = merge_overrides(self.overrides, before, after)
        if before.shift_edits:
            before, after = merge_shift_edits(before, after)
        if self.maintenance is not None:
            before, after = (roster.with_maintenance(self.maintenance) for roster in (before, after))
        return before, after


def fetch_hand_edits(
    client: RestApiV2Client, schedules: Iterable[Ref], services: Iterable[Ref], now: int, until: int
) -> HandEdits:
    """The overrides of these schedules (a request for each) and the maintenance windows of these services (one listing), from
    now on, at least as far ahead as rules look. What PagerDuty refuses to show becomes a note; other errors of the client are
    raised."""
    until = max(until, now + HORIZON_S)
    schedules, services = sorted(schedules), sorted(services)
    overrides: dict[Ref, Mapping[str, Shift]] | None = None
    maintenance: dict[Ref, tuple[Maintenance, ...]] | None = None
    notes: list[str] = []
    try:
        found = fetch_overrides(client, [ref.value for ref in schedules], now, until)
        overrides = {ref: _shifts(found[ref.value]) for ref in schedules}
    except HttpError as error:
        notes.append(_refused(error, "overrides"))
    try:
        windows = fetch_maintenance(client, [ref.value for ref in services], now, until, now) if services else {}
        maintenance = {ref: tuple(Maintenance(*window) for window in windows[ref.value]) for ref in services} or None
    except HttpError as error:
        notes.append(_refused(error, "maintenance windows"))
    return HandEdits(overrides, maintenance, tuple(notes))


def _shifts(found: list[Mapping[str, Any]]) -> dict[str, Shift]:
    shifts = {str(raw["id"]): read_override(raw) for raw in found}
    return {identity: shift for identity, shift in shifts.items() if shift.start < shift.end}


def _refused(error: HttpError, nouns: str) -> str:
    if error.status not in REFUSED:
        raise error
    return f"The token may not read {nouns}, so they are not counted."
