"""A change: what will be done to one object, complete enough to be saved, reviewed and replayed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, Ref, decode, encode
from pdsync.plan.diff.fingerprint import Origin
from pdsync.plan.reassignment import Reassignment

MARKER_BEFORE = "$marker"
"""The name under which `Change.before` holds the ownership line."""


class Operation(StrEnum):
    """What a change does."""

    CREATE = "create"
    UPDATE = "update"
    ADOPT = "adopt"
    """Takes over an existing object: writes the ownership line, and what else differs."""
    DELETE = "delete"
    RELEASE = "release"
    """Takes the ownership line out, and changes nothing else."""
    INTERIM = "interim"
    """Frees a name for a moment, because two objects swap names."""


class ChildOperation(StrEnum):
    """What is done to one item of a child list."""

    ADD = "add"
    UPDATE = "update"
    REMOVE = "remove"


def _origin(name: str | None) -> Origin | None:
    return Origin(name) if name is not None else None


@dataclass(frozen=True, slots=True)
class Delta:
    """One difference: a path such as ``escalation_rules[0].targets``, the live value and the wanted one."""

    path: str
    before: Canonical
    after: Canonical
    origin: Origin | None = None
    """Where it comes from, for a difference of an object that is managed."""

    @property
    def field(self) -> str:
        """The field that a path such as ``schedule_layers[Nights].users`` leads into."""
        return self.path.partition("[")[0].partition(".")[0].partition(" ")[0]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "path": self.path,
            "before": encode(self.before),
            "after": encode(self.after),
            "origin": self.origin.value if self.origin else None,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Delta:
        """The inverse of `to_json`."""
        return cls(str(body["path"]), decode(body["before"]), decode(body["after"]), _origin(body["origin"]))


@dataclass(frozen=True, slots=True)
class ChildChange:
    """A change of one item of a child list."""

    list_name: str
    operation: ChildOperation
    label: str
    key: str
    values: Mapping[str, Canonical]
    id: str = ""
    deltas: tuple[Delta, ...] = ()
    origin: Origin | None = None
    """Where it comes from, for an item of an object that is managed."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "list": self.list_name,
            "operation": self.operation.value,
            "label": self.label,
            "key": self.key,
            "id": self.id or None,
            "values": encode(self.values),
            "deltas": [delta.to_json() for delta in self.deltas],
            "origin": self.origin.value if self.origin else None,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> ChildChange:
        """The inverse of `to_json`."""
        return cls(
            list_name=str(body["list"]),
            operation=ChildOperation(body["operation"]),
            label=str(body["label"]),
            key=str(body["key"]),
            values=decode(body["values"]),
            id=str(body["id"] or ""),
            deltas=tuple(map(Delta.from_json, body["deltas"])),
            origin=_origin(body["origin"]),
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What will be done to one object, and what must hold before it is done."""

    address: str
    kind: str
    operation: Operation
    name: str
    id: str | None = None
    source: str | None = None
    """``file:line`` of the manifest; None for a delete."""
    url: str = ""
    deltas: tuple[Delta, ...] = ()
    children: tuple[ChildChange, ...] = ()
    values: Mapping[str, Canonical] = field(default_factory=dict)
    """The fields that the request holds."""
    followup: Mapping[str, Canonical] = field(default_factory=dict)
    """Fields that a second request sets after a create, because the server refuses them in the first."""
    marker: str | None = None
    """The ownership line that a request with a description ends in."""
    before: Mapping[str, Canonical] = field(default_factory=dict)
    """The live object as it was planned against: its fields, and by name the items of the child lists that were read."""
    digest: str | None = None
    """The digest of the live object that this was planned against; None for a create."""
    child_lists: tuple[str, ...] = ()
    """Child lists that were read and count in the digest."""
    exclusive: tuple[str, ...] = ()
    """Child lists from which everything that is not listed is removed."""
    implied: tuple[Ref, ...] = ()
    """Members that PagerDuty adds by itself; they do not count in the digest and are not removed."""
    reassign: Reassignment | None = None
    """Open incidents that are reassigned before the object is deleted."""
    waits_for: tuple[str, ...] = ()
    """Addresses of changes that must have succeeded before."""
    blockers: tuple[str, ...] = ()
    """Why this cannot be applied as it is."""
    notes: tuple[str, ...] = ()
    """What a reviewer should know."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, the form in a plan file."""
        return {
            "address": self.address,
            "kind": self.kind,
            "operation": self.operation.value,
            "name": self.name,
            "id": self.id,
            "source": self.source,
            "url": self.url or None,
            "deltas": [delta.to_json() for delta in self.deltas],
            "children": [child.to_json() for child in self.children],
            "values": encode(self.values),
            "followup": encode(self.followup),
            "marker": self.marker,
            "before": encode(self.before),
            "digest": self.digest,
            "child_lists": list(self.child_lists),
            "exclusive": list(self.exclusive),
            "implied": encode(self.implied),
            "reassign": self.reassign.to_json() if self.reassign else None,
            "waits_for": list(self.waits_for),
            "blockers": list(self.blockers),
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Change:
        """The inverse of `to_json`. Raises KeyError, TypeError or ValueError for something else."""
        return cls(
            address=str(body["address"]),
            kind=BY_SLUG[body["kind"]].slug,
            operation=Operation(body["operation"]),
            name=str(body["name"]),
            id=body["id"],
            source=body["source"],
            url=body["url"] or "",
            deltas=tuple(map(Delta.from_json, body["deltas"])),
            children=tuple(map(ChildChange.from_json, body["children"])),
            values=decode(body["values"]),
            followup=decode(body["followup"]),
            marker=body["marker"],
            before=decode(body["before"]),
            digest=body["digest"],
            child_lists=tuple(body["child_lists"]),
            exclusive=tuple(body["exclusive"]),
            implied=tuple(decode(body["implied"])),
            reassign=Reassignment.from_json(body["reassign"]) if body["reassign"] else None,
            waits_for=tuple(body["waits_for"]),
            blockers=tuple(body["blockers"]),
            notes=tuple(body["notes"]),
        )
