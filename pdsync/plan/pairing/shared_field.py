"""Shared fields of one object: what the account holds in them that no manifest declares. Pure.

Premise. A shared field is a list that several manifests declare items of (`pdsync.model.fragment`), and other people may write items by
hand beside them. So an item that no manifest declares goes only if pdsync wrote it and it is as it was written. Any other stays where
it is, between the same neighbours. A field that is not shared is whole: there what is not declared goes.

The record in the ownership line holds a list for each shared field: its declared items, each with its value and whether pdsync wrote it.
Where there is no room for the list, the record of the whole field must do: pdsync tries which of the live items make up the value that
was written last. If none do, because of an edit by hand, it is not known who wrote what, and nothing goes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice

from pdsync.model import Canonical, Fields, Kind, Ref, Resource
from pdsync.model.codec.plain import Codec
from pdsync.model.fragment import Gathering, Item
from pdsync.model.last_applied import AppliedItem, AppliedList, LastApplied, key_hash, value_hash
from pdsync.model.sequence import merge_keys
from pdsync.plan.pairing.open_field import parts_name
from pdsync.plan.pairing.removed_field import EDITED, FOUND

UNKNOWN = "the ownership line does not say who wrote it"
_MOST_TRIES = 500
"""How often a value is put together to find out who wrote its items: each takes the time to hash all of it."""

Recorded = Callable[[Ref], Ref]
"""Gives a reference as the record holds it."""


@dataclass(frozen=True, slots=True)
class Undeclared:
    """What a shared field holds that no manifest declares and that stays, and what is known of the items that manifests declare."""

    foreign: tuple[str, ...] = ()
    """The items that no manifest ever declared."""
    dropped: Mapping[str, str] = field(default_factory=dict)
    """Those that a manifest declared, or that it may have declared, each with why it stays."""
    taken: tuple[str, ...] = ()
    """Foreign items that a manifest declares now, with another content: to write them would overwrite what another person wrote."""
    written: frozenset[str] = frozenset()
    """The declared items that pdsync wrote or is about to write."""

    @property
    def keys(self) -> frozenset[str]:
        """All that stay."""
        return frozenset((*self.foreign, *self.dropped))


@dataclass(frozen=True, slots=True)
class _Ours:
    """What the record says of live items."""

    named: Collection[str] = ()
    """Those that manifests declared when it was written."""
    written: Collection[str] = ()
    """Those of them that pdsync wrote."""
    unchanged: Collection[str] = ()
    """Those of them that are as they were."""


def shared_codec(kind: Kind, name: str) -> Gathering:
    """The codec of a shared field."""
    codec = kind.fields_by_name[name].codec
    assert isinstance(codec, Gathering)
    return codec


def keep_undeclared(
    resource: Resource, kind: Kind, sides: tuple[Fields, Fields], last: LastApplied | None, recorded: Recorded
) -> tuple[Fields, dict[str, Undeclared]]:
    """The desired fields with what stays in shared ones, and what that is. `sides` are the desired and the live fields, `last` what is on
    record, None for an object that is not ours yet."""
    fields, before = sides
    wanted, found = dict(fields), dict[str, Undeclared]()
    for name in resource.gathered:
        if name not in fields or name not in before:
            continue
        codec = shared_codec(kind, name)
        desired, live = items_by_key(codec, fields[name]), items_by_key(codec, before[name])
        mapped = kind.map_fields({name: before[name]}, recorded)[name]
        ours = _find_ours(codec, name, mapped, desired.keys(), last)
        found[name] = stays = _judge(desired, live, ours, is_ours=last is not None)
        items = {**live, **desired}
        order = merge_keys(list(live), list(desired), stays.keys)
        wanted[name] = codec.with_items(fields[name], [items[key] for key in order])
    return wanted, found


def _judge(desired: Mapping[str, Item], live: Mapping[str, Item], ours: _Ours | None, *, is_ours: bool) -> Undeclared:
    left = [key for key in live if key not in desired]
    differing = {key for key in desired if live.get(key) != desired[key]}
    if ours is None:
        return Undeclared(dropped=dict.fromkeys(left, UNKNOWN), written=frozenset(differing))
    why = dict.fromkeys(ours.named, FOUND)
    why |= {key: "" if key in ours.unchanged else EDITED for key in ours.written}
    return Undeclared(
        foreign=tuple(key for key in left if key not in why),
        dropped={key: why[key] for key in left if why.get(key)},
        taken=tuple(key for key in live if is_ours and key in differing and key not in why),
        written=frozenset(differing.union(ours.written) & desired.keys()),
    )


def items_by_key(codec: Gathering, value: Canonical) -> dict[str, Item]:
    """The items of a value by what tells them apart, in their order."""
    return {str(item[codec.item_key]): item for item in codec.items(value)}


def _find_ours(
    codec: Gathering, name: str, value: Canonical, desired: Collection[str], last: LastApplied | None
) -> _Ours | None:
    """What is on record of the items of a live value, which has references as the record holds them; None where that is not known.
    `desired` are the keys that manifests declare now."""
    applied = last.of_field(name) if last is not None else None
    if last is None or applied is None:
        return _Ours() if last is None or not last.lacks_fields else None
    items = items_by_key(codec, value)
    held = last.of_list(parts_name(name))
    if held is not None and held.items is not None:
        on_record = {item.key: item for item in held.items}
        named = {key: on_record[key_hash(key)] for key in items if key_hash(key) in on_record}
        unchanged = [key for key, it in named.items() if it.value == value_hash(items[key])]
        return _Ours(named, [key for key, it in named.items() if it.is_added], unchanged)
    left = [key for key in items if key not in desired]
    # Before it was shared, all of it was ours. Where the list has no room for its items, some of those that are left may be foreign.
    for gone in islice(_choices(left), _MOST_TRIES) if held is not None else (left,):
        rest = [key for key in items if key in gone or key not in left]
        if value_hash(codec.with_items(value, [items[key] for key in rest])) == applied.value:
            return _Ours(rest, rest if applied.is_written else (), rest)
    return None


def _choices(keys: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Some of the keys in every way, fewest first: a plan rarely takes out many."""
    for count in range(len(keys) + 1):
        yield from combinations(keys, count)


def without_undeclared(codec: Codec, value: Canonical, undeclared: Undeclared) -> Canonical:
    """A live value without what no manifest declares and what stays."""
    if not isinstance(codec, Gathering) or not undeclared.keys:
        return value
    kept = [item for item in codec.items(value) if item[codec.item_key] not in undeclared.keys]
    return codec.with_items(value, kept)


def record_shared(
    kind: Kind, gathered: Collection[str], fields: Fields, undeclared: Mapping[str, Undeclared]
) -> dict[str, AppliedList]:
    """The lists that the record holds of shared fields, by the names of those lists. `fields` are as manifests declare them, with
    references as the record holds them. Of a new object nothing is in `undeclared`: pdsync writes all of it."""
    found = {}
    for name in gathered:
        if name in fields:
            written = undeclared[name].written if name in undeclared else None
            items = [
                AppliedItem(key_hash(key), 0, value_hash(item), is_added=written is None or key in written)
                for key, item in items_by_key(shared_codec(kind, name), fields[name]).items()
            ]
            found[parts_name(name)] = AppliedList(is_exclusive=False, items=tuple(sorted(items)))
    return found
