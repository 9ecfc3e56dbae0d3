"""Items of overrides and live overrides side by side. Pure. The terms are those of `pdsync.model.override`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pdsync.model.codec.plain import Canonical
from pdsync.model.codec.wall_time import in_zone, is_wall_clock
from pdsync.model.instant import read_rendered, wall_clock_doubt
from pdsync.model.live import LiveObject
from pdsync.model.override import ABSENT, INSTEAD_OF, OVERRIDES, ROTATION, soon, times_of
from pdsync.model.ref import Ref
from pdsync.model.resource import Resource, Source

Find = Callable[[Ref], LiveObject | None]


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
    relieved: Ref | None = None
    """Who is relieved, as the manifest says it."""
    relieved_id: str = ""
    rotation: str = ""
    doubt: str = ""
    """What is doubtful of its wall-clock times."""

    @property
    def key(self) -> str:
        """The key of its object."""
        more = [each for each in (self.relieved.value if self.relieved is not None else "", self.rotation) if each]
        return key_of(self.manifest.key, self.start, "-".join([self.user.value, *more]))

    @property
    def place(self) -> Source:
        """The place of its start, else of its manifest."""
        return self.manifest.positions.get(f"{OVERRIDES}[{self.at}].start", self.manifest.source)

    def overlaps(self, start: str, end: str) -> bool:
        """Whether it shares time with another override."""
        return self.start < end and start < self.end

    def is_meant_by(self, live: LiveObject, user: str, now: str) -> bool:
        """Whether a live override is the one that it means. `user` is the member for the person who takes over."""
        item = live.fields[OVERRIDES][0]
        if not self.user_id or _id(item.get(user)) != self.user_id or item["end"] != self.end:
            return False
        # What the manifest leaves open was chosen when the override was made.
        if self.relieved_id and _id(item.get(INSTEAD_OF)) not in ("", self.relieved_id):
            return False
        if self.rotation and item.get(ROTATION) not in (None, self.rotation):
            return False
        begun = soon(now)
        return bool(item["start"] == self.start or (self.start <= begun and item["start"] <= begun))

    def is_for(self, live: LiveObject) -> bool:
        """Whether it could relieve the same person as a live override."""
        relieved = _id(live.fields[OVERRIDES][0].get(INSTEAD_OF))
        return not (relieved and self.relieved_id) or relieved == self.relieved_id

    def clashes_with(self, other: Item) -> bool:
        """Whether both cannot be followed at the same time."""
        if self.is_absent or other.is_absent or not self.overlaps(other.start, other.end):
            return False
        return (self.relieved_id, self.rotation) == (other.relieved_id, other.rotation)


def read_item(manifest: Resource, at: int, said: Mapping[str, Canonical], zone: str, names: tuple[str, Find]) -> Item:
    """The item at a place of a manifest's list. `names` are the member for the person who takes over, and what finds people."""
    member, find = names
    user, relieved = said[member], said.get(INSTEAD_OF)
    found = find(user)
    other = find(relieved) if relieved is not None else None
    doubts = (wall_clock_doubt(said[name], zone) for name in ("start", "end") if is_wall_clock(said[name]))
    return Item(
        manifest,
        at,
        user,
        found.id if found is not None else "",
        in_zone(said["start"], zone),
        in_zone(said["end"], zone),
        bool(said.get(ABSENT)) or manifest.lifecycle.absent,
        relieved,
        other.id if other is not None else "",
        str(said.get(ROTATION) or ""),
        next(filter(None, doubts), ""),
    )


def key_of(key: str, start: str, who: str) -> str:
    """The key of an object: ``holidays-2026.20261224T0800Z.anna``."""
    moment = read_rendered(start)
    name = "".join(char if char.isascii() and (char.isalnum() or char in "_-") else "-" for char in who)
    return f"{key}.{moment:%Y%m%dT%H%MZ}.{name}"


def has_begun(live: LiveObject, now: str) -> bool:
    """Whether the start of a live override is past, or within a minute."""
    return times_of(live)[0] <= soon(now)


def _id(ref: Canonical) -> str:
    return ref.value if isinstance(ref, Ref) else ""
