"""Overrides: the items of manifests as objects, at a moment. Pure.

Terms. An item is *over* when it has ended, or ends within a minute: nothing can be done about it. It *has begun* when its start is past, or
within a minute. PagerDuty cannot change a start that is past, so that of an item which has begun is not compared: a live override of the
same user with the same end that has begun too is the one that is meant. An override is *foreign* if no manifest of the workspace lists it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from pdsync.model.account import Account
from pdsync.model.codec.plain import MAPPING, Canonical
from pdsync.model.codec.wall_time import WallTime, as_if_in_utc, in_zone, is_wall_clock, on_wall_clock
from pdsync.model.instant import is_zone, read_rendered, render_instant, wall_clock_doubt
from pdsync.model.live import LiveObject
from pdsync.model.passing import Clash, Expansion, Fields, Surroundings
from pdsync.model.ref import Ref
from pdsync.model.resource import Lifecycle, Resource, Source
from pdsync.model.scope import Path, Scope

OVERRIDES, PERIOD, EXCLUSIVE, ABSENT = "overrides", "period", "exclusive", "absent"
ZONE, LEFT_OUT = "time_zone", "left_out"
_OF_OBJECT = re.compile(r"\.[0-9]{8}T[0-9]{4}Z\.[^.]+$")
"""How the key of an object ends. What is restored is an object already."""
_SOON = timedelta(minutes=1)
"""An override that should have begun is made from the next whole minute on."""


@dataclass(frozen=True, slots=True)
class OverrideForm:
    """The names of what an override refers to, in manifests and in canonical values."""

    schedule: str
    """The field for the schedule."""
    user: str
    """The member of an item for the person who takes over."""

    def expand(self, manifest: Resource, around: Surroundings) -> Expansion:
        """One object for each item that is not over, and a tombstone for each live override that must go."""
        ref = manifest.fields.get(self.schedule)
        assert isinstance(ref, Ref)
        zone = around.said(ref).get(ZONE)
        if not is_zone(zone):
            message = f"{self.schedule}: the account has no such schedule, so its time zone is not known"
            return Expansion(problems=((message, "Correct the reference."),))
        if len(manifest.fields[OVERRIDES]) == 1 and _OF_OBJECT.search(manifest.key):
            return Expansion((manifest,))
        if manifest.id is not None:
            message = "metadata.id has no meaning here: each item is an override with an id of its own"
            return Expansion(problems=((message, "Remove it."),))
        return _Making(self, manifest, around, ref, zone).expand()

    def gather(self, lives: Sequence[LiveObject], account: Account) -> Sequence[LiveObject]:
        """The overrides of each schedule as one object. Those that have begun are left out, and those that overlap an earlier one, since no
        manifest may list both."""
        by_schedule: dict[Ref, list[LiveObject]] = {}
        for live in sorted(lives, key=lambda it: (*_times(it), it.id)):
            if _times(live)[0] > soon(account.fetched_at):
                by_schedule.setdefault(live.fields[self.schedule], []).append(live)
        return [self._gathered(ref, group, account) for ref, group in by_schedule.items()]

    def _gathered(self, ref: Ref, lives: Sequence[LiveObject], account: Account) -> LiveObject:
        schedule = account.find(ref.kind, ref.value)
        zone = schedule.fields.get(ZONE) if schedule is not None else None
        items: list[Mapping[str, Canonical]] = []
        for live in lives:
            if not items or _times(live)[0] >= items[-1]["end"]:
                items.append(live.fields[OVERRIDES][0])
        local = [{**it, **{name: on_wall_clock(it[name], zone) for name in ("start", "end")}} for it in items]
        fields = {**lives[0].fields, OVERRIDES: local}
        return replace(lives[0], fields=fields, raw={**lives[0].raw, LEFT_OUT: len(lives) - len(items)})

    def find_clashes(self, manifests: Sequence[Fields]) -> Iterator[Clash]:
        """Items that overlap, of manifests that name the schedule in the same way. Times with an offset are not compared with times
        without: the zone may not be known before the account is read."""
        by_schedule: dict[tuple[Ref, bool], list[tuple[str, str, int, int]]] = {}
        for number, fields in enumerate(manifests):
            ref = fields.get(self.schedule)
            for at, item in enumerate(fields.get(OVERRIDES) or ()):
                start, end = item.get("start"), item.get("end")
                if isinstance(ref, Ref) and start and end and not item.get(ABSENT) and _are_alike(start, end):
                    by_schedule.setdefault((ref, is_wall_clock(start)), []).append((start, end, number, at))
        for group in by_schedule.values():
            longest = None
            for each in sorted(group):
                if longest is not None and each[0] < longest[1]:
                    yield Clash((longest[2], _path(longest[3])), (each[2], _path(each[3])), overlap_problem)
                longest = max(longest or each, each, key=lambda it: it[1])


def last_end(fields: Mapping[str, Canonical]) -> str | None:
    """Until when the overrides of a manifest or of an object last, and the period that a manifest claims."""
    period = fields.get(PERIOD)
    ends = [item["end"] for item in fields.get(OVERRIDES) or ()] + ([period["until"]] if period else [])
    return max(map(as_if_in_utc, ends), default=None)


def settle_overrides(fields: Fields, now: str) -> Fields:
    """The same without the starts that are past."""
    items = fields.get(OVERRIDES)
    return fields if not items else {**fields, OVERRIDES: [_settled(item, now) for item in items]}


def _settled(item: Mapping[str, Canonical], now: str) -> Mapping[str, Canonical]:
    start = item.get("start")
    has_begun = isinstance(start, str) and not is_wall_clock(start) and start <= soon(now)
    return {name: value for name, value in item.items() if name != "start"} if has_begun else item


def manifest_key(key: str) -> str:
    """The key of the manifest that means the override of this key."""
    return _OF_OBJECT.sub("", key)


def soon(now: str) -> str:
    """A minute later."""
    return render_instant(read_rendered(now) + _SOON)


def check_items(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    """Each item ends after it begins, and is within the period. Times with and without an offset are not compared here."""
    period = spec.get(PERIOD)
    bounds = _read_pair(period, "from", "until") if isinstance(period, MAPPING) else None
    if spec.get(EXCLUSIVE) is True and not isinstance(period, MAPPING):
        message = "'exclusive' needs a period: without one, every override of the schedule would be deleted"
        scope.problem((*path, EXCLUSIVE), message, "Write period: {from: ..., until: ...}.")
    if bounds is not None and _is_after(bounds[0], bounds[1], or_same=True):
        scope.problem((*path, PERIOD, "until"), "the period ends before it begins")
    for at, item in enumerate(spec.get(OVERRIDES) or ()):
        pair = _read_pair(item, "start", "end") if isinstance(item, MAPPING) else None
        if pair is None:
            continue
        place = (*path, OVERRIDES, at)
        if _is_after(*pair, or_same=True):
            scope.problem((*place, "end"), "the override ends before it begins")
        elif bounds is not None and _is_after(bounds[0], pair[0]):
            scope.problem((*place, "start"), "it begins before the period", "Correct the item or the period.")
        elif bounds is not None and _is_after(pair[1], bounds[1]):
            scope.problem((*place, "end"), "it ends after the period", "Correct the item or the period.")


def _read_pair(written: Mapping[str, Any], first: str, last: str) -> tuple[str, str] | None:
    pair = tuple(WallTime().canonical(written.get(name), Scope()) for name in (first, last))
    return (str(pair[0]), str(pair[1])) if all(pair) else None


def _is_after(later: str, earlier: str, *, or_same: bool = False) -> bool:
    if is_wall_clock(later) is not is_wall_clock(earlier):
        return False
    return later > earlier or (or_same and later == earlier)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a manifest, with its times as instants."""

    manifest: Resource
    at: int
    user: Ref
    user_id: str
    """Empty where the user does not exist yet."""
    start: str
    end: str
    is_absent: bool
    doubt: str = ""
    """What is doubtful of its wall-clock times."""

    @property
    def key(self) -> str:
        """The key of its object."""
        return _key(self.manifest.key, self.start, self.user.value)

    @property
    def place(self) -> Source:
        """The place of its start, else of its manifest."""
        return self.manifest.positions.get(f"{OVERRIDES}[{self.at}].start", self.manifest.source)

    def overlaps(self, start: str, end: str) -> bool:
        """Whether it shares time with another override."""
        return self.start < end and start < self.end

    def is_meant_by(self, live: LiveObject, now: str) -> bool:
        """Whether a live override is the one that it means."""
        item = live.fields[OVERRIDES][0]
        is_same = item["end"] == self.end and Ref(self.user.kind, "id", self.user_id) in item.values()
        if not (self.user_id and is_same):
            return False
        begun = soon(now)
        return bool(item["start"] == self.start or (self.start <= begun and item["start"] <= begun))


