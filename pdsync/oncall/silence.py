"""Silences: services that do not page while they are under maintenance, by windows that a change makes, moves or removes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pdsync.model import Ref
from pdsync.oncall.difference import Silence
from pdsync.oncall.interval import Interval, merge_intervals, subtract, total_s
from pdsync.oncall.maintenance import KIND
from pdsync.oncall.roster import Roster


def silenced_services(before: Roster, after: Roster) -> dict[Ref, str]:
    """The services of windows that differ, each with the place of the first of those windows; nowhere for one without a manifest."""
    found: dict[Ref, str] = {}
    for roster, other in ((after, before), (before, after)):
        for ref, entry in sorted(roster.entries.items()):
            there = other.entries.get(ref)
            if ref.kind != KIND or (there is not None and there.fields == entry.fields):
                continue
            for service in map(roster.find, entry.fields.get("services") or ()):
                if service is not None:
                    found.setdefault(service, entry.place_at("recurrence", "start_time") if entry.key else "")
    return found


def compare_maintenance(before: Roster, after: Roster, silenced: Mapping[Ref, str], moment: int) -> Iterator[Silence]:
    """The services that page less or more than before, because of their windows. Time that several windows share counts once; so
    does time in a window that stays. A disabled service pages no one anyway."""
    for service, place in silenced.items():
        if service not in after.entries or after.entries[service].fields.get("status") == "disabled":
            continue
        old, new = (_windows(roster, service, moment) for roster in (before, after))
        for begins, spans in ((True, subtract(new, old)), (False, subtract(old, new))):
            if spans:
                yield Silence(service, begins, *spans[0], len(spans), total_s(spans), place)


def _windows(roster: Roster, service: Ref, moment: int) -> list[Interval]:
    windows = (roster.windows or {}).get(service, ())
    return merge_intervals((max(window.start, moment), window.end) for window in windows)
