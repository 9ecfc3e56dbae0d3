"""Maintenance window: a time in which services create no incidents. A manifest is one window, or a series of windows that recur.

Terms. A *series* is a manifest with `recurrence`. PagerDuty knows single windows only, so each occurrence from now up to the horizon is
a window of its own, with the key of the series and the moment at which it begins: ``db-patching.20261206T0100Z``. Each apply adds the next
ones. A window has *begun* when its start has passed; PagerDuty refuses another start then.

What has ended is never made again, never missing and never deleted. A window that is running is left to its end, whatever happens to its
manifest: to end it early takes a person, because alerts would page from that moment on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pdsync.model.codec.plain import Canonical, Nullable
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.series import SERIES, check_series, describe_series
from pdsync.model.codec.structure import SetOf
from pdsync.model.codec.time import Instant
from pdsync.model.common_field import Description
from pdsync.model.fact import Facts
from pdsync.model.field import Field, SpecRule
from pdsync.model.instant import parse_instant, read_rendered, render_clock, render_instant
from pdsync.model.kind import Kind
from pdsync.model.last_applied import is_copied
from pdsync.model.listing import EndedListing, Listing
from pdsync.model.live import LiveObject
from pdsync.model.marker import marker_room
from pdsync.model.ownership import MARKER_IN_DESCRIPTION
from pdsync.model.passing import Expansion, Fields, Passing, Surroundings
from pdsync.model.resource import Clock, Lifecycle, Resource
from pdsync.model.scope import Path, Scope
from pdsync.model.short_field import ShortField

_API = "PagerDuty API description, MaintenanceWindow"
_SLUG = "maintenance_window"
START, END, SERVICES, RECURRENCE = "start_time", "end_time", "services", "recurrence"
_TEXT_LIMIT = MARKER_IN_DESCRIPTION.limit - marker_room(_SLUG)
_STAMP = re.compile(r"(.+)\.[0-9]{8}T[0-9]{4}Z")
_LONGEST_KEY = 100 - len(".20261206T0100Z")
"""The key of each window of a series must still be a key."""
_SOON = timedelta(days=7)
"""A window that begins within this time must exist: a series has a longer horizon."""
_MOVED = timedelta(days=3)
"""A window of a series that is moved by more is another window."""
_OFFSET_HINT = "Write it like 2026-12-06T02:00+01:00, or with Z for UTC."


@dataclass(frozen=True, slots=True)
class WindowTime(Instant):
    """A moment with its offset from UTC: a window has no time zone, and a wrong guess would mute services at another time."""

    example: str = ""

    def schema(self) -> dict[str, Any]:
        return {**Instant.schema(self), "errorMessage": _OFFSET_HINT, "examples": [self.example]}

    def check(self, value: Any, scope: Scope, path: Path) -> None:
        """Whether it says which instant it is."""
        Instant.check(self, value, scope, path)
        if parse_instant(value) is None and parse_instant(value, "Etc/UTC") is not None:
            scope.problem(path, f"{value!r} has no offset from UTC", _OFFSET_HINT)


def _check_times(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    """What no schema can say about the times of one window, or of a series."""
    if RECURRENCE in spec:
        check_series(spec[RECURRENCE], scope, (*path, RECURRENCE))
        return
    first, last = (parse_instant(str(spec.get(name) or "")) for name in (START, END))
    if first is not None and last is not None and last <= first:
        scope.problem((*path, END), "the window ends before it starts", "Correct the times.")


def _as_series(said: Mapping[str, Canonical]) -> Canonical:
    """A series is in the place of the start of a single window."""
    return said


def _manifest_key(key: str) -> str:
    """The key of the manifest that a window of this key belongs to."""
    found = _STAMP.fullmatch(key)
    return found[1] if found else key


def _has_begun(fields: Mapping[str, Any], now: str) -> bool:
    return isinstance(fields.get(START), str) and fields[START] <= now


def _has_ended(fields: Mapping[str, Any], now: str) -> bool:
    return isinstance(fields.get(END), str) and fields[END] <= now


def _settle(fields: Fields, now: str) -> Fields:
    """The start of a window that has begun cannot be changed (terraform-provider-pagerduty #396)."""
    return {name: value for name, value in fields.items() if name != START} if _has_begun(fields, now) else fields


def _predict(fields: Fields, live: Fields, now: str) -> Fields:
    """A window that is made late begins when it is made."""
    return fields if live or (START in fields and not _has_begun(fields, now)) else {**fields, START: now}


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    """The start of a window that has begun is sent as PagerDuty shows it; one that is made late begins now."""
    moment = render_instant(now)
    if live is not None and _has_begun(live.fields, moment):
        return {**body, START: live.raw[START]}
    return body if START in body else {**body, START: moment}


def _why_left(live: LiveObject, now: str) -> str:
    """To end it early takes a person, because alerts page from that moment on."""
    return f"it is running, so it is left until it ends at {live.fields[END]}" if _has_begun(live.fields, now) else ""


def _begins_later(fields: Fields, now: str) -> str:
    """As the horizon moves on, windows are lacking at its end until the next apply. That is not drift."""
    start = fields.get(START)
    if not isinstance(start, str) or start <= render_instant(read_rendered(now) + _SOON):
        return ""
    return start


def _why_not_exported(live: LiveObject, now: str) -> str:
    """A series cannot be read from its windows, and a window that is running is over before a manifest of it is merged."""
    if live.marker is not None and _manifest_key(live.marker.key) != live.marker.key:
        return f"it belongs to the series {_manifest_key(live.marker.key)!r}, whose manifest creates it"
    return f"it has begun, and ends by itself at {live.fields[END]}" if _has_begun(live.fields, now) else ""


@dataclass(frozen=True, slots=True)
class _Windows:
    """The windows of one manifest, and those that its former states made."""

    manifest: Resource
    around: Surroundings
    live: Mapping[str, LiveObject]
    """By the keys in their ownership lines. What has ended is not among them."""

    @property
    def now(self) -> str:
        """When the account was read."""
        return self.around.account.fetched_at

    def expand(self) -> Expansion:
        """One resource for each window that has not ended, and a tombstone for each that is no longer meant."""
        manifest = self.manifest
        start = manifest.fields.get(START)
        series = start if isinstance(start, Mapping) else None
        if series is not None and (flaw := _find_flaw(manifest)):
            return Expansion(problems=(flaw,))
        wanted = self._with_moves([*(self._occurrences(series) if series else self._single())])
        meant = {key for resource in wanted for key in (resource.key, *resource.lifecycle.moved_from)}
        gone = [self._tombstone(key) for key in sorted(self.live) if key not in meant]
        ended = {it.key: before for it in wanted if (before := self._ended_before(it))}
        notes = [f"{it.address}: {said}" for it in wanted if (said := self._note(it, ended.get(it.key)))]
        return Expansion(
            (*(it for it in wanted if it.key not in ended), *gone),
            tuple(notes),
            may_have_ended=self._ids_of_ended(wanted),
        )

    def _is_late(self, resource: Resource) -> bool:
        """Whether it should be running and is not there."""
        is_due = not resource.lifecycle.absent and _has_begun(resource.fields, self.now)
        return is_due and self._live_of(resource) is None

    def _ids_of_ended(self, wanted: Sequence[Resource]) -> frozenset[str] | None:
        """The ids of the services of windows that should be running and are not there, until it is known what has ended."""
        late = [it for it in wanted if self._is_late(it)] if _SLUG not in self.around.account.ended else []
        found = [self.around.find(ref) for it in late for ref in it.fields[SERVICES]]
        # If a service is not known by its ownership line, all windows are read.
        return frozenset(live.id for live in found if live is not None and None not in found) if late else None

    def _ended_before(self, resource: Resource) -> LiveObject | None:
        """The window that was there for this time and has ended. A person ended it, so that alerts page again."""
        if not self._is_late(resource):
            return None
        mine = [
            live
            for live in self.around.account.ended.get(_SLUG, ())
            if (live.id == resource.id or _is_of(self.manifest, live, self.around.workspace))
            and live.fields[END] > resource.fields[START]
        ]
        return max(mine, key=lambda live: str(live.fields[END]), default=None)

    def _with_moves(self, wanted: Sequence[Resource]) -> Sequence[Resource]:
        """A window that is ahead and whose time the manifest changed a little is moved: it is not deleted and made again."""
        known = {key for resource in wanted for key in (resource.key, *resource.lifecycle.moved_from)}
        free = [key for key, live in self.live.items() if key not in known and not _has_begun(live.fields, self.now)]
        new = [it for it in wanted if self._live_of(it) is None and not _has_begun(it.fields, self.now)]
        if not free or not new:
            return wanted
        ahead = {key: read_rendered(self.live[key].fields[START]) for key in free}
        near = sorted(
            (abs(moment - read_rendered(resource.fields[START])), resource.key, key)
            for resource in new
            for key, moment in ahead.items()
        )
        moved: dict[str, str] = {}
        for distance, to, key in near:
            if distance <= _MOVED and to not in moved and key not in moved.values():
                moved[to] = key
        return [
            replace(it, lifecycle=replace(it.lifecycle, moved_from=(*it.lifecycle.moved_from, moved[it.key])))
            if it.key in moved
            else it
            for it in wanted
        ]

    def _single(self) -> Iterator[Resource]:
        manifest, live = self.manifest, self._live_of(self.manifest)
        if manifest.lifecycle.absent:
            # A window with an ownership line gets its tombstone from that.
            if live is not None and live.marker is None:
                yield manifest
        elif not _has_ended(manifest.fields, self.now):
            is_early = live is not None and _has_begun(live.fields, self.now) and manifest.fields[START] > self.now
            yield (
                replace(manifest, fields={**manifest.fields, START: live.fields[START]})
                if live and is_early
                else manifest
            )

    def _occurrences(self, series: Mapping[str, Any]) -> Iterator[Resource]:
        from pdsync.model.series import Series  # python-dateutil is imported only where there is a series

        manifest = self.manifest
        common = {name: value for name, value in manifest.fields.items() if name != START}
        for it in Series(series).at(read_rendered(self.now)):
            former = tuple(f"{key}.{it.stamp}" for key in manifest.lifecycle.moved_from)
            yield replace(
                manifest,
                key=f"{manifest.key}.{it.stamp}",
                fields={**common, START: render_instant(it.start), END: render_instant(it.end)},
                clock=self._shown_on,
                lifecycle=replace(manifest.lifecycle, moved_from=former),
            )

    def _live_of(self, resource: Resource) -> LiveObject | None:
        if resource.id is not None:
            return self.around.account.find(_SLUG, resource.id)
        keys = (resource.key, *resource.lifecycle.moved_from)
        return next((self.live[key] for key in keys if key in self.live), None)

    def _clock(self, moment: Canonical) -> str:
        """A moment on the clock of the series; that of a single window in UTC."""
        return render_clock(read_rendered(str(moment)), self._shown_on.zone if self._shown_on else "Etc/UTC")

    @property
    def _shown_on(self) -> Clock | None:
        """The clock of a series."""
        start = self.manifest.fields.get(START)
        if not isinstance(start, Mapping):
            return None
        return Clock(str.__str__(start["time_zone"]), describe_series(start))

    def _tombstone(self, key: str) -> Resource:
        """What stands for a window that is no longer meant."""
        return Resource(_SLUG, key, {}, self.manifest.source, lifecycle=Lifecycle(absent=True), clock=self._shown_on)

    def _note(self, resource: Resource, ended: LiveObject | None) -> str:
        """What a reader must know about a window that was ended early, that is made late, or that begins earlier than its manifest says."""
        if ended is not None:
            when = f"its window was ended by hand at {self._clock(ended.fields[END])}"
            return f"{when}, before {self._clock(resource.fields[END])}, so it is not created again"
        if resource.lifecycle.absent or not _has_begun(resource.fields, self.now):
            return ""
        if self._is_late(resource):
            began, until = (self._clock(resource.fields[name]) for name in (START, END))
            return f"it should have begun at {began}; it is made from now on, until {until}"
        said = self.manifest.fields.get(START)
        return "it has begun, so its start stays as it is" if isinstance(said, str) and said > self.now else ""


def _find_flaw(manifest: Resource) -> tuple[str, str] | None:
    if manifest.id is not None:
        return "an id belongs to one window, and a series has many", "Remove metadata.id."
    if len(manifest.key) > _LONGEST_KEY:
        return f"the name of a series can have at most {_LONGEST_KEY} characters", "Write a shorter metadata.name."
    return None


def _is_of(manifest: Resource, live: LiveObject, workspace: str) -> bool:
    """Whether the ownership line of a window names a manifest."""
    marker, names = live.marker, {manifest.key, *manifest.lifecycle.moved_from}
    if marker is None or marker.workspace != workspace or is_copied(marker, live.kind, live.id):
        return False
    return marker.key in names or _manifest_key(marker.key) in names


def _expand(manifest: Resource, around: Surroundings) -> Expansion:
    now = around.account.fetched_at
    live = {
        it.marker.key: it
        for it in around.account.objects.get(_SLUG, ())
        if it.marker is not None and _is_of(manifest, it, around.workspace) and not _has_ended(it.fields, now)
    }
    return _Windows(manifest, around, live).expand()


MAINTENANCE_WINDOW = Kind(
    name="MaintenanceWindow",
    slug=_SLUG,
    file="maintenance",
    # What is over is not listed: it is not ours any more.
    source=Listing(
        "maintenance_windows",
        has_query=False,
        params={"filter": "open"},
        ended=EndedListing({"filter": "past"}, "service_ids[]"),
        on_demand=True,
    ),
    description="A time in which services create no incidents: one window, or windows that recur.",
    # Windows of a series have one text: the ownership line and the id alone tell which one is meant.
    identity=(),
    label="description",
    fields=(
        Field(
            "description",
            Nullable(Description(max_length=_TEXT_LIMIT, multiline=True, empty_is_null=True)),
            f"What is done, at most {_TEXT_LIMIT} characters. Defaults to metadata.name. pdsync adds its own last line.",
            f"{_API}; no limit is documented (read as: 1,024, that of a service)",
            from_key=True,
        ),
        Field(
            START,
            WindowTime(example="2026-12-06T02:00+01:00"),
            "When a single window begins, with the offset from UTC. A past start means now.",
            f"{_API}; a start in the past becomes now; that of a window which has begun cannot change "
            "(terraform-provider-pagerduty #396)",
            required=True,
            carry=True,
        ),
        Field(
            END,
            WindowTime(example="2026-12-06T04:00+01:00"),
            "When a single window ends, with the offset from UTC.",
            f"{_API}; it must be in the future",
            required=True,
            carry=True,
        ),
        Field(
            SERVICES,
            SetOf(Reference("service"), min_items=1, noun="service"),
            "The services that create no incidents in this time. Incidents that are open stay open.",
            f"{_API}; answers have them in any order (terraform-provider-pagerduty #142)",
            required=True,
            carry=True,
        ),
    ),
    # PagerDuty has no recurrence: people write a window for each time (terraform-provider-pagerduty #123).
    shorts=(
        ShortField(
            RECURRENCE,
            START,
            SERIES,
            "How windows recur, instead of start_time and end_time. pdsync creates a window for each occurrence.",
            "Write start_time and end_time, or recurrence for windows that recur.",
            _as_series,
            besides=(END,),
        ),
    ),
    rules=(SpecRule((START, END, RECURRENCE), _check_times),),
    passing=Passing(
        settle=_settle,
        predict=_predict,
        expand=_expand,
        manifest_key=_manifest_key,
        why_not_exported=_why_not_exported,
        begins_later=_begins_later,
        why_left=_why_left,
        start_field=START,
    ),
    finish=_finish,
    facts=Facts(needs_from=True, lets_go=SERVICES),
)
