"""All people, schedules, policies and services of one moment, with their references resolved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Canonical, Ref, Resource
from pdsync.model.address import Address
from pdsync.model.instant import load_zone
from pdsync.model.resolve import Aliases
from pdsync.oncall.maintenance import KIND as WINDOW
from pdsync.oncall.maintenance import Maintenance, maintenance_at, read_windows
from pdsync.oncall.override import KIND as OVERRIDE
from pdsync.oncall.override import Override, read_overrides
from pdsync.oncall.person import Person, read_person
from pdsync.oncall.reading import SHORTEST_TURN_S
from pdsync.oncall.schedule import Rendered, Schedule, read_schedule
from pdsync.oncall.shift import Shift

if TYPE_CHECKING:
    from pdsync.oncall.shift_edit import ShiftEdits
    from pdsync.oncall.shift_schedule import ShiftSchedule

_LAYERS, _ROTATIONS = "schedule_layers", "rotations"
_DECIDING = (
    _LAYERS,
    _ROTATIONS,
    "escalation_rules",
    "escalation_policy",
    "notification_rules",
    "contact_methods",
)
"""The fields that decide who is paged."""
SHIFT_BASED = "schedule_v3"
SCHEDULE_KINDS = ("schedule", SHIFT_BASED)
"""The kinds of schedules, by slug: with layers, and shift-based."""

UNREADABLE = (KeyError, ValueError, TypeError, OSError, OverflowError)
"""What reading a value raises that PagerDuty's API description does not allow."""

