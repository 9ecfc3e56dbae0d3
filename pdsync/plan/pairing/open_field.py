"""Open fields of one object: what the manifest leaves to the server, and what the server keeps to itself. Pure.

The record in the ownership line holds a list for each open field that the manifest names: its parts by path, each with its value.
A part that an answer does not show counts as it is in the record. Where there is no room for the list, the record of the whole
field must do: it says that nothing of the field changed in the manifest, or that something did.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass
from typing import Final

from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, Fields, Kind, LiveObject, Ref
from pdsync.model.codec.open import IsApplied, Open
from pdsync.model.codec.plain import MISSING
from pdsync.model.last_applied import AppliedItem, AppliedList, LastApplied, key_hash, parse_last_applied, value_hash

SEALS: Final = "seals of secrets"
"""The name under which the record holds the seals of secrets (`pdsync.plan.pairing.seal`), as it holds the items of a list."""


def parts_name(field: str) -> str:
    """The name under which the record holds the parts of a field, as it holds the items of a list."""
    return f"{field} parts"


def with_dropped_parts(kind: Kind, fields: Fields, before: Fields, last: LastApplied | None, *, keep: bool) -> Fields:
    """The desired fields with the parts that the manifest named, that it no longer names, and that go back to what they are without a
    word of pdsync: those which are still as they were written. `keep` says that nothing is taken back."""
    found = dict(fields)
    for name, codec in kind.open_fields.items():
        if keep or name not in fields or codec.PART_DEFAULT is MISSING:
            continue
        dropped = _dropped(name, codec, before.get(name), last, codec.parts(fields[name]))
        if dropped:
            found[name] = {**fields[name], **dict.fromkeys(dropped, codec.PART_DEFAULT)}
    return found


def reset_parts(name: str, codec: Open, before: Canonical, last: LastApplied | None) -> Canonical:
    """The value of a field that the manifest no longer names: the parts that pdsync wrote are taken back, and the others stay."""
    dropped = _dropped(name, codec, before, last, ())
    return {**(before or {}), **dict.fromkeys(dropped, codec.PART_DEFAULT)}


def _dropped(name: str, codec: Open, before: Canonical, last: LastApplied | None, named: Container[str]) -> list[str]:
    on_record = parts_on_record(name, last)
    return [
        path
        for path, held in codec.parts(before).items()
        if path not in named and on_record.get(key_hash(path)) == value_hash(held)
    ]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was last applied to an object, for its open fields."""

    last: LastApplied | None
    of: Callable[[Ref], Ref]
    """Gives a reference as the record holds it."""
    sends: bool = False
    """True where the secrets that no answer shows are sent again."""


def meet_live(kind: Kind, fields: Fields, before: Fields, recorded: Recorded) -> tuple[Fields, Fields]:
    """Desired and live fields, each with what the other one knows about open fields."""
    wanted, held = dict(fields), dict(before)
    for name, codec in kind.open_fields.items():
        if name in fields and (name in before or name not in kind.documents):
            is_applied = _applied(kind, name, kind.map_fields({name: fields[name]}, recorded.of)[name], recorded)
            wanted[name], held[name] = codec.meet(fields[name], before.get(name), is_applied)
    return wanted, held


def _applied(kind: Kind, name: str, desired: Canonical, recorded: Recorded) -> IsApplied:
    """What the record says about the parts. Where there is none, a secret that is not shown is taken for the same if the object carries no line,
    or if to write it would make another object: nothing is replaced on the ground of what is unknown."""
    last, codec = recorded.last, kind.open_fields[name]
    applied = last.of_field(name) if last is not None else None
    if codec.SEALED and recorded.sends:
        return lambda path: False
    if last is None or applied is None:
        is_same = codec.SEALED and (kind.marker_line is None or kind.fields_by_name[name].fixed)
        return lambda path: is_same
    changed: Collection[str] = ()
    if codec.SEALED and last.of_list(SEALS) is not None:
        from pdsync.plan.pairing.seal import find_changed_secrets

        changed = {path for _, path in find_changed_secrets(kind, {name: desired}, last)}
    if applied.value == value_hash(desired):
        return lambda path: path not in changed
    on_record, parts = parts_on_record(name, last), codec.parts(desired)
    return lambda path: path not in changed and on_record.get(key_hash(path)) == value_hash(parts[path])


def parts_on_record(name: str, last: LastApplied | None) -> dict[str, str]:
    """The values of the parts of a field by their paths, as characters."""
    held = last.of_list(parts_name(name)) if last is not None else None
    return {item.key: item.value for item in held.items or ()} if held is not None else {}


def record_parts(codec: Open, value: Canonical) -> AppliedList:
    """The parts of a value for the record."""
    parts = codec.parts(value)
    items = [AppliedItem(key_hash(path), 0, value_hash(said), is_added=True) for path, said in parts.items()]
    return AppliedList(is_exclusive=False, items=tuple(sorted(items)))


def is_as_applied(
    name: str, codec: Open, last: LastApplied | None, live: Canonical, *, trusts_hidden: bool = False
) -> bool:
    """Whether what is live is what was applied last, as far as it shows that. With `trusts_hidden` a part whose value is hidden counts as
    applied: the record has what the manifest said about it, which may be the name of a variable."""
    applied = last.of_field(name) if last is not None else None
    held = last.of_list(parts_name(name)) if last is not None else None
    if applied is None or held is None or held.items is None or applied.stable != value_hash(codec.frame(live)):
        return False
    on_record = parts_on_record(name, last)
    return all(
        on_record.get(key_hash(path), said) == said
        for path, said in (
            (path, value_hash(part))
            for path, part in codec.parts(live).items()
            if codec.is_shown(part) or not trusts_hidden
        )
    )


def hides_what_was_written(live: LiveObject) -> bool:
    """Whether the object may hold a part that pdsync wrote and that PagerDuty does not show. To write the field without it would
    lose it. A document is not written with its object."""
    last, kind = parse_last_applied(live.marker), BY_SLUG[live.kind]
    for name, codec in kind.open_fields.items():
        if name in kind.documents:
            continue
        held = last.of_list(parts_name(name)) if last is not None else None
        shown = {key_hash(path) for path in codec.parts(live.fields.get(name))}
        if held is not None and (held.items is None or any(item.key not in shown for item in held.items)):
            return True
    return False


def stable_fields(kind: Kind, fields: Fields) -> Fields:
    """The same values without what the server rewrites by itself, and of open fields the frame."""
    stable = kind.passing.stabilise(fields)
    frames = {name: codec.frame(stable[name]) for name, codec in kind.open_fields.items() if name in stable}
    return {**stable, **frames} if frames else stable


def recorded_lists(
    kind: Kind, fields: Mapping[str, Canonical], last: LastApplied | None = None
) -> dict[str, AppliedList]:
    """The lists that the record holds of open fields, by the names of those lists. `fields` are as the record holds them."""
    found = {
        parts_name(name): record_parts(codec, fields[name])
        for name, codec in kind.open_fields.items()
        if name in fields
    }
    if any(codec.SEALED and name in fields for name, codec in kind.open_fields.items()):
        from pdsync.plan.pairing.seal import record_seals

        seals = record_seals(kind, fields, last)
        found |= {SEALS: seals} if seals is not None else {}
    return found
