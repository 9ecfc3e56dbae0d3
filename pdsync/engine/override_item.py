"""Replacements as the items of a manifest of overrides: wall-clock times of the schedule, and people as manifests name them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pdsync.export.written import write_value
from pdsync.model import Ref
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.time import Instant
from pdsync.model.instant import render_instant_s
from pdsync.oncall.replacement import IN_MANIFESTS, Replacement, turns_of
from pdsync.oncall.roster import Roster


def write_items(roster: Roster, schedule: Ref, replacements: Iterable[Replacement]) -> list[dict[str, Any]]:
    """The items, in order. For a shift-based schedule they say who is relieved, and in which rotation where that person is in several."""
    zone = str(roster.entries[schedule].fields.get("time_zone") or "Etc/UTC")
    items = []
    for each in replacements:
        item = {
            IN_MANIFESTS.user: written_ref(roster, each.user),
            "start": write_value(Instant(), _text(each.start), zone),
            "end": write_value(Instant(), _text(each.end), zone),
        }
        if each.rotation:
            item[IN_MANIFESTS.relieved] = written_ref(roster, each.relieved)
            turns = turns_of(roster, schedule, each.start, each.end)
            if len({shift.layer for shift in turns if shift.user == each.relieved}) > 1:
                item[IN_MANIFESTS.rotation] = each.rotation
        items.append(item)
    return items


def named_ref(roster: Roster, ref: Ref) -> Ref:
    """An object as a manifest names it: by its key, else by its email address, else as it is known."""
    entry = roster.entries.get(ref)
    if entry is not None and entry.key:
        return Ref(ref.kind, "key", entry.key)
    email = str(entry.fields.get("email") or "") if entry is not None else ""
    return Ref(ref.kind, "email", email) if email else ref


def written_ref(roster: Roster, ref: Ref) -> Any:
    """What a manifest writes for an object."""
    return write_value(Reference(ref.kind), named_ref(roster, ref))


def _text(moment: int) -> str:
    return render_instant_s(moment)
