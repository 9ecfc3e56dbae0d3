"""Replacements as the items of a manifest of overrides: wall-clock times of the schedule, and people as manifests name them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from pdsync.export.written import write_value
from pdsync.model import Ref
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.time import Instant
from pdsync.model.instant import render_instant
from pdsync.oncall.interval import intersect
from pdsync.oncall.replacement import IN_MANIFESTS, Replacement, spans_by_person
from pdsync.oncall.roster import Roster


def write_items(roster: Roster, schedule: Ref, replacements: Iterable[Replacement]) -> list[dict[str, Any]]:
    """The items, in order. Where several people are on call at once, an item says whom it relieves."""
    zone = str(roster.entries[schedule].fields.get("time_zone") or "Etc/UTC")
    items = []
    for each in replacements:
        item = {
            IN_MANIFESTS.user: written_ref(roster, each.user),
            "start": write_value(Instant(), _text(each.start), zone),
            "end": write_value(Instant(), _text(each.end), zone),
        }
        if _has_several(roster, schedule, each):
            item["instead_of"] = written_ref(roster, each.relieved)
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


def _has_several(roster: Roster, schedule: Ref, each: Replacement) -> bool:
    rendered = roster.render(schedule, each.start, each.end)
    spans = spans_by_person(rendered.final) if rendered is not None else {}
    return any(intersect(its, [(each.start, each.end)]) for person, its in spans.items() if person != each.relieved)


def _text(moment: int) -> str:
    return render_instant(datetime.fromtimestamp(moment, UTC))
