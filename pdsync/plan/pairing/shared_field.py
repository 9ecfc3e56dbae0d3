"""Shared fields of one object: what the account holds in them that no manifest declares. Pure.

Premise. A shared field is a list that several manifests declare items of (`pdsync.model.fragment`), and other people may write items by
hand next to them. So an item that no manifest declares goes only if pdsync wrote it and it is as it was written. Any other stays where
it is, between the same neighbours. A field that is not shared is whole: there what is not declared goes.

The record in the ownership line holds a list for each shared field: its declared items, each with its value and whether pdsync wrote it.
What it says about live items, `pdsync.plan.pairing.shared_record` finds. Where that is not known, nothing goes and nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from pdsync.model import Canonical, Fields, Kind, Ref, Resource
from pdsync.model.codec.plain import Codec
from pdsync.model.fragment import Gathering, Item, items_by_key
from pdsync.model.last_applied import AppliedItem, AppliedList, LastApplied, key_hash, value_hash
from pdsync.model.sequence import merge_keys
from pdsync.plan.pairing.open_field import parts_name
from pdsync.plan.pairing.removed_field import EDITED, FOUND
from pdsync.plan.pairing.shared_record import Ours, find_ours, name_ours

UNKNOWN = "the ownership line does not say who wrote it"
NOT_OURS = "pdsync did not write it"


@dataclass(frozen=True, slots=True)
class OwnLine:
    """The ownership line of an object as far as shared fields go by it."""

    is_there: bool
    """False for an object that is not ours yet: to adopt it is to take over what it holds."""
    last: LastApplied | None
    """What is on record; None also where that was cut or edited."""


Recorded = Callable[[Ref], Ref]
"""Gives a reference as the record holds it."""


@dataclass(frozen=True, slots=True)
class Undeclared:
    """What a shared field holds that no manifest declares and that stays, and what is known about the items that manifests declare."""

    foreign: tuple[str, ...] = ()
    """The items that no manifest ever declared."""
    dropped: Mapping[str, str] = field(default_factory=dict)
    """Items that a manifest declared, or may have declared, each with the reason why it stays."""
    taken: Mapping[str, str] = field(default_factory=dict)
    """Foreign items, or such as may be foreign, that a manifest declares now with another content, each with why that counts. To write
    them would overwrite what another person wrote."""
    written: frozenset[str] = frozenset()
    """The declared items that pdsync wrote or is about to write."""

    @property
    def keys(self) -> frozenset[str]:
        """All items that stay."""
        return frozenset((*self.foreign, *self.dropped))


def shared_codec(kind: Kind, name: str) -> Gathering:
    """The codec of a shared field."""
    codec = kind.fields_by_name[name].codec
    assert isinstance(codec, Gathering)
    return codec


def keep_undeclared(
    resource: Resource, kind: Kind, sides: tuple[Fields, Fields], line: OwnLine, recorded: Recorded
) -> tuple[Fields, Fields, dict[str, Undeclared]]:
    """The desired fields with what stays in shared ones; the live fields, in which ours of several items of one key has the key; and what
    stays. `sides` are the desired and the live fields."""
    fields, before = sides[0], dict(sides[1])
    wanted, found = dict(fields), dict[str, Undeclared]()
    for name in resource.gathered:
        if name not in fields or name not in before:
            continue
        codec = shared_codec(kind, name)
        as_recorded = _recorder(kind, name, recorded)
        before[name] = name_ours(codec, name, (before[name], fields[name]), line.last, as_recorded)
        desired, live = items_by_key(codec, fields[name]), items_by_key(codec, before[name])
        held, said = as_recorded(before[name]), as_recorded(fields[name])
        ours = find_ours(codec, name, (held, said), line.last) if line.last or not line.is_there else None
        found[name] = stays = _judge(desired, live, ours, is_ours=line.is_there)
        items = {**live, **desired}
        order = merge_keys(list(live), list(desired), stays.keys)
        wanted[name] = codec.with_items(fields[name], [items[key] for key in order])
    return wanted, before, found


def _recorder(kind: Kind, name: str, recorded: Recorded) -> Callable[[Canonical], Canonical]:
    return lambda value: kind.map_fields({name: value}, recorded)[name]


def _judge(desired: Mapping[str, Item], live: Mapping[str, Item], ours: Ours | None, *, is_ours: bool) -> Undeclared:
    left = [key for key in live if key not in desired]
    differing = {key for key in desired if live.get(key) != desired[key]}
    overwritten = [key for key in live if is_ours and key in differing]
    if ours is None:
        unknown, at_risk = dict.fromkeys(left, UNKNOWN), dict.fromkeys(overwritten, UNKNOWN)
        return Undeclared(dropped=unknown, taken=at_risk, written=frozenset(differing))
    why = dict.fromkeys(ours.named, FOUND)
    why |= {key: "" if key in ours.unchanged else EDITED for key in ours.written}
    return Undeclared(
        foreign=tuple(key for key in left if key not in why),
        dropped={key: why[key] for key in left if why.get(key)},
        taken=dict.fromkeys((key for key in overwritten if key not in why), NOT_OURS),
        written=frozenset(differing.union(ours.written) & desired.keys()),
    )


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
    references as the record holds them. For a new object `undeclared` is empty: pdsync writes the whole field."""
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
