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
from typing import Any

from pdsync.model.account import Account
from pdsync.model.codec.plain import MAPPING, Canonical
from pdsync.model.codec.wall_time import WallTime, as_if_in_utc, is_wall_clock, on_wall_clock
from pdsync.model.instant import is_zone, read_rendered, render_instant
from pdsync.model.live import LiveObject
from pdsync.model.passing import Clash, Expansion, Fields, Surroundings
from pdsync.model.ref import Ref
from pdsync.model.resource import Resource
from pdsync.model.scope import Path, Scope

OVERRIDES, PERIOD, EXCLUSIVE, ABSENT = "overrides", "period", "exclusive", "absent"
INSTEAD_OF, ROTATION = "instead_of", "rotation"
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
    shift_schedule: str
    """The slug of the kind of shift-based schedules, whose overrides say whom they relieve."""

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
        from pdsync.model.override_expansion import expand_overrides  # most plans have no overrides

        return expand_overrides(self, manifest, around, ref, zone)

    def gather(self, lives: Sequence[LiveObject], account: Account) -> Sequence[LiveObject]:
        """The overrides of each schedule as one object. Overrides that have begun are left out, and those that overlap an earlier one, since no
        manifest may list both."""
        by_schedule: dict[Ref, list[LiveObject]] = {}
        for live in sorted(lives, key=lambda it: (*times_of(it), it.id)):
            if times_of(live)[0] > soon(account.fetched_at):
                by_schedule.setdefault(live.fields[self.schedule], []).append(live)
        return [self._gathered(ref, group, account) for ref, group in by_schedule.items()]

    def _gathered(self, ref: Ref, lives: Sequence[LiveObject], account: Account) -> LiveObject:
        schedule = account.find(ref.kind, ref.value)
        zone = schedule.fields.get(ZONE) if schedule is not None else None
        items: list[Mapping[str, Canonical]] = []
        for live in lives:
            if not items or times_of(live)[0] >= items[-1]["end"]:
                items.append(live.fields[OVERRIDES][0])
        local = [{**it, **{name: on_wall_clock(it[name], zone) for name in ("start", "end")}} for it in items]
        fields = {**lives[0].fields, OVERRIDES: local}
        return replace(lives[0], fields=fields, raw={**lives[0].raw, LEFT_OUT: len(lives) - len(items)})

    def find_clashes(self, manifests: Sequence[Fields]) -> Iterator[Clash]:
        """Items that overlap, of manifests that name the schedule in the same way. Times with an offset are not compared with times
        without: the zone may not be known before the account is read."""
        by_schedule: dict[tuple[object, ...], list[tuple[str, str, int, int]]] = {}
        for number, fields in enumerate(manifests):
            ref = fields.get(self.schedule)
            for at, item in enumerate(fields.get(OVERRIDES) or ()):
                start, end = item.get("start"), item.get("end")
                if isinstance(ref, Ref) and start and end and not item.get(ABSENT) and _are_alike(start, end):
                    # In a shift-based schedule two people can be relieved at the same time.
                    which = (ref, is_wall_clock(start), item.get(INSTEAD_OF), item.get(ROTATION))
                    by_schedule.setdefault(which, []).append((start, end, number, at))
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


def overlap_problem(place: str) -> tuple[str, str]:
    """What is wrong with an override that overlaps the one at a place."""
    message = f"overlaps the override at {place}: PagerDuty would follow the one that it gets last"
    return message, "Let one of them end where the other begins."


def times_of(live: LiveObject) -> tuple[str, str]:
    """When a live override begins and ends."""
    item = live.fields[OVERRIDES][0]
    return str(item["start"]), str(item["end"])


def _are_alike(start: str, end: str) -> bool:
    return is_wall_clock(start) is is_wall_clock(end)


def _path(at: int) -> Path:
    return ("spec", OVERRIDES, at, "start")
