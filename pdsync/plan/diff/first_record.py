"""The record of an object that is made, the short way. Pure.

pdsync writes all of such an object, and nothing was on record before. So the record needs no comparison: it is the same that
`Record.build` and `LastApplied.render` give, which a test holds, for a third of the time. A plan of a new workspace is made of nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from operator import is_

from pdsync.model import Canonical, ChildList, Fields, Marker
from pdsync.model.last_applied import AppliedItem, AppliedList, key_hash, name_hash, render_first, value_hash
from pdsync.plan.change import ChildChange
from pdsync.plan.diff.last_applied import Record, item_order
from pdsync.plan.pairing.pair import Pair


def render_first_record(pair: Pair, marker: Marker, children: Sequence[ChildChange], room: int) -> str:
    """The word for the line of `marker`, in so many characters. `children` are the items that are added."""
    if pair.resource.put_back is None:
        lists = {name_hash(name): held for name, held in _lists(pair)}
        text = render_first(marker, _fields(pair), lists, is_protected=pair.resource.lifecycle.protect)
        if len(text) <= room:
            return text
    return Record(pair, frozenset()).build((), children).render(marker, room)


def _fields(pair: Pair) -> Iterator[tuple[str, str, str]]:
    kind, ignored, recorded = pair.kind, pair.resource.lifecycle.ignore, pair.refs.of_field
    fields: Fields = {}
    for name, value in pair.written.items():
        if name not in ignored:
            refers = name in kind.referring
            fields[name] = kind.fields_by_name[name].codec.map_refs(value, recorded) if refers else value
    stable = kind.stabilise(fields)
    for name, value in fields.items():
        said, other = value_hash(value), stable[name]
        yield name_hash(name), said, said if other is value else value_hash(other)


def _lists(pair: Pair) -> Iterator[tuple[str, AppliedList]]:
    for name, mode in pair.resource.modes.items():
        declared = pair.kind.child(name)
        if declared is None or name not in pair.children or name in pair.resource.lifecycle.ignore:
            continue
        said: Sequence[Mapping[str, Canonical]] = pair.children[name]
        keys = pair.keys_of(name)
        if declared.refers:
            recorded = [declared.item.map_refs(item, pair.refs.of_item) for item in said]
            if not all(map(is_, recorded, said)):
                said, keys = recorded, list(map(declared.key_of, recorded))
        items = tuple(sorted(map(_item, repeat(declared), said, keys), key=item_order))
        if mode == "exclusive":
            whole = sorted(said, key=declared.key_of)
            yield name, AppliedList(True, value_hash(whole), value_hash(list(map(declared.key_of, whole))), items)
        else:
            yield name, AppliedList(False, items=items)


def _item(declared: ChildList, item: Mapping[str, Canonical], key: str) -> AppliedItem:
    said, members = {}, 0
    for at, name in enumerate(declared.beside_key):
        if name in item:
            said[name] = item[name]
            members |= 1 << at
    return AppliedItem(key_hash(key), members, value_hash([key, said]), True)
