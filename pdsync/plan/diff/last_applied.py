"""The record of what was last applied, compared with one manifest and its live object. Pure.

A live object alone does not show whether a difference is an edit by hand or a change in git that was not applied yet, nor whether a
value that no manifest names any more was written by pdsync. The record in the ownership line says both. It is not state: it is lost
with the line, and then nothing is taken back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from pdsync.model import Canonical, ChildList, LiveObject, Marker, Ref
from pdsync.model.child import without_number
from pdsync.model.last_applied import (
    MOST_FORMER_KEYS,
    AppliedField,
    AppliedItem,
    AppliedList,
    LastApplied,
    former_key_hash,
    id_hash,
    is_of_later_version,
    key_hash,
    members_mask,
    name_hash,
    parse_last_applied,
    value_hash,
)
from pdsync.model.last_applied_v1 import RecordV1, render_v1
from pdsync.plan.pairing.open_field import is_as_applied, recorded_lists, stable_fields

if TYPE_CHECKING:  # programs that read saved plans need no pairing
    from pdsync.plan.change import ChildChange, Delta
    from pdsync.plan.pairing.pair import Pair

PROTECT = "lifecycle.protect"
"""The name under which a plan and the record of an older version hold whether an object is protected."""


class Origin(StrEnum):
    """Where a difference comes from."""

    THEIRS = "theirs"
    """The account changed: it was edited after the last apply."""
    OURS = "ours"
    """The manifest changed: it was not applied yet."""
    BOTH = "both"
    """Both changed."""
    UNKNOWN = "unknown"
    """There is no record of what was last applied."""


def is_protected(marker: Marker) -> bool:
    """Whether the line says that the object is protected. The word may have been edited away; the record remembers it."""
    record = parse_last_applied(marker)
    return marker.protect or (record.is_protected if record else RecordV1(marker).has(PROTECT))


def is_on_record(marker: Marker | None, name: str) -> bool:
    """Whether the line records a field or child list, in any version of the record."""
    record = parse_last_applied(marker)
    if record is None:
        return RecordV1(marker).has(name)
    return record.of_field(name) is not None or record.of_list(name) is not None


def may_be_copied(live: LiveObject) -> bool:
    """Whether an object may carry a copy of another object's line: the record does not hold the id of its object, and the name is
    another one. Cloning in the web application makes such an object; so does a person who renames ours."""
    record, older = parse_last_applied(live.marker), RecordV1(live.marker)
    name = live.fields.get(live.label)
    if record is not None:
        held = record.of_field(live.label)
        return not record.id and held is not None and held.value != value_hash(name)
    return older.has(live.label) and not older.is_of(live.label, name)


def item_hash(declared: ChildList, item: Mapping[str, Canonical], members: int) -> str:
    """The characters for an item: its key, and those of its other members that `members` has a bit for."""
    item = without_number(item)
    said = {name: item.get(name) for at, name in enumerate(declared.beside_key) if members >> at & 1}
    return value_hash([declared.key_of(item), said])


def _was_written(record: LastApplied, name: str, value: str) -> bool:
    """Whether a record says that pdsync wrote this value of a field."""
    held = record.of_field(name)
    return held is not None and held.is_written and held.value == value


def item_order(item: AppliedItem) -> tuple[str, str]:
    """Items are recorded in an order that does not depend on that of the manifest."""
    return item.key, item.value


def _items_of(record: LastApplied | None, name: str) -> dict[str, AppliedItem]:
    """The items of a list on record, by the characters for their keys."""
    held = record.of_list(name) if record else None
    return {item.key: item for item in held.items or ()} if held is not None else {}


class Record:
    """The record of one pair. Child lists count as a whole where the manifest's list is complete (`lists`)."""

    def __init__(self, pair: Pair, implied: frozenset[Ref]) -> None:
        self._pair = pair
        self._implied = implied
        self._last, self._v1 = pair.last, pair.last_v1
        ignored = pair.resource.lifecycle.ignore  # written once; a later difference is not reported
        self._named = {name: mode for name, mode in pair.resource.modes.items() if name in pair.children}
        self._named = {name: mode for name, mode in self._named.items() if name not in ignored}
        self.lists = frozenset(name for name, mode in self._named.items() if mode == "exclusive")

    @cached_property
    def _desired(self) -> dict[str, Canonical]:
        """Fields and exclusive lists as the manifest says them, with references as the record holds them."""
        lists = {name: sorted(self._items(name), key=self._declared(name).key_of) for name in self.lists}
        return {**self._fields, **lists}

    @cached_property
    def _fields(self) -> dict[str, Canonical]:
        ignored = self._pair.resource.lifecycle.ignore
        written = {name: value for name, value in self._pair.written.items() if name not in ignored}
        return self._pair.kind.map_fields(written, self._pair.refs.of_field)

    @cached_property
    def _earlier(self) -> dict[str, Canonical]:
        """The fields with references as a record holds them that was written before this plan."""
        return self._pair.kind.map_fields(
            {name: self._pair.written[name] for name in self._fields}, self._pair.refs.was_field
        )

    @cached_property
    def _stable(self) -> dict[str, Canonical]:
        """The same without what the server rewrites; of lists the keys."""
        keys = {name: [self._declared(name).key_of(item) for item in self._desired[name]] for name in self.lists}
        return {**stable_fields(self._pair.kind, self._fields), **keys}

    def _items(self, name: str) -> list[Mapping[str, Canonical]]:
        """The desired items of a list, with references as the record holds them."""
        declared, items = self._declared(name), map(without_number, self._pair.children[name])
        if not declared.refers:
            return list(items)
        return [declared.item.map_refs(item, self._pair.refs.of_item) for item in items]

    def _declared(self, name: str) -> ChildList:
        declared = self._pair.kind.child(name)
        assert declared is not None
        return declared

    def build(self, deltas: Sequence[Delta], changes: Sequence[ChildChange]) -> LastApplied:
        """The record once these differences are written."""
        live = self._pair.live
        changed = {delta.field for delta in deltas}
        return LastApplied(
            fields={name_hash(name): self._field(name, is_changed=name in changed) for name in self._fields},
            lists={
                **{name_hash(name): self._list(name, changes) for name in self._named},
                **{name_hash(name): held for name, held in self._open_lists().items()},
                **{name_hash(name): held for name, held in self._shared().items()},
            },
            is_protected=self._pair.resource.lifecycle.protect,
            id=id_hash(live.kind, live.id) if live is not None else "",
            former_keys=self._former_keys(),
            warned={name_hash(name): said for name, said in self._warned(changed)},
            replaces=self._last.replaces if self._last else "",
        )

    def _open_lists(self) -> dict[str, AppliedList]:
        return recorded_lists(self._pair.kind, self._fields, self._last)

    def _shared(self) -> dict[str, AppliedList]:
        """What is recorded of shared fields, by the names under which that is."""
        pair = self._pair
        if not pair.resource.gathered:
            return {}
        from pdsync.plan.pairing.shared_field import record_shared

        return record_shared(pair.kind, pair.resource.gathered, self._fields, pair.undeclared)

    def _warned(self, changed: Collection[str]) -> Iterator[tuple[str, str]]:
        """What PagerDuty said about documents that this plan does not write: it says it only when they are written."""
        for name in self._pair.kind.documents if self._last else ():
            said = self._last.warned_of(name) if self._last else ""
            if said and name in self._fields and name not in changed:
                yield name, said

    def _former_keys(self) -> tuple[str, ...]:
        """The hashes of the keys before the last moves: a revert of them makes such a key again."""
        former = self._last.former_keys if self._last else ()
        marker = self._pair.live.marker if self._pair.live is not None else None
        if marker is not None and marker.key != self._pair.resource.key:
            own = former_key_hash(self._pair.resource.key)
            former = (former_key_hash(marker.key), *(key for key in former if key != own))
        return former[:MOST_FORMER_KEYS]

    def _field(self, name: str, *, is_changed: bool) -> AppliedField:
        """A value is ours if this plan writes it, or if we wrote it before and it is still the one that is asked for. What is put
        back is ours if it was so then."""
        value, stable = value_hash(self._fields[name]), value_hash(self._stable[name])
        then = self._pair.resource.put_back
        if is_changed or self._pair.live is None:
            return AppliedField(value, stable, then is None or _was_written(then, name, value))
        held = self._last.of_field(name) if self._last else None
        was_written = held is not None and held.is_written
        if held is not None and was_written and held.value != value:
            was_written = held.value == value_hash(self._earlier[name])
        return AppliedField(value, stable, was_written)

    def _list(self, name: str, changes: Sequence[ChildChange]) -> AppliedList:
        items = tuple(sorted(self._applied_items(name, changes), key=item_order))
        if name not in self.lists:
            return AppliedList(is_exclusive=False, items=items)
        return AppliedList(True, value_hash(self._desired[name]), value_hash(self._stable[name]), items)

    def _applied_items(self, name: str, changes: Sequence[ChildChange]) -> Iterator[AppliedItem]:
        declared = self._declared(name)
        before, then = _items_of(self._last, name), self._pair.resource.put_back
        held = self._last.of_list(name) if self._last else None
        exact = {(item.key, item.value): item for item in (held.items or () if held is not None else ())}
        earlier = _items_of(then, name)
        made = {change.key: change.operation.value for change in changes if change.list_name == name}
        live = {declared.key_of(child.value): child.value for child in self._pair.children_before.get(name, ())}
        for normal, item in zip(self._pair.children[name], self._items(name), strict=True):
            key, members = key_hash(declared.key_of(item)), members_mask(declared.beside_key, item.__contains__)
            if key in earlier:
                members &= earlier[key].members  # what is put back names each member, the manifest of that time did not
            value, operation = item_hash(declared, item, members), made.get(declared.key_of(normal))
            if operation == "add":
                put_back = earlier.get(key)
                yield AppliedItem(key, members, value, then is None or (put_back is not None and put_back.is_added))
                continue
            old = (
                exact.get((key, value))
                or before.get(key)
                or before.get(self._earlier_key(declared, normal) if before else "")
            )
            was_added = old is not None and old.is_added
            if old is not None and was_added and not operation and old.value != value:
                # What is there may be as pdsync wrote it although the manifest names more or fewer of its members now.
                now = declared.item.map_refs(live.get(declared.key_of(normal), {}), self._pair.refs.was_item)
                was_added = old.value == item_hash(declared, now, old.members)
            yield AppliedItem(key, members, value, was_added)

    def vouches_for(self, name: str) -> bool:
        """Whether the live line records the list as the manifest says it, down to the members of each item."""
        held = self._last.of_list(name) if self._last else None
        if held is None or name not in self._named:
            return False
        wanted = self._list(name, ())
        # The whole of an exclusive list is on record, even where there is no room for its items.
        return wanted == held or (held.items is None and held.is_exclusive and wanted.without_items() == held)

    def _earlier_key(self, declared: ChildList, item: Mapping[str, Canonical]) -> str:
        """The hash of the key of an item as a record holds it that was written before this plan."""
        return key_hash(declared.key_of(declared.item.map_refs(without_number(item), self._pair.refs.was_item)))

    def is_stale(self, wanted: LastApplied, text: str) -> bool:
        """Whether the live line records something else than `wanted`, whose word is `text`: another state of the manifest, or
        nothing, where a person removed it or a run was cut off before it was written."""
        marker = self._pair.live.marker if self._pair.live else None
        if marker is None or marker.applied == text or is_of_later_version(marker):
            return False
        if self._last:
            return not wanted.agrees_with(self._last)
        # Two versions that write one account in turn do not take turns at its lines: what an older one recorded right, stays.
        return not self._v1 or marker.applied != self._older_text()

    def _older_text(self) -> str:
        """The record of the desired state as an older version of pdsync writes it."""
        pair = self._pair
        fields = {name: value for name, value in pair.written.items() if name in self._fields}
        lists = {
            name: sorted((dict(item) for item in pair.children[name]), key=self._declared(name).key_of)
            for name in self.lists
        }
        keys = {name: [self._declared(name).key_of(item) for item in items] for name, items in lists.items()}
        protect = {PROTECT: True} if pair.resource.lifecycle.protect else {}
        return render_v1({**fields, **lists, **protect}, {**pair.kind.passing.stabilise(fields), **keys})

    def origin_of_protection(self) -> Origin:
        """Where a difference in ``lifecycle.protect`` comes from."""
        if self._last:
            was = self._last.is_protected
        elif self._v1:
            was = self._v1.has(PROTECT)
        else:
            return Origin.UNKNOWN
        return Origin.OURS if self._pair.resource.lifecycle.protect != was else Origin.THEIRS

    def origin_of(self, name: str) -> Origin:
        """Where a difference in a field or child list comes from."""
        if name in self._pair.removed.resets:
            return Origin.OURS
        if name not in self._desired:
            return Origin.UNKNOWN
        if self._last:
            return self._origin(name, self._last)
        return self._origin_v1(name, self._v1) if self._v1 else Origin.UNKNOWN

    def _origin(self, name: str, last: LastApplied) -> Origin:
        held: AppliedField | AppliedList | None = last.of_list(name) if name in self.lists else last.of_field(name)
        if held is None or (isinstance(held, AppliedList) and not held.is_exclusive):
            # Everything that was applied is on record where there was room: what is not was added to the manifest since.
            return Origin.UNKNOWN if last.lacks_fields and name not in self.lists else Origin.OURS
        if name in self.lists and not last.id and self._stable[name] and not self._live(name):
            # The line is that of the create, and a run that creates many objects puts lists on record before it writes them.
            return Origin.UNKNOWN
        codec = self._pair.kind.open_fields.get(name)
        if held.value == value_hash(self._desired[name]):
            is_ours = codec is not None and codec.SEALED and self._is_secret_sent(name)
            return Origin.OURS if is_ours else Origin.THEIRS
        if codec is not None:
            is_ours = is_as_applied(name, codec, last, self._normal(name), trusts_hidden=codec.SEALED)
        else:
            is_ours = held.stable == value_hash(self._live(name))
        return Origin.OURS if is_ours else Origin.BOTH

    def _is_secret_sent(self, name: str) -> bool:
        """Whether nothing but secrets that no answer shows differ: an edit by hand would not be seen."""
        codec = self._pair.kind.open_fields[name]
        before, after = self._pair.before.get(name), self._pair.after.get(name)
        said = codec.parts(after)
        is_shown = (codec.is_shown(part) and said.get(path) != part for path, part in codec.parts(before).items())
        return codec.frame(before) == codec.frame(after) and not any(is_shown)

    def _origin_v1(self, name: str, last: RecordV1) -> Origin:
        if not last.has(name):
            return Origin.OURS
        if last.is_of(name, self._pair.written.get(name, self._desired[name])):
            return Origin.THEIRS
        return Origin.OURS if last.is_of_stable(name, self._live(name)) else Origin.BOTH

    def _live(self, name: str) -> Canonical:
        """The stable form of what the account holds, with references as the record holds them."""
        pair = self._pair
        if name not in self.lists:
            return self._normal(name)
        declared = self._declared(name)
        wanted = set(self._stable[name])
        given = {self._key(declared, {declared.identified_by: person}) for person in self._implied} - wanted
        held = sorted(self._key(declared, child.value) for child in pair.children_before.get(name, ()))
        return [key for key in held if key not in given]

    def _normal(self, name: str) -> Canonical:
        """What the account holds of a field, without what the server rewrites, with references as the record holds them."""
        pair, field = self._pair, self._pair.kind.field(name)
        assert field is not None
        value = pair.kind.passing.stabilise(pair.before).get(name)
        if name in pair.undeclared:
            from pdsync.plan.pairing.shared_field import without_undeclared

            value = without_undeclared(field.codec, value, pair.undeclared[name])
        return field.codec.map_refs(value, pair.refs.of_field)

    def _key(self, declared: ChildList, item: Mapping[str, Canonical]) -> str:
        return declared.key_of(declared.item.map_refs(without_number(item), self._pair.refs.of_item))
