"""Hand edits: the overrides and maintenance windows of an account that matter for a plan. Only what the plan touches is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pdsync.account.maintenance import fetch_maintenance
from pdsync.account.override import fetch_overrides
from pdsync.account.refusal import REFUSED
from pdsync.client import HttpError, RestApiV2Client
from pdsync.model import Ref
from pdsync.oncall.maintenance import Maintenance
from pdsync.oncall.roster import Roster
from pdsync.oncall.rule import HORIZON_S
from pdsync.oncall.shift import Shift, read_override


@dataclass(frozen=True)
class HandEdits:
    """None: the token may not read them, and a note says so."""

    overrides: Mapping[Ref, tuple[Shift, ...]] | None
    maintenance: Mapping[Ref, tuple[Maintenance, ...]] | None
    notes: tuple[str, ...] = ()

    def put_into(self, roster: Roster) -> Roster:
        """The roster with these overrides and windows."""
        if self.overrides is not None:
            roster = roster.with_overrides(self.overrides)
        return roster.with_maintenance(self.maintenance) if self.maintenance is not None else roster


def fetch_hand_edits(
    client: RestApiV2Client, schedules: frozenset[Ref], services: frozenset[Ref], now: int
) -> HandEdits:
    """The overrides of these schedules (a request for each) and the maintenance windows of these services (one listing), from
    now on, as far ahead as rules look. What PagerDuty refuses to show becomes a note; other errors of the client are raised."""
    until = now + HORIZON_S
    overrides, maintenance = None, None
    notes: list[str] = []
    try:
        found = fetch_overrides(client, sorted(ref.value for ref in schedules), now, until)
        overrides = {ref: _shifts(found[ref.value]) for ref in schedules}
    except HttpError as error:
        notes.append(_refused(error, "overrides"))
    try:
        windows = fetch_maintenance(client, sorted(ref.value for ref in services), now, until, now)
        maintenance = {ref: tuple(Maintenance(*window) for window in windows[ref.value]) for ref in services}
    except HttpError as error:
        notes.append(_refused(error, "maintenance windows"))
    return HandEdits(overrides, maintenance, tuple(notes))


def _shifts(found: list[Mapping[str, object]]) -> tuple[Shift, ...]:
    return tuple(shift for shift in map(read_override, found) if shift.start < shift.end)


def _refused(error: HttpError, nouns: str) -> str:
    if error.status not in REFUSED:
        raise error
    return f"The token may not read {nouns}, so they are not counted."