def _key(key: str, start: str, user: str) -> str:
    """Such as ``holidays-2026.20261224T0800Z.anna``."""
    moment = read_rendered(start)
    name = "".join(char if char.isascii() and (char.isalnum() or char in "_-") else "-" for char in user)
    return f"{key}.{moment:%Y%m%dT%H%MZ}.{name}"[:100]


@dataclass
class _Making:
    """The objects of one manifest, in the making."""

    form: OverrideForm
    manifest: Resource
    around: Surroundings
    schedule: Ref
    zone: str

    @cached_property
    def _now(self) -> str:
        return self.around.account.fetched_at

    @cached_property
    def _lives(self) -> Sequence[LiveObject]:
        """The live overrides of the schedule that are not over, the earliest first."""
        schedule = self.around.find(self.schedule)
        if schedule is None:
            return ()
        group = self.around.account.objects.get(self.manifest.kind, ())
        of_schedule = Ref(schedule.kind, "id", schedule.id)
        mine = [
            live
            for live in group
            if live.fields[self.form.schedule] == of_schedule and _times(live)[1] > soon(self._now)
        ]
        return sorted(mine, key=lambda live: (*_times(live), live.id))

    @cached_property
    def _all(self) -> Sequence[Item]:
        """The items of all manifests about this schedule that are not over."""
        schedule = self.around.find(self.schedule)
        return [
            item
            for manifest in self.around.manifests
            if manifest.fields.get(self.form.schedule) == self.schedule
            or (schedule is not None and self.around.find(manifest.fields[self.form.schedule]) is schedule)
            for item in self._items_of(manifest)
            if item.end > soon(self._now)
        ]

    def _items_of(self, manifest: Resource) -> Iterator[Item]:
        for at, said in enumerate(manifest.fields.get(OVERRIDES) or ()):
            user = self.around.find(said[self.form.user])
            doubts = (wall_clock_doubt(said[name], self.zone) for name in ("start", "end") if is_wall_clock(said[name]))
            yield Item(
                manifest,
                at,
                said[self.form.user],
                user.id if user is not None else "",
                in_zone(said["start"], self.zone),
                in_zone(said["end"], self.zone),
                bool(said.get(ABSENT)) or manifest.lifecycle.absent,
                next(filter(None, doubts), ""),
            )

    def expand(self) -> Expansion:
        """The expansion."""
        mine = [item for item in self._all if item.manifest.key == self.manifest.key]
        made: list[Resource] = []
        notes: list[str] = []
        for item in mine:
            found = [live for live in self._lives if item.is_meant_by(live, self._now)]
            if item.is_absent:
                users = [item.user.value, *(f"{item.user.value}-{number}" for number in range(2, len(found) + 1))]
                made += [self._tombstone(it, user, item.place) for it, user in zip(found, users, strict=False)]
                continue
            made.append(self._object(item, found))
            notes += self._notes_on(item, found)
        made += self._displaced()
        going = {resource.id for resource in made if resource.lifecycle.absent}
        notes += [self._ends_now(live) for live in self._lives if live.id in going and self._has_begun(live)]
        notes += self._overlapped(mine, going)
        return Expansion(tuple(made), notes=tuple(notes), problems=tuple(self._clashes(mine)))

    def _object(self, item: Item, found: Sequence[LiveObject]) -> Resource:
        """An override that must exist. Of equal ones, which PagerDuty may hold, the first is meant."""
        start = _times(found[0])[0] if found else item.start
        said = {self.form.user: item.user, "start": start, "end": item.end, ABSENT: False}
        return replace(
            self.manifest,
            key=item.key,
            fields={self.form.schedule: self.schedule, OVERRIDES: [said]},
            source=item.place,
            id=found[0].id if len(found) > 1 else None,
        )

    def _tombstone(self, live: LiveObject, user: str, place: Source) -> Resource:
        """An override that must go. The manifest names what identifies it, which is all that there is to confirm."""
        return replace(
            self.manifest,
            key=_key(self.manifest.key, _times(live)[0], user),
            fields=dict(live.fields),
            source=place,
            lifecycle=Lifecycle(absent=True, adopt=True),
            id=live.id,
        )

    def _displaced(self) -> Iterator[Resource]:
        """Tombstones for the foreign overrides within a period that this manifest claims."""
        for live in self._foreign():
            start, end = _times(live)
            claiming = [it for it in self.around.manifests if self._claims(it, start, end)]
            if claiming and min(claiming, key=lambda it: it.key).key == self.manifest.key:
                place = self.manifest.positions.get(EXCLUSIVE, self.manifest.source)
                yield self._tombstone(live, str(live.fields[OVERRIDES][0][self.form.user].value), place)

    def _claims(self, manifest: Resource, start: str, end: str) -> bool:
        """Whether all of a time is within a period that a manifest about this schedule claims."""
        period = manifest.fields.get(PERIOD)
        if not manifest.fields.get(EXCLUSIVE) or not period or manifest.lifecycle.absent:
            return False
        is_same = manifest.fields.get(self.form.schedule) == self.schedule
        return is_same and in_zone(period["from"], self.zone) <= start and end <= in_zone(period["until"], self.zone)

    def _foreign(self) -> Iterator[LiveObject]:
        for live in self._lives:
            if not any(item.is_meant_by(live, self._now) for item in self._all):
                yield live

    def _notes_on(self, item: Item, found: Sequence[LiveObject]) -> Iterator[str]:
        address = f"{self.manifest.kind}/{item.key}"
        if item.doubt:
            yield f"{address}: {item.doubt}"
        if not found and item.start <= soon(self._now):
            yield f"{address}: it should have begun at {item.start}; it begins within a minute of the apply"
        if len(found) > 1:
            yield f"{address}: PagerDuty has {len(found)} equal overrides; one is enough"

    def _overlapped(self, mine: Sequence[Item], going: set[str | None]) -> Iterator[str]:
        for live in self._foreign():
            start, end = _times(live)
            for item in mine if live.id not in going else ():
                if not item.is_absent and item.overlaps(start, end):
                    whose = self._name_of(live.fields[OVERRIDES][0][self.form.user])
                    yield (
                        f"{self.manifest.kind}/{item.key}: overlaps the override of {whose} from {start} to {end}, which no manifest "
                        "lists; PagerDuty follows the one that was made last"
                    )

    def _clashes(self, mine: Sequence[Item]) -> Iterator[tuple[str, str]]:
        for item in mine:
            for other in self._all:
                is_other = other.manifest.key != item.manifest.key or other.at > item.at
                if is_other and not (item.is_absent or other.is_absent) and item.overlaps(other.start, other.end):
                    yield overlap_problem(str(other.place))

    def _has_begun(self, live: LiveObject) -> bool:
        return _times(live)[0] <= soon(self._now)

    def _ends_now(self, live: LiveObject) -> str:
        start, end = _times(live)
        whose = self._name_of(live.fields[OVERRIDES][0][self.form.user])
        return f"{self.manifest.address}: the override of {whose} from {start} to {end} has begun: the apply ends it"

    def _name_of(self, user: Ref) -> str:
        live = self.around.find(user)
        return live.name if live is not None else user.value


def overlap_problem(place: str) -> tuple[str, str]:
    """What is wrong with an override that overlaps the one at a place."""
    message = f"overlaps the override at {place}: PagerDuty would follow the one that it gets last"
    return message, "Let one of them end where the other begins."


def _times(live: LiveObject) -> tuple[str, str]:
    item = live.fields[OVERRIDES][0]
    return str(item["start"]), str(item["end"])


def _are_alike(start: str, end: str) -> bool:
    return is_wall_clock(start) is is_wall_clock(end)


def _path(at: int) -> Path:
    return ("spec", OVERRIDES, at, "start")
