"""Overrides that manifests describe, as a roster holds them: objects that refer to a schedule, each with one or several items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pdsync.model import Canonical, Ref
from pdsync.model.instant import parse_instant_s
from pdsync.model.override import ABSENT, INSTEAD_OF, OVERRIDES, ROTATION
from pdsync.oncall.shift import Shift

KIND = "schedule_override"


@dataclass(frozen=True, slots=True)
class Override:
    """An override of a roster."""

    schedule: Ref
    shift: Shift
    owner: Ref
    """The object that it belongs to."""
    relieved: Ref | None = None
    """Whom it relieves in a shift-based schedule, which may have several people on call; None: a turn that is left unassigned."""
    rotation: str = ""
    """The rotation of a shift-based schedule that it is about; empty: whichever the relieved person is in."""

    @property
    def id(self) -> str:
        """The id that PagerDuty knows it by; empty for one that a manifest alone describes. The id of the object begins with the schedule."""
        return self.owner.value.rpartition(":")[2] if self.owner.by == "id" else ""


Find = Callable[[Canonical], Ref | None]


def read_overrides(
    entries: Iterable[tuple[Ref, Mapping[str, Canonical]]], find: Find, zone_of: Callable[[Ref], str]
) -> Iterator[Override]:
    """The overrides among the objects of a roster, by the fields of each. `find` gives the reference that the roster uses, and
    `zone_of` the time zone of a schedule. Tombstones are left out."""
    for owner, fields in entries:
        schedule = find(fields.get("schedule"))
        if schedule is None:
            continue
        for item in fields.get(OVERRIDES) or ():
            start, end = (parse_instant_s(item.get(name), zone_of(schedule)) for name in ("start", "end"))
            if item.get("start") is None:  # it has begun, and no one can say when
                start = 0
            if not item.get(ABSENT) and start is not None and end is not None and start < end:
                shift = Shift(start, end, find(item.get("user")), "")
                yield Override(schedule, shift, owner, find(item.get(INSTEAD_OF)), str(item.get(ROTATION) or ""))
