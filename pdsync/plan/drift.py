"""What moved: somebody's edit, a change in git that was not applied yet, or both. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pdsync.model import Canonical, encode
from pdsync.plan.change import Change, Operation
from pdsync.plan.diff.fingerprint import Origin
from pdsync.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class Editor:
    """Who made the last edit that is on record, and when."""

    who: str
    """A name, or what kind of key it was."""
    how: str
    """``browser``, ``api_token`` and the like, as PagerDuty says it."""
    when: str
    """RFC 3339."""
    action: str
    """``create``, ``update`` or ``delete``."""

    def to_json(self) -> dict[str, str]:
        """Plain JSON."""
        return {"who": self.who, "how": self.how, "when": self.when, "action": self.action}


@dataclass(frozen=True, slots=True)
class MovedField:
    """One difference."""

    path: str
    origin: Origin
    live: Canonical
    desired: Canonical

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "path": self.path,
            "origin": self.origin.value,
            "live": encode(self.live),
            "desired": encode(self.desired),
        }


@dataclass(frozen=True, slots=True)
class Moved:
    """One object that is not as its manifest says."""

    change: Change
    origin: Origin
    """Of the object as a whole: both, where its fields differ in that."""
    fields: tuple[MovedField, ...]
    what: str
    """What kind of difference it is, in a few words."""
    editor: Editor | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "address": self.change.address,
            "name": self.change.name,
            "id": self.change.id,
            "url": self.change.url or None,
            "source": self.change.source,
            "origin": self.origin.value,
            "what": self.what,
            "fields": [moved.to_json() for moved in self.fields],
            "editor": self.editor.to_json() if self.editor else None,
        }


DRIFT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Drift:
    """Everything that moved in one workspace, in the order of the plan."""

    workspace: str
    subdomain: str
    moved: tuple[Moved, ...] = ()
    unchanged: int = 0
    notes: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def edited(self) -> tuple[Moved, ...]:
        """What somebody may have edited: all but changes in git that were not applied yet."""
        return tuple(moved for moved in self.moved if moved.origin is not Origin.OURS)

    def of(self, origin: Origin) -> tuple[Moved, ...]:
        """What moved in that way."""
        return tuple(moved for moved in self.moved if moved.origin is origin)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "version": DRIFT_VERSION,
            "workspace": self.workspace,
            "account": self.subdomain,
            "moved": [moved.to_json() for moved in self.moved],
            "summary": {origin.value: len(self.of(origin)) for origin in Origin},
            "unchanged": self.unchanged,
            "notes": list(self.notes),
        }


def compute_drift(plan: Plan, editors: dict[str, Editor] | None = None) -> Drift:
    """What a plan says of the account, told by where it comes from. `editors` are known by the id of the object."""
    known = editors or {}
    moved = [_moved(change, known) for change in plan.changes if not _is_no_difference(change)]
    renewed = sum(1 for c in plan.changes if c.operation is Operation.UPDATE and _is_no_difference(c))
    unchanged = plan.unchanged + renewed
    return Drift(plan.workspace, plan.subdomain, tuple(moved), unchanged, plan.notes, dict(plan.labels))


def _is_no_difference(change: Change) -> bool:
    """A step on the way, or a record that is renewed."""
    if change.operation is Operation.INTERIM:
        return True
    return change.operation is Operation.UPDATE and not change.deltas and not change.children


def _moved(change: Change, editors: dict[str, Editor]) -> Moved:
    fields = tuple(_fields(change))
    editor = editors.get(change.id or "")
    match change.operation:
        case Operation.CREATE:
            return Moved(change, Origin.UNKNOWN, (), "not in the account: never applied, or deleted there", editor)
        case Operation.ADOPT:
            return Moved(change, Origin.UNKNOWN, fields, "without its ownership line, or never adopted", editor)
        case Operation.DELETE:
            return Moved(change, Origin.OURS, (), "still in the account, and to be deleted", editor)
    return Moved(change, _sum(moved.origin for moved in fields), fields, "differs", editor)


def _fields(change: Change) -> Iterable[MovedField]:
    for delta in change.deltas:
        yield MovedField(delta.path, delta.origin or Origin.UNKNOWN, delta.before, delta.after)
    for child in change.children:
        path = f"{child.list_name}[{child.label}]"
        origin = child.origin or Origin.UNKNOWN
        if child.deltas:
            for delta in child.deltas:
                yield MovedField(f"{path}.{delta.path}", origin, delta.before, delta.after)
        else:
            there = child.operation.value == "remove"
            yield MovedField(path, origin, "there" if there else None, None if there else "there")


def _sum(origins: Iterable[Origin]) -> Origin:
    found = set(origins)
    if len(found) == 1:
        return found.pop()
    if not found or (Origin.UNKNOWN in found and found <= {Origin.UNKNOWN, Origin.OURS}):
        return Origin.UNKNOWN
    return Origin.THEIRS if found == {Origin.UNKNOWN, Origin.THEIRS} else Origin.BOTH
