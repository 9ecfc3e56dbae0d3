"""What begins or ends in schedules by itself, later: layers or events with a start or an end that is still ahead. Pure.

An edit that waits for its hand-off is in the account already, and takes effect only then. No plan will show it again. So it is
named wherever people ask who is on call or what a plan does: there is no state file, and the layers themselves say it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pdsync.model import Ref
from pdsync.model.instant import load_zone
from pdsync.model.schedule_layers import UNTIL_HAND_OFF
from pdsync.oncall.escalation_level import find_unused, schedules_of
from pdsync.oncall.question import people_among, schedules_among
from pdsync.oncall.roster import Roster
from pdsync.oncall.schedule import Part


@dataclass(frozen=True, slots=True)
class PendingLayers:
    """The layers or events of one schedule that begin or end at one moment (seconds since 1970)."""

    at: int
    begins: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()

    def in_words(self, zone: str) -> str:
        """What happens, and when in that zone."""
        when = render_when(self.at, zone)
        begins, ends = (", ".join(map(repr, names)) for names in (self.begins, self.ends))
        if any(name.endswith(UNTIL_HAND_OFF) for name in self.ends):
            new = f"the new order begins at {when}" + (f" with {begins}" if begins else "")
            return f"{new}; until then {ends} {'applies' if len(self.ends) == 1 else 'apply'} as before the edit"
        if begins:
            said = f"{begins} {'begins' if len(self.begins) == 1 else 'begin'} at {when}"
            return f"{said}, and {ends} {'ends' if len(self.ends) == 1 else 'end'} then" if ends else said
        return f"{ends} {'ends' if len(self.ends) == 1 else 'end'} at {when}"


def find_pending_layers(layers: Iterable[Part], moment: int) -> tuple[PendingLayers, ...]:
    """What begins or ends after a moment, in the order of time."""
    begins: defaultdict[int, list[str]] = defaultdict(list)
    ends: defaultdict[int, list[str]] = defaultdict(list)
    for layer in layers:
        if layer.end is not None and layer.end <= max(moment, layer.start or moment):
            continue  # it never counts again
        if layer.start is not None and layer.start > moment:
            begins[layer.start].append(layer.name)
        if layer.end is not None:
            ends[layer.end].append(layer.name)
    moments = sorted(begins.keys() | ends.keys())
    return tuple(PendingLayers(at, tuple(begins.get(at, ())), tuple(ends.get(at, ()))) for at in moments)


def schedules_asked(roster: Roster, policies: tuple[Ref, ...], named: tuple[Ref, ...]) -> tuple[Ref, ...]:
    """The schedules that a question is about: of these policies, those that are named, and without a name all of them."""
    found = schedules_of(roster, policies) | set(schedules_among(named))
    if not named or people_among(named):
        found |= set(find_unused(roster))
    return tuple(sorted(found, key=lambda ref: (roster.name_of(ref).casefold(), ref)))


def pending_of(roster: Roster, schedules: Iterable[Ref], moment: int) -> Iterator[tuple[Ref, PendingLayers]]:
    """What is pending in these schedules, as far as their layers or rotations are known."""
    for ref in schedules:
        schedule = roster.schedule(ref)
        for found in find_pending_layers(schedule.parts(), moment) if schedule is not None else ():
            yield ref, found


def render_when(moment: int, zone: str) -> str:
    """A moment on the clock of a zone, such as ``2026-12-07 09:00 CET``."""
    return f"{datetime.fromtimestamp(moment, UTC).astimezone(load_zone(zone)):%Y-%m-%d %H:%M %Z}"
