"""What a person changed in an object after another one was made in its place: it goes with the object, so a plan names it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model import Canonical, Fields, Kind, LiveObject
from pdsync.model.last_applied import LastApplied, parse_last_applied, value_hash
from pdsync.plan.pairing.open_field import is_as_applied
from pdsync.plan.pairing.pair import Pair, normal_lists
from pdsync.plan.pairing.paired_account import PairedAccount
from pdsync.plan.pairing.resolver import Resolver


def find_late_edits(live: LiveObject, fields: Fields, new: Pair, paired: PairedAccount) -> Iterator[str]:
    """The fields of the old object that are not as they were applied, or not as the new one took them over, and the lists in which only the
    old one has items. `fields` are those of the old object in normal form, and `new` is the manifest with the new one."""
    last, kind = parse_last_applied(live.marker), new.kind
    stable = kind.passing.stabilise(fields)
    for declared in kind.fields:
        name = declared.name
        if name not in fields or declared.document:
            continue
        if last is not None and last.of_field(name) is not None:
            is_edited = not _is_as_recorded(
                kind, name, declared.codec.map_refs(stable.get(name), new.refs.of_field), last
            )
        else:
            is_edited = last is not None and not last.lacks_fields and _differs(name, fields, new)
        if is_edited:
            yield name
    yield from _find_items(live, new, paired.resolver)


def _is_as_recorded(kind: Kind, name: str, value: Canonical, last: LastApplied) -> bool:
    codec, held = kind.open_fields.get(name), last.of_field(name)
    if codec is not None:
        return is_as_applied(name, codec, last, value, trusts_hidden=codec.SEALED)
    return held is None or value_hash(value) in (held.stable, held.value)


def _differs(name: str, fields: Fields, new: Pair) -> bool:
    """Whether a value that no manifest names is another one than the new object took over."""
    if name in new.fields or name in new.kind.open_fields or new.kind.fields_by_name[name].chosen_by_server:
        return False
    return bool(fields[name] != new.before.get(name))


def _find_items(live: LiveObject, new: Pair, resolver: Resolver) -> Iterator[str]:
    for name, items in normal_lists(new.kind, live, resolver).items():
        declared = new.kind.child(name)
        if declared is None:
            continue
        there = {declared.key_of(it.value) for it in new.children_before.get(name, ())}
        there |= set(new.keys_of(name)) if name in new.children else set()
        if any(declared.key_of(it.value) not in there for it in items):
            yield name.replace("_", " ")
