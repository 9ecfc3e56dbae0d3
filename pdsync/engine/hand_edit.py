"""Hand edits: the overrides and maintenance windows of an account that matter for a plan. Only what the plan touches is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pdsync.account.maintenance import fetch_maintenance
from pdsync.account.override import fetch_overrides
from pdsync.account.refusal import REFUSED
from pdsync.client import HttpError, RestApiV2Client
from pdsync.model import Ref
from pdsync.oncall.maintenance import Maintenance
from pdsync.oncall.roster import SHIFT_BASED, Roster
from pdsync.oncall.rule import HORIZON_S
from pdsync.oncall.shift import Shift, read_override
from pdsync.oncall.takeover import merge_overrides, merge_shift_edits

if TYPE_CHECKING:
    from pdsync.oncall.shift_edit import ShiftEdits


@dataclass(frozen=True)
class HandEdits:
    """None: not read. Where the token may not read them, a note says so."""

    overrides: Mapping[Ref, Mapping[str, Shift]] | None
    """By schedule and id."""
    maintenance: Mapping[Ref, tuple[Maintenance, ...]] | None
    notes: tuple[str, ...] = ()
    shift_edits: Mapping[Ref, ShiftEdits] = field(default_factory=dict)
    """Overrides and custom shifts of shift-based schedules."""

    def put_into(self, before: Roster, after: Roster) -> tuple[Roster, Roster]:
        """The rosters before and after a plan, with these overrides and windows."""
        if self.overrides is not None:
            before, after = merge_overrides(self.overrides, before, after)
        if self.shift_edits:
            before, after = merge_shift_edits(
                before.with_shift_edits(self.shift_edits), after.with_shift_edits(self.shift_edits)
            )
        if self.maintenance is not None:
            before, after = (roster.with_maintenance(self.maintenance) for roster in (before, after))
        return before, after


def fetch_hand_edits(
    client: RestApiV2Client, before: Roster, touched: tuple[Iterable[Ref], Iterable[Ref]], now: int, until: int
) -> HandEdits:
    """The overrides of the schedules that are touched (a request for each, two for a shift-based one) and the maintenance windows of the services (one listing), from
    now on, at least as far ahead as rules look. What PagerDuty refuses to show becomes a note; other errors of the client are
    raised."""
    until = max(until, now + HORIZON_S)
    schedules, services = (sorted(refs) for refs in touched)
    overrides: dict[Ref, Mapping[str, Shift]] | None = None
    shift_edits: Mapping[Ref, ShiftEdits] = {}
    maintenance: dict[Ref, tuple[Maintenance, ...]] | None = None
    notes: list[str] = []
    try:
        shift_based = [ref for ref in schedules if ref.kind == SHIFT_BASED]
        if shift_based:
            from pdsync.engine.shift_roster import fetch_edits_of

            shift_edits = fetch_edits_of(client, before, shift_based, now, until)
        layered = [ref for ref in schedules if ref.kind != SHIFT_BASED]
        found = fetch_overrides(client, [ref.value for ref in layered], now, until)
        overrides = {ref: _shifts(found[ref.value]) for ref in layered}
    except HttpError as error:
        notes.append(_refused(error, "overrides"))
    try:
        windows = fetch_maintenance(client, [ref.value for ref in services], now, until, now) if services else {}
        maintenance = {ref: tuple(Maintenance(*window) for window in windows[ref.value]) for ref in services} or None
    except HttpError as error:
        notes.append(_refused(error, "maintenance windows"))
    return HandEdits(overrides, maintenance, tuple(notes), shift_edits)


def _shifts(found: list[Mapping[str, Any]]) -> dict[str, Shift]:
    shifts = {str(raw["id"]): read_override(raw) for raw in found}
    return {identity: shift for identity, shift in shifts.items() if shift.start < shift.end}


def _refused(error: HttpError, nouns: str) -> str:
    if error.status not in REFUSED:
        raise error
    return f"The token may not read {nouns}, so they are not counted."
