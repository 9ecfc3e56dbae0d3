"""The objects that a manifest of overrides means at a moment. Pure. The terms are those of `pdsync.model.override`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from pdsync.model.codec.plain import Canonical
from pdsync.model.codec.wall_time import in_zone, on_wall_clock
from pdsync.model.live import LiveObject
from pdsync.model.override import (
    ABSENT,
    EXCLUSIVE,
    INSTEAD_OF,
    OVERRIDES,
    PERIOD,
    ROTATION,
    OverrideForm,
    overlap_problem,
    soon,
    times_of,
)
from pdsync.model.override_item import Item, has_begun, key_of, read_item
from pdsync.model.passing import Expansion, Surroundings
from pdsync.model.ref import Ref
from pdsync.model.resource import Clock, Lifecycle, Resource, Source

_LAYERS_HINT = "Remove it: in a schedule with layers, one person is on call at a time."
_SEVERAL_HINT = "Write instead_of: with the person who is relieved, and rotation: where that person is in several; or an item for each."
_NO_ONE_HINT = "Correct the time or the person. A schedule that changes in the same commit is applied first."


def expand_overrides(
    form: OverrideForm, manifest: Resource, around: Surroundings, schedule: Ref, zone: str
) -> Expansion:
    """One object for each item that is not over, and a tombstone for each live override that must go."""
    return _Making(form, manifest, around, schedule, zone).expand()


@dataclass
class _Making:
    """The objects of one manifest, in the making."""

    form: OverrideForm
    manifest: Resource
    around: Surroundings
    schedule: Ref
    zone: str
    notes: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)

    @cached_property
    def _now(self) -> str:
        return self.around.account.fetched_at

    @cached_property
    def _of(self) -> LiveObject | None:
        """The schedule, where it exists."""
        return self.around.find(self.schedule)

    @cached_property
    def _has_shifts(self) -> bool:
        """Whether it is shift-based."""
        return (self._of.kind if self._of is not None else self.schedule.kind) == self.form.shift_schedule

    @cached_property
    def _lives(self) -> Sequence[LiveObject]:
        """The live overrides of the schedule that are not over, the earliest first."""
        if self._of is None:
            return ()
        group = self.around.account.objects.get(self.manifest.kind, ())
        of_schedule = Ref(self._of.kind, "id", self._of.id)
        mine = [
            live
            for live in group
            if live.fields[self.form.schedule] == of_schedule and times_of(live)[1] > soon(self._now)
        ]
        return sorted(mine, key=lambda live: (*times_of(live), live.id))

    @cached_property
    def _all(self) -> Sequence[Item]:
        """The items of all manifests about this schedule that are not over."""
        names = (self.form.user, self.around.find)
        return [
            item
            for manifest in self.around.manifests
            if self._is_about(manifest)
            for at, said in enumerate(manifest.fields.get(OVERRIDES) or ())
            if (item := read_item(manifest, at, said, self.zone, names)).end > soon(self._now)
        ]

    def _is_about(self, manifest: Resource) -> bool:
        """Whether a manifest is about the same schedule."""
        ref = manifest.fields.get(self.form.schedule)
        return isinstance(ref, Ref) and (
            ref == self.schedule or (self._of is not None and self.around.find(ref) is self._of)
        )

    def expand(self) -> Expansion:
        """The expansion."""
        mine = [item for item in self._all if item.manifest.key == self.manifest.key]
        made: list[Resource] = []
        for item in mine:
            found = [live for live in self._lives if item.is_meant_by(live, self.form.user, self._now)]
            if item.is_absent:
                users = [item.user.value, *(f"{item.user.value}-{number}" for number in range(2, len(found) + 1))]
                made += [self._tombstone(it, user, item.place) for it, user in zip(found, users, strict=False)]
            else:
                made += self._object(item, found)
                self._note(item, found)
        made += self._displaced()
        going = {resource.id for resource in made if resource.lifecycle.absent}
        self.notes += [self._ends_now(live) for live in self._lives if live.id in going and has_begun(live, self._now)]
        self.notes += self._overlapped(mine, going)
        self.problems += self._clashes(mine)
        return Expansion(tuple(made), notes=tuple(self.notes), problems=tuple(self.problems))

    def _object(self, item: Item, found: Sequence[LiveObject]) -> Iterator[Resource]:
        """An override that must exist. Of equal ones, which PagerDuty may hold, the first is meant."""
        if found:
            said = {**found[0].fields[OVERRIDES][0]}
        else:
            said = {self.form.user: self._normal(item.user), "start": item.start, "end": item.end, ABSENT: False}
            who = self._relieved(item)
            if who is None:
                return
            said |= who
        yield replace(
            self.manifest,
            key=item.key,
            fields={self.form.schedule: self._normal(self.schedule), OVERRIDES: [said]},
            clock=Clock(self.zone),
            source=item.place,
            id=found[0].id if len(found) > 1 else None,
        )

    def _relieved(self, item: Item) -> Mapping[str, Canonical] | None:
        """Whom an override relieves, and in which rotation. Nothing for a schedule with layers. None where that cannot be decided: a problem
        says what to write."""
        place = f"{OVERRIDES}[{item.at}]"
        if not self._has_shifts:
            if item.relieved is None and not item.rotation:
                return {}
            name = INSTEAD_OF if item.relieved is not None else ROTATION
            self.problems.append((f"{place}: {name} is only for schedules of version 3", _LAYERS_HINT))
            return None
        from pdsync.model.override_shift import find_turns

        fields = self._of.fields if self._of is not None else self.around.said(self.schedule)
        start = max(item.start, soon(self._now))
        turns = [
            (rotation, user)
            for rotation, user in find_turns(fields, self._by_id, start, item.end)
            if user != self._by_id(item.user)
            and (item.relieved is None or user == self._by_id(item.relieved))
            and item.rotation in ("", rotation)
        ]
        if len(turns) == 1:
            rotation, user = turns[0]
            return {INSTEAD_OF: user, ROTATION: rotation}
        when = f"from {self._on_clock(item.start)} to {self._on_clock(item.end)}"
        if turns:
            people = ", ".join(sorted(f"{self._name_of(user)} ({rotation})" for rotation, user in turns))
            self.problems.append((f"{place}: several people are on call {when}: {people}", _SEVERAL_HINT))
        else:
            who = "this person" if item.relieved is not None else "no one else"
            denial = "is not" if item.relieved is not None else "is"
            message = f"{place}: {who} {denial} on call {when}, so there is nothing to take over"
            self.problems.append((message, _NO_ONE_HINT))
        return None

    def _normal(self, ref: Ref) -> Ref:
        """A reference by key as it is, any other by id where its target exists: that is what live overrides have."""
        return ref if ref.by == "key" else self._by_id(ref)

    def _by_id(self, ref: Ref) -> Ref:
        live = self.around.find(ref)
        return Ref(live.kind, "id", live.id) if live is not None else ref

    def _tombstone(self, live: LiveObject, user: str, place: Source) -> Resource:
        """An override that must go. The manifest names what identifies it, which is all that there is to confirm."""
        return replace(
            self.manifest,
            key=key_of(self.manifest.key, times_of(live)[0], user),
            fields=dict(live.fields),
            clock=Clock(self.zone),
            source=place,
            lifecycle=Lifecycle(absent=True, adopt=True),
            id=live.id,
        )

    def _displaced(self) -> Iterator[Resource]:
        """Tombstones for the foreign overrides within a period that this manifest claims."""
        for live in self._foreign():
            start, end = times_of(live)
            claiming = [it for it in self.around.manifests if self._claims(it, start, end)]
            if claiming and min(claiming, key=lambda it: it.key).key == self.manifest.key:
                place = self.manifest.positions.get(EXCLUSIVE, self.manifest.source)
                yield self._tombstone(live, f"{self._user_of(live)}-{live.id.rpartition(':')[2]}", place)

    def _claims(self, manifest: Resource, start: str, end: str) -> bool:
        """Whether all of a time is within a period that a manifest about this schedule claims."""
        period = manifest.fields.get(PERIOD)
        if not manifest.fields.get(EXCLUSIVE) or not period or manifest.lifecycle.absent:
            return False
        begin, until = (in_zone(period[name], self.zone) for name in ("from", "until"))
        return self._is_about(manifest) and begin <= start and end <= until

    def _foreign(self) -> Iterator[LiveObject]:
        for live in self._lives:
            if not any(item.is_meant_by(live, self.form.user, self._now) for item in self._all):
                yield live

    def _note(self, item: Item, found: Sequence[LiveObject]) -> None:
        address = f"{self.manifest.kind}/{item.key}"
        if item.doubt:
            self.notes.append(f"{address}: {item.doubt}")
        if not found and item.start <= soon(self._now):
            self.notes.append(
                f"{address}: it should have begun at {self._on_clock(item.start)}; it begins within a minute of the apply"
            )
        if len(found) > 1:
            self.notes.append(f"{address}: PagerDuty has {len(found)} equal overrides; one is enough")

    def _overlapped(self, mine: Sequence[Item], going: set[str | None]) -> Iterator[str]:
        for live in self._foreign():
            start, end = times_of(live)
            for item in mine if live.id not in going else ():
                if not item.is_absent and item.overlaps(start, end) and item.is_for(live):
                    yield (
                        f"{self.manifest.kind}/{item.key}: overlaps {self._described(live)}, which no manifest lists; PagerDuty follows the "
                        "one that was made last"
                    )

    def _clashes(self, mine: Sequence[Item]) -> Iterator[tuple[str, str]]:
        for item in mine:
            for other in self._all:
                is_other = other.manifest.key != item.manifest.key or other.at > item.at
                if is_other and item.clashes_with(other):
                    message, hint = overlap_problem(str(other.place))
                    yield f"{OVERRIDES}[{item.at}]: {message}", hint

    def _ends_now(self, live: LiveObject) -> str:
        return f"{self.manifest.address}: {self._described(live)} has begun: the apply ends it, and its past stays"

    def _described(self, live: LiveObject) -> str:
        start, end = map(self._on_clock, times_of(live))
        return f"the override of {self._user_of(live)} from {start} to {end}"

    def _on_clock(self, moment: str) -> str:
        """A moment as manifests of this schedule write it."""
        return on_wall_clock(moment, self.zone).removesuffix(":00")

    def _user_of(self, live: LiveObject) -> str:
        user = live.fields[OVERRIDES][0].get(self.form.user)
        return self._name_of(user) if isinstance(user, Ref) else "no one"

    def _name_of(self, user: Ref) -> str:
        live = self.around.find(user)
        return live.name if live is not None else user.value
