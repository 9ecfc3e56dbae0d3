"""What a manifest asks for, in canonical form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pdsync.model.address import render_address
from pdsync.model.child import Mode
from pdsync.model.codec.plain import Canonical
from pdsync.model.last_applied import LastApplied
from pdsync.model.live import digest_of_each

HAND_OFF_AWARE = "hand-off aware"
AT_ONCE = "at once"


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Gathered:
    """Where an item comes from of a field that other manifests declare items of (`pdsync.model.fragment`)."""

    key: str
    owner: str
    """The address of the object whose manifest declares it."""
    source: Source


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """How pdsync may treat the object."""

    adopt: bool = False
    """True where an existing object of that name may be taken over."""
    protect: bool = False
    """True where it must not be deleted, even when its manifest is gone."""
    ignore: tuple[str, ...] = ()
    """Fields that are written once, at creation. Later edits of them are left alone."""
    absent: bool = False
    """True where the object is to be deleted: a reviewed tombstone in place of the manifest."""
    moved_from: tuple[str, ...] = ()
    """Keys that the manifest had before: the object that carries one of them is this one."""
    distinct_from: tuple[str, ...] = ()
    """Ids of objects of the same shown name that are other objects than this one."""
    hand_off_aware: bool = False
    """True where an edit must not take someone off call before the next hand-off."""
    at_once: bool = False
    """True where an edit may take someone off call in about a minute."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock on which people read the times of an object that has no time zone of its own."""

    zone: str
    """The time zone in which its manifest says them."""
    rule: str = ""
    """The series that it belongs to, in words; empty where it is of none."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One desired object. `fields` and `children` hold only what the manifest names: the rest is not managed."""

    kind: str
    key: str
    fields: Mapping[str, Canonical]
    source: Source
    children: Mapping[str, tuple[Mapping[str, Canonical], ...]] = field(default_factory=dict)
    modes: Mapping[str, Mode] = field(default_factory=dict)
    lifecycle: Lifecycle = Lifecycle()
    id: str | None = None
    """A PagerDuty id that the manifest pins the object to."""
    positions: Mapping[str, Source] = field(default_factory=dict)
    """Where each top-level field of `spec` is, and each member of items that have names, as ``schedule_layers[1].end``."""
    gathered: Mapping[str, tuple[Gathered, ...]] = field(default_factory=dict)
    """Where the items come from that other manifests declare, by the field that they are part of. A field that lets others declare
    items of it is here even if none does."""
    label: str = "name"
    """The field that people know the object by."""
    defaults: Mapping[str, Source] = field(default_factory=dict)
    """The fields and child lists that the manifest does not name and that Defaults give it, each with its place there."""
    clock: Clock | None = None
    """The clock of its times, where these are on the clock of something else."""
    put_back: LastApplied | None = None
    """For an object that is put back as it was: the record of that time, which says what pdsync had set and what was found."""

    @property
    def address(self) -> str:
        """The stable name in this workspace, such as ``service/checkout-api``."""
        return render_address(self.kind, self.key)

    @property
    def name(self) -> str:
        """What PagerDuty will show."""
        return str(self.fields.get(self.label) or self.key)


def compute_manifest_digest(resources: Iterable[Resource]) -> str:
    """A digest of what manifests ask for: the same for every order and layout of files, and for every formatting."""
    return digest_of_each(map(_essence, sorted(resources, key=lambda resource: resource.address)))


def _essence(resource: Resource) -> dict[str, object]:
    """What counts of a manifest: not where it is, nor how it is laid out."""
    cycle = resource.lifecycle
    said: dict[str, object] = {"rotation": HAND_OFF_AWARE} if cycle.hand_off_aware else {}
    if cycle.at_once:
        said["rotation"] = AT_ONCE
    if cycle.distinct_from:
        said["distinct_from"] = sorted(cycle.distinct_from)
    if resource.gathered:  # the account may hold items of these that no manifest declares
        said["shared"] = sorted(resource.gathered)
    return {
        **said,
        "address": resource.address,
        "id": resource.id,
        "fields": resource.fields,
        "children": resource.children,
        "modes": resource.modes,
        "lifecycle": [cycle.adopt, cycle.protect, sorted(cycle.ignore), cycle.absent, sorted(cycle.moved_from)],
    }