AnySchedule: TypeAlias = "Schedule | ShiftSchedule"
Children = Mapping[str, Sequence[Mapping[str, Canonical]]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One object in canonical form."""

    fields: Mapping[str, Canonical]
    children: Children = field(default_factory=dict)
    source: str = ""
    """Where its manifest begins, such as ``on-call.yaml:10``, or its page in PagerDuty."""
    key: str = ""
    """The key of its manifest; empty where it has none."""
    positions: Mapping[str, object] = field(default_factory=dict, compare=False)
    """Where each field is written. To ask for one has its file read again, so only what is shown asks."""
    whole: frozenset[str] = frozenset()
    """The child lists of `children` that are all that the account has; in a complete roster every list is."""
    hand_off_aware: bool = False
    """True where its manifest says that edits wait for a hand-off."""
    shared: frozenset[str] = frozenset()
    """The fields of its manifest to which the account may add items that no manifest declares."""
    id: str = ""
    """The PagerDuty id that its manifest pins it to."""
    answer: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What PagerDuty answered; empty for a manifest."""

    @property
    def place(self) -> str:
        """Where it is written what decides who is paged, such as ``on-call.yaml:12``."""
        return self.place_at()

    def place_at(self, *names: str) -> str:
        """Where the first of these fields is written that is written at all; else the place of the whole."""
        written = (str(self.positions[name]) for name in (*names, *_DECIDING) if name in self.positions)
        return next(written, self.source)

    @property
    def name(self) -> str:
        """What PagerDuty shows."""
        return str(self.fields.get("name") or "")


@dataclass(frozen=True)
class Roster:
    """`complete`: these are all objects of the account, so a person who is not here was deleted, and every list is whole."""

    entries: Mapping[Ref, Entry]
    complete: bool = True
    overrides: Mapping[Ref, tuple[Shift, ...]] = field(default_factory=dict)
    """All overrides of some schedules with layers, in the order they were made. Other schedules have the overrides that are objects
    here."""
    shift_edits: Mapping[Ref, ShiftEdits] = field(default_factory=dict)
    """Overrides and custom shifts by schedule; of shift-based schedules."""
    maintenance: Mapping[Ref, tuple[Maintenance, ...]] | None = None
    """All maintenance of some services; None: only windows that are objects here are known."""
    lookup_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The names of what no one manages, such as priorities, by kind and id, as far as they were read."""

    def of_kind(self, kind: str) -> list[tuple[Ref, Entry]]:
        """All objects of a kind, by name."""
        found = [(ref, entry) for ref, entry in self.entries.items() if ref.kind == kind]
        return sorted(found, key=lambda item: (item[1].name.casefold(), item[0]))

    def schedules(self) -> list[tuple[Ref, Entry]]:
        """All schedules, by name."""
        found = [each for kind in SCHEDULE_KINDS for each in self.of_kind(kind)]
        return sorted(found, key=lambda item: (item[1].name.casefold(), item[0]))

    def find(self, ref: Canonical) -> Ref | None:
        """The reference that this roster uses for an object, from any reference to it; None where the object is not here."""
        if not isinstance(ref, Ref):
            return None
        return ref if ref in self.entries else self._aliases.find(ref)

    def find_by_name(self, kind: str, name: str) -> Ref | None:
        """The one object of a kind that has this name or email."""
        return self._aliases.find(Ref(kind, "email", name)) or self._aliases.find(Ref(kind, "name", name))

    def name_of(self, ref: Ref) -> str:
        """What PagerDuty shows, or what is known about an object that is not here."""
        found = self.find(ref)
        if found is None:
            return self.lookup_names.get(ref.kind, {}).get(ref.value, ref.value)
        return self.entries[found].name or found.value

    def person(self, ref: Ref) -> Person:
        """The person. For a person who is not here only the reference is known."""
        if ref not in self._people:
            entry = self.entries.get(ref)
            self._people[ref] = (
                read_person(
                    ref, entry.fields, entry.children, frozenset(entry.children) if self.complete else entry.whole
                )
                if entry is not None
                else Person(ref, ref.value)
            )
        return self._people[ref]

    def schedule(self, ref: Ref) -> AnySchedule | None:
        """The schedule; None where its layers or rotations are not known (it is not here, or it cannot be read). A schedule without any is
        known: it has no one."""
        if ref not in self._schedules:
            entry = self.entries.get(ref)
            self._schedules[ref] = self._read_schedule(ref, entry.fields) if entry is not None else None
        return self._schedules[ref]

    def _read_schedule(self, ref: Ref, fields: Mapping[str, Canonical]) -> AnySchedule | None:
        """An account may hold what no manifest may: a zone that is not known here, turns of no length."""
        try:
            if fields.get(_ROTATIONS) is not None:
                from pdsync.oncall.shift_schedule import read_shift_schedule

                shifts = read_shift_schedule(fields, self._user, self.shift_edits_of(ref))
                load_zone(shifts.zone)
                return shifts
            if fields.get(_LAYERS) is None:
                return None
            read = read_schedule(fields, self._user, self.overrides_of(ref))
            load_zone(read.zone)
        except UNREADABLE:
            return None
        return read if all(layer.turn_s >= SHORTEST_TURN_S for layer in read.layers) else None

    def render(self, ref: Ref, since: int, until: int) -> Rendered | None:
        """The schedule between two instants, computed once."""
        key = (ref, since, until)
        if key not in self._rendered:
            schedule = self.schedule(ref)
            self._rendered[key] = schedule.render(since, until) if schedule is not None else None
        return self._rendered[key]

    def with_keys(self, ids: Mapping[str, str]) -> Roster:
        """The same roster, with the keys of manifests; `ids` are by address, such as ``user/ana``."""
        entries = dict(self.entries)
        for address, identity in ids.items():
            kind, key = Address.parse(address)
            ref = Ref(kind, "id", identity)
            if ref in entries:
                entries[ref] = replace(entries[ref], key=key)
        return replace(self, entries=entries)

    def with_overrides(self, overrides: Mapping[Ref, tuple[Shift, ...]]) -> Roster:
        """The same roster with these overrides, whose users may be referred to in any way."""
        known = {
            ref: tuple(replace(shift, user=self._user(shift.user)) for shift in shifts)
            for ref, shifts in overrides.items()
        }
        return replace(self, overrides=known)

    def overrides_of(self, schedule: Ref) -> tuple[Shift, ...]:
        """The overrides of a schedule, as far as they are known."""
        if schedule in self.overrides:
            return self.overrides[schedule]
        return self._described_shifts.get(schedule, ())

    def shift_edits_of(self, schedule: Ref) -> ShiftEdits | None:
        """The overrides and custom shifts of a shift-based schedule, as far as they are known."""
        if schedule in self.shift_edits:
            return self.shift_edits[schedule]
        from pdsync.oncall.shift_edit import ShiftEdits, edit_of

        return ShiftEdits(tuple(edit_of(it) for it in self.described_overrides if it.schedule == schedule))

    def without(self, schedule: Ref, overrides: Sequence[Override]) -> Roster:
        """The same roster without some overrides of a schedule that are objects here."""
        left_out = {it.shift for it in overrides}
        rest = tuple(shift for shift in self.overrides_of(schedule) if shift not in left_out)
        found = replace(self, overrides={**self.overrides, schedule: rest})
        edits = self.shift_edits_of(schedule) if _ROTATIONS in self._fields_of(schedule) else None
        if edits is None:
            return found
        kept = tuple(it for it in edits.overrides if not any(it.is_like(each) for each in overrides))
        return replace(found, shift_edits={**self.shift_edits, schedule: replace(edits, overrides=kept)})

    @cached_property
    def described_overrides(self) -> tuple[Override, ...]:
        """The overrides that are objects here."""
        found = [(ref, entry.fields) for ref, entry in self.entries.items() if ref.kind == OVERRIDE]
        return tuple(read_overrides(found, self._user, self._zone_of)) if found else ()

    def _fields_of(self, ref: Ref) -> Mapping[str, Canonical]:
        return self.entries[ref].fields if ref in self.entries else {}

    def _zone_of(self, schedule: Ref) -> str:
        return str(self._fields_of(schedule).get("time_zone") or "Etc/UTC")

    @cached_property
    def windows(self) -> Mapping[Ref, tuple[Maintenance, ...]] | None:
        """Maintenance by service, as far as it is known; None: it is not known."""
        if self.maintenance is not None:
            return self.maintenance
        windows = (entry for ref, entry in self.entries.items() if ref.kind == WINDOW)
        found = [(entry.fields, entry.place_at("recurrence", "start_time") if entry.key else "") for entry in windows]
        return read_windows(found, self.find) if found else None

    def with_shift_edits(self, edits: Mapping[Ref, ShiftEdits]) -> Roster:
        """The same roster with what people set up by hand in these shift-based schedules; users may be referred to in any way."""
        return replace(self, shift_edits={ref: each.with_people(self._member) for ref, each in edits.items()})

    def with_maintenance(self, maintenance: Mapping[Ref, tuple[Maintenance, ...]]) -> Roster:
        """The same roster, with all maintenance of the services that are asked about."""
        return replace(self, maintenance=maintenance)

    def maintenance_at(self, service: Ref, moment: int) -> Maintenance | None:
        """The maintenance that a service is in; None also where that is not known."""
        return maintenance_at((self.windows or {}).get(service, ()), moment)

    def _user(self, ref: Canonical) -> Ref | None:
        found = self.find(ref)
        return found if found is not None or self.complete else ref

    def _member(self, ref: Ref | None) -> Ref | None:
        return None if ref is None else self._user(ref)

    def members_of(self, schedule: Ref, since: int | None = None) -> tuple[Ref, ...]:
        """Whom the layers or rotations and the overrides of a schedule name, each person once: with `since` only those that have not ended by
        then. A person who is not here is named as the schedule does; a deleted one is left out."""
        entry, read = self.entries.get(schedule), self.schedule(schedule)
        if entry is None:
            return ()
        if read is None:  # not to be rendered, and it may still name people
            named = [self._user(user) for user in users_named(entry.fields)]
        else:
            counting = (part for part in read.parts() if since is None or part.end is None or part.end > since)
            named = [user for part in counting for user in part.users]
            named += read.people_by_hand(since)
        return tuple(dict.fromkeys(user for user in named if user is not None))

    @cached_property
    def _described_shifts(self) -> dict[Ref, tuple[Shift, ...]]:
        found: dict[Ref, tuple[Shift, ...]] = {}
        for override in self.described_overrides:
            found[override.schedule] = (*found.get(override.schedule, ()), override.shift)
        return found

    @cached_property
    def _aliases(self) -> Aliases:
        return Aliases((ref, entry.fields) for ref, entry in self.entries.items())

    @cached_property
    def _people(self) -> dict[Ref, Person]:
        return {}

    @cached_property
    def _schedules(self) -> dict[Ref, AnySchedule | None]:
        return {}

    @cached_property
    def _rendered(self) -> dict[tuple[Ref, int, int], Rendered | None]:
        return {}


def users_named(fields: Mapping[str, Canonical]) -> Iterator[Ref]:
    """Whom the layers or rotations of a schedule name, as often as they do."""
    for layer in fields.get(_LAYERS) or ():
        yield from layer.get("users") or ()
    for rotation in fields.get(_ROTATIONS) or ():
        for event in rotation.get("events") or ():
            yield from (user for user in event.get("members") or () if user is not None)


def roster_of_resources(resources: Iterable[Resource]) -> Roster:
    """The roster by the manifests alone. A child list is whole only where the manifest says so; unmanaged objects are unknown."""
    entries = {}
    for resource in resources:
        if not resource.lifecycle.absent:
            entries[Ref(resource.kind, "key", resource.key)] = Entry(
                resource.fields,
                resource.children,
                str(resource.source),
                resource.key,
                resource.positions,
                whole=_whole_lists(resource),
                hand_off_aware=resource.lifecycle.hand_off_aware,
                shared=frozenset(resource.gathered),
                id=resource.id or "",
            )
    return Roster(entries, complete=False)


def _whole_lists(resource: Resource) -> frozenset[str]:
    """The child lists that an apply makes the whole of it: what they do not hold is removed."""
    exclusive = {name for name in resource.children if resource.modes.get(name) == "exclusive"}
    return frozenset(exclusive - set(resource.lifecycle.ignore))


def roster_of_account(account: Account, manifests: Mapping[tuple[str, str], Resource] | None = None) -> Roster:
    """What the account holds. `manifests`, by kind and id, say where what they manage is written. Where a kind that decides who is
    paged could not be read, what is not here is unknown, and not deleted."""
    entries = {}
    for group in account.objects.values():
        for live in group:
            children = {name: [child.value for child in items] for name, items in live.children.items()}
            resource = (manifests or {}).get((live.kind, live.id))
            entries[Ref(live.kind, "id", live.id)] = (
                Entry(live.fields, children, live.url, answer=live.raw)
                if resource is None
                else Entry(
                    live.fields, children, str(resource.source), resource.key, resource.positions, answer=live.raw
                )
            )
    unknown = [slug for slug in account.unknown if slug in BY_SLUG and BY_SLUG[slug].decides_on_call]
    return Roster(entries, complete=not unknown, lookup_names=account.lookup_names)
