"""The record of an object that is made, the short way. Pure.

pdsync writes all of such an object, and nothing was on record before. So the record needs no comparison: it is the same that
`Record.build` and `LastApplied.render` give, which a test holds, for a third of the time. A plan of a new workspace is made of nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from operator import add, is_

from pdsync.model import Canonical, ChildList, Fields, Marker
from pdsync.model.child import without_number
from pdsync.model.last_applied import (
    AppliedItem,
    AppliedList,
    in_record_order,
    key_hash,
    name_hash,
    render_first,
    value_hash,
    value_hashes,
)
from pdsync.plan.change import ChildChange
from pdsync.plan.diff.last_applied import Record, item_order
from pdsync.plan.pairing.open_field import recorded_lists, stable_fields
from pdsync.plan.pairing.pair import Pair


def render_first_record(pair: Pair, marker: Marker, children: Sequence[ChildChange], room: int) -> str:
    """The word for the line of `marker`, in so many characters. `children` are the items that are added."""
    if pair.resource.put_back is None:
        fields = _recorded(pair)
        written, stable = _hashes(pair, fields)
        lists = {name_hash(name): held for name, held in _lists(pair)} if pair.children else {}
        if not pair.kind.open_fields.keys().isdisjoint(fields):
            lists |= {name_hash(name): held for name, held in recorded_lists(pair.kind, fields).items()}
        if pair.resource.gathered:
            from pdsync.plan.pairing.shared_field import record_shared

            shared = record_shared(pair.kind, pair.resource.gathered, fields, {})
            lists |= {name_hash(name): held for name, held in shared.items()}
        text = render_first(marker, written, stable, lists, is_protected=pair.resource.lifecycle.protect)
        if len(text) <= room:
            return text
    return Record(pair, frozenset()).build((), children).render(marker, room)


def _recorded(pair: Pair) -> Fields:
    """The fields as the record holds them."""
    kind, ignored, recorded = pair.kind, pair.resource.lifecycle.ignore, pair.refs.of_field
    fields: Fields = dict(pair.written)
    for name in ignored:
        fields.pop(name, None)
    for name in kind.referring:
        if name in fields:
            fields[name] = kind.fields_by_name[name].codec.map_refs(fields[name], recorded)
    return fields


def _hashes(pair: Pair, fields: Fields) -> tuple[list[str], list[str]]:
    """The hashes of the fields with those of their values; and of those whose stable form is another, with that one."""
    names = in_record_order(tuple(fields))
    written = list(map(add, map(name_hash, names), value_hashes([fields[name] for name in names])))
    is_open = not pair.kind.open_fields.keys().isdisjoint(fields)
    stable = stable_fields(pair.kind, fields) if is_open else pair.kind.passing.stabilise(fields)
    if stable is fields:
        return written, []
    others = map(add, map(name_hash, names), value_hashes([stable[name] for name in names]))
    return written, [other for said, other in zip(written, others, strict=True) if other != said]


def _lists(pair: Pair) -> Iterator[tuple[str, AppliedList]]:
    for name, mode in pair.resource.modes.items():
        declared = pair.kind.child(name)
        if declared is None or name not in pair.children or name in pair.resource.lifecycle.ignore:
            continue
        said: Sequence[Mapping[str, Canonical]] = pair.children[name]
        keys = pair.keys_of(name)
        if declared.is_numbered:
            said = list(map(without_number, said))
            keys = list(map(declared.key_of, said))
        if declared.refers:
            recorded = [declared.item.map_refs(item, pair.refs.of_item) for item in said]
            if not all(map(is_, recorded, said)):
                said, keys = recorded, list(map(declared.key_of, recorded))
        items = tuple(sorted(_items(declared, said, keys), key=item_order))
        if mode == "exclusive":
            whole = sorted(said, key=declared.key_of)
            yield name, AppliedList(True, value_hash(whole), value_hash(list(map(declared.key_of, whole))), items)
        else:
            yield name, AppliedList(False, items=items)


def _items(declared: ChildList, items: Sequence[Mapping[str, Canonical]], keys: Sequence[str]) -> Iterator[AppliedItem]:
    masks, said = [], []
    for item, key in zip(items, keys, strict=True):
        beside, members = {}, 0
        for at, name in enumerate(declared.beside_key):
            if name in item:
                beside[name] = item[name]
                members |= 1 << at
        masks.append(members)
        said.append([key, beside])
    return map(AppliedItem, map(key_hash, keys), masks, value_hashes(said), repeat(True))
