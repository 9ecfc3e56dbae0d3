"""Shift-based schedules in the roster of an account: those that a question leads to, and what people set up in them by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from pdsync.account.shift_schedule import fetch_shift_edits, fetch_shift_schedules, list_shift_schedules
from pdsync.client import RestApiV2Client
from pdsync.kinds import BY_SLUG
from pdsync.model import LiveObject, Ref
from pdsync.model.shift.rotation import ROTATIONS, rotation_names
from pdsync.oncall.roster import SHIFT_BASED, Entry, Roster
from pdsync.oncall.shift_edit import ShiftEdits, read_custom_shift, read_shift_override


def with_shift_schedules(
    client: RestApiV2Client, rosters: Sequence[Roster], schedules: Iterable[Ref], warn: Callable[[str], None]
) -> Sequence[Roster]:
    """The rosters with those of these schedules that were not read yet, a request each. `warn` is called with what PagerDuty refuses."""
    missing = sorted({ref.value for roster in rosters for ref in schedules if not _is_read(roster, ref)})
    if not missing:
        return rosters
    found, refused = fetch_shift_schedules(client, BY_SLUG[SHIFT_BASED], missing)
    for identity, error in refused.items():
        warn(f"shift-based schedule {identity} cannot be read, so it is unknown whom it notifies: {error}")
    return [_with_read(roster, found) for roster in rosters]


def _with_read(roster: Roster, found: Mapping[str, LiveObject]) -> Roster:
    entries = dict(roster.entries)
    for identity, live in found.items():
        ref = Ref(SHIFT_BASED, "id", identity)
        key = entries[ref].key if ref in entries else ""
        entries[ref] = Entry(live.fields, {}, live.url, key, answer=live.raw)
    return replace(roster, entries=entries)


def with_names_of_shift_schedules(client: RestApiV2Client, roster: Roster) -> Roster:
    """The roster in which every shift-based schedule can be named, with one listing. Whom those notify that were not read stays unknown."""
    listed = {
        Ref(SHIFT_BASED, "id", identity): name
        for identity, name in list_shift_schedules(client, BY_SLUG[SHIFT_BASED]).items()
    }
    named = {ref: Entry({"name": name}) for ref, name in listed.items() if ref not in roster.entries}
    return replace(roster, entries={**roster.entries, **named}) if named else roster


def with_shift_edits(
    client: RestApiV2Client, roster: Roster, schedules: Iterable[Ref], since: int, until: int
) -> Roster:
    """The roster with overrides and custom shifts of these schedules. Raises the client's errors."""
    return roster.with_shift_edits(fetch_edits_of(client, roster, schedules, since, until))


def fetch_edits_of(
    client: RestApiV2Client, roster: Roster, schedules: Iterable[Ref], since: int, until: int
) -> Mapping[Ref, ShiftEdits]:
    """What people set up by hand in these schedules between two instants, two requests each. Raises the client's errors."""
    read = {ref.value: ref for ref in schedules if _is_read(roster, ref)}
    found: dict[Ref, ShiftEdits] = {}
    for identity, (overrides, custom_shifts) in fetch_shift_edits(
        client, BY_SLUG[SHIFT_BASED], sorted(read), (since, until)
    ).items():
        ref = read[identity]
        names = rotation_names(roster.entries[ref].answer.get(ROTATIONS))
        found[ref] = ShiftEdits(
            tuple(read_shift_override(it, names) for it in overrides),
            tuple(map(read_custom_shift, custom_shifts)),
        )
    return found


def _is_read(roster: Roster, ref: Ref) -> bool:
    return ref in roster.entries and ROTATIONS in roster.entries[ref].fields
