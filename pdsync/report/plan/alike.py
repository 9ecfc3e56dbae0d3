"""Groups of alike changes and alike items, which take one line instead of many.

Two creates are alike where they are of one kind, neither has a note or a blocker, and all that is shown of them is the same except for what
every object has of its own: names, labels, descriptions, and of people their e-mail address, job title, time zone, colour, contact methods
and notification rules. The domain of the address must be the same: a reviewer must see who gets into the account from
elsewhere. Two added items of one list are alike where only their natural keys differ. Three make a group. A group says
what its members have in common. Objects of one series are alike whatever is done to them, if only their times differ: two make a group,
and what needs review too. Adopts of one kind are alike where they only write the ownership line.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, Ref
from pdsync.model.address import render_address
from pdsync.model.codec.time import Instant
from pdsync.plan import Change, ChildChange, ChildOperation, Delta, Operation
from pdsync.report.plan.hidden_default import shown_deltas
from pdsync.report.plan.plan_order import Band, Section
from pdsync.report.text.detail import Detail

FEWEST = 3
"""How many make a group."""
_OWN = frozenset({"name", "label", "address", "description"})
"""What every object has of its own."""
_EMAIL = "email"
_OF_A_PERSON = frozenset(
    {
        _EMAIL,
        "job_title",
        "time_zone",
        "color",
        "contact_methods",
        "notification_rules",
        "oncall_handoff_notification_rules",
        "status_update_notification_rules",
    }
)
"""Fields and lists that a person has of their own."""


@dataclass(frozen=True, slots=True)
class Group:
    """Changes that are alike: all creates, or all adopts."""

    changes: tuple[Change, ...]

    @property
    def operation(self) -> Operation:
        """What all of them do."""
        return self.changes[0].operation

    @property
    def series(self) -> str:
        """The address of the manifest whose objects these are; empty where they are those of several."""
        return _series_of(self.changes[0])

    @property
    def starts(self) -> list[str]:
        """When the objects of a series begin, in order."""
        name = BY_SLUG[self.changes[0].kind].passing.start_field
        found = (({**it.before, **it.values}).get(name) for it in self.changes)
        return sorted(str(start) for start in found if start is not None)

    @property
    def common(self) -> dict[str, Canonical]:
        """The fields that all of them set to the same value, and how many items of each list each of them adds."""
        first, *others = ({delta.path: delta.after for delta in it.deltas} for it in self.changes)
        same = {path: value for path, value in first.items() if all(it.get(path) == value for it in others)}
        fields = {it.path: it.after for it in shown_deltas(self.changes[0], defaults=False) if it.path in same}
        counts = Counter(it.list_name for it in self.changes[0].children)
        own = _own_of(self.changes[0])
        address = {_EMAIL: f"*@{_domain(first[_EMAIL])}"} if _EMAIL in first and _EMAIL in own else {}
        return {**address, **fields, **{name: count for name, count in counts.items() if name not in own}}


def group_changes(section: Section, detail: Detail) -> list[Change | Group]:
    """The changes in their order, alike ones in a group at the place of the first. What needs review is never in a group."""
    changes = section.changes
    if detail.expanded or detail.defaults:
        return list(changes)
    found: dict[str, list[Change]] = {}
    for change in changes:
        if series := _series_of(change):
            if not (change.notes or change.blockers or change.unmanaged):
                found.setdefault(json.dumps([series, change.operation, _same_in_series(change)]), []).append(change)
        elif section.band is not Band.REVIEW and _may_be_grouped(change):
            found.setdefault(_signature(change), []).append(change)
    groups = {it[0].address: it for it in found.values() if len(it) >= (2 if _series_of(it[0]) else FEWEST)}
    grouped = {change.address for it in groups.values() for change in it}
    return [
        Group(tuple(groups[change.address])) if change.address in groups else change
        for change in changes
        if change.address in groups or change.address not in grouped
    ]


def group_items(change: Change, detail: Detail) -> list[tuple[ChildChange, ...]]:
    """The items in their order, alike additions together at the place of the first; any other item by itself."""
    if detail.expanded:
        return [(child,) for child in change.children]
    found: dict[str, list[ChildChange]] = {}
    for child in change.children:
        found.setdefault(_item_signature(change, child), []).append(child)
    result: list[tuple[ChildChange, ...]] = []
    for items in found.values():
        result += [tuple(items)] if len(items) >= FEWEST else [(item,) for item in items]
    return sorted(result, key=lambda items: change.children.index(items[0]))


def _series_of(change: Change) -> str:
    """The address of the manifest of a series that the object belongs to; empty where it is of none."""
    passing, key = BY_SLUG[change.kind].passing, change.address.partition("/")[2]
    if not passing.start_field or passing.manifest_key(key) == key:
        return ""
    return render_address(change.kind, passing.manifest_key(key))


def deltas_of_series(change: Change) -> list[Delta]:
    """What changes of an object of a series. Its key follows its time."""
    return [delta for delta in change.deltas if BY_SLUG[change.kind].field(delta.field) is not None]


def _same_in_series(change: Change) -> Canonical:
    """What is the same for all objects of a group: what changes besides their times, and which of the times do."""
    times = {field.name for field in BY_SLUG[change.kind].fields if isinstance(field.codec, Instant)}
    return [
        [it.path] if it.field in times else [it.path, _blank(it.before, ()), _blank(it.after, ())]
        for it in deltas_of_series(change)
    ]


def _may_be_grouped(change: Change) -> bool:
    if change.notes or change.blockers or change.unmanaged:
        return False
    return change.operation is Operation.CREATE or only_marks(change)


def only_marks(change: Change) -> bool:
    """Whether the change adopts an object that is as its manifest says: only its ownership line is new."""
    return change.operation is Operation.ADOPT and not (change.blockers or change.deltas or change.children)


def _signature(change: Change) -> str:
    own = _own_of(change)
    fields = [
        (delta.path, _own_value(delta) if delta.path in own else _blank(delta.after, own))
        for delta in shown_deltas(change, defaults=False)
    ]
    items = sorted(
        json.dumps([child.list_name, _blank(child.values, own)], sort_keys=True)
        for child in change.children
        if child.list_name not in own
    )
    return json.dumps([change.kind, change.operation, fields, items], sort_keys=True)


def _own_value(delta: Delta) -> str | None:
    """What must be the same of a field that every object has of its own."""
    return _domain(delta.after) if delta.path == _EMAIL else None


def _domain(address: Canonical) -> str:
    return str(address).rpartition("@")[2].casefold()


def _own_of(change: Change) -> frozenset[str]:
    kind = BY_SLUG[change.kind]
    return _OWN | {kind.label} | (_OF_A_PERSON if kind.facts.person is not None else frozenset())


def _item_signature(change: Change, child: ChildChange) -> str:
    if child.operation is not ChildOperation.ADD:
        return child.key + "\0" + child.list_name + child.operation + (child.id or "")
    declared = BY_SLUG[change.kind].child(child.list_name)
    keys = frozenset(declared.key) if declared is not None else frozenset()
    return json.dumps(
        [child.list_name, _blank({k: v for k, v in child.values.items() if k not in keys}, frozenset())], sort_keys=True
    )


def _blank(value: Canonical, own: Collection[str]) -> Canonical:
    """The value without what every object has of its own, as plain JSON."""
    if isinstance(value, Ref):
        return [value.kind, value.by, value.value]
    if isinstance(value, Mapping):
        return {name: None if name in own else _blank(held, own) for name, held in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_blank(item, own) for item in value]
    return value
