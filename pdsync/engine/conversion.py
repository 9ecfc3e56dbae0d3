"""A version 2 schedule as the manifest of a version 3 schedule, with the proof that the same people are on call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pdsync.engine.error import EngineError
from pdsync.engine.override_item import named_ref
from pdsync.engine.roster import Period
from pdsync.export.slug import make_slug
from pdsync.export.written import write_value
from pdsync.model import Canonical, Kind, Ref
from pdsync.model.shift.rotation import ROTATIONS
from pdsync.oncall.conversion import convert_layers
from pdsync.oncall.rendered_difference import Stretch, find_differences
from pdsync.oncall.roster import Roster
from pdsync.oncall.schedule import Schedule
from pdsync.oncall.shift_schedule import read_shift_schedule


@dataclass(frozen=True, slots=True)
class Converted:
    """A manifest, and what was found about it."""

    manifest: dict[str, Any]
    period: Period
    """The time that was compared."""
    differences: tuple[Stretch, ...]
    """When other people would be on call."""
    obstacles: tuple[str, ...]
    """What PagerDuty would refuse."""
    overrides: int
    """How many overrides of the period stay with the version 2 schedule."""

    @property
    def is_same(self) -> bool:
        """Whether the same people are on call at every moment, and PagerDuty takes it."""
        return not self.differences and not self.obstacles


def convert_schedule(roster: Roster, ref: Ref, kind: Kind, period: Period) -> Converted:
    """The manifest of `kind` for a schedule with layers, compared over a period that begins now. Raises EngineError where it has none."""
    entry, schedule = roster.entries[ref], roster.schedule(ref)
    if not isinstance(schedule, Schedule):
        shown = roster.name_of(ref)
        if ref.kind == kind.slug:
            raise EngineError(f"{shown!r} is a version 3 schedule already")
        raise EngineError(f"the layers of {shown!r} are not known", "Add --live to read them from the account.")
    made = convert_layers(schedule, period.since)
    fields = {**entry.fields, ROTATIONS: list(made.rotations)}
    read = read_shift_schedule({**fields, "time_zone": schedule.zone}, lambda it: it if isinstance(it, Ref) else None)
    before = Schedule(schedule.zone, schedule.layers).render(period.since, period.until)
    after = read.render(period.since, period.until)
    overrides = [it for it in schedule.overrides if it.end > period.since and it.start < period.until]
    return Converted(
        _manifest(roster, ref, kind, fields),
        period,
        tuple(find_differences(before, after)),
        made.obstacles,
        len(overrides),
    )


def _manifest(roster: Roster, ref: Ref, kind: Kind, fields: dict[str, Canonical]) -> dict[str, Any]:
    entry, variant = roster.entries[ref], kind.facts.variant
    held = {it.name: fields[it.name] for it in kind.fields if it.name in fields}
    named = kind.map_fields(held, lambda it: named_ref(roster, it))
    spec: dict[str, Any] = {variant.member: variant.value} if variant is not None else {}
    for declared in kind.fields:
        value = named.get(declared.name)
        is_said = declared.required or declared.name == kind.label or not declared.is_default(value)
        if declared.name in named and is_said:
            spec[declared.name] = write_value(declared.codec, value, str(fields.get("time_zone")))
    key = entry.key or make_slug(entry.name) or ref.value.lower()
    return {"apiVersion": "pdsync/v1", "kind": kind.name, "metadata": {"name": key}, "spec": spec}
