"""What the ownership line says about the items of a shared field (`pdsync.plan.pairing.shared_field`). Pure.

Where the record has no room for the list of the items, the record of the whole field must do: a hash of the value that was written last. So
pdsync tries what that was: the live value without some items that other people may have added, with some as manifests say them, which other
people may have edited or removed since. The hash proves the right one. If none is right, it is not known who wrote what.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice, product

from pdsync.model import Canonical
from pdsync.model.fragment import Gathering, Item, items_by_key
from pdsync.model.last_applied import AppliedField, LastApplied, key_hash, value_hash
from pdsync.model.name import fold_name
from pdsync.model.sequence import merge_keys
from pdsync.plan.pairing.open_field import parts_name

_MOST_TRIES = 500
"""How often a value is put together to find out who wrote its items: each time the whole value is hashed."""


@dataclass(frozen=True, slots=True)
class Ours:
    """What the record says about items."""

    named: Collection[str] = ()
    """Items that manifests declared when the record was written."""
    written: Collection[str] = ()
    """Those of them that pdsync wrote."""
    unchanged: Collection[str] = ()
    """Those of them that are live as they were."""


def find_ours(codec: Gathering, name: str, sides: tuple[Canonical, Canonical], last: LastApplied | None) -> Ours | None:
    """What is on record of the items of a field; None where that is not known. `sides` are the live and the desired value, with
    references as the record holds them. Nothing is ours without a record."""
    applied = last.of_field(name) if last is not None else None
    if last is None or applied is None:
        return Ours() if last is None or not last.lacks_fields else None
    live = items_by_key(codec, sides[0])
    held = last.of_list(parts_name(name))
    if held is None or held.items is None:
        # Before the field was shared, pdsync wrote all items.
        return _try(codec, sides, applied, was_whole=held is None)
    on_record = {item.key: item for item in held.items}
    named = {key: on_record[key_hash(key)] for key in live if key_hash(key) in on_record}
    unchanged = [key for key, it in named.items() if it.value == value_hash(live[key])]
    return Ours(named, [key for key, it in named.items() if it.is_added], unchanged)


def name_ours(
    codec: Gathering,
    name: str,
    sides: tuple[Canonical, Canonical],
    last: LastApplied | None,
    recorded: Callable[[Canonical], Canonical],
) -> Canonical:
    """The live value, in which ours of several items of one key has the key: other people may write an item of the key of ours, and of live
    items of one key the first has it. `sides` are the live and the desired value; `recorded` gives a value as the record holds it."""
    live, desired = (items_by_key(codec, side) for side in sides)
    first = {fold_name(key): key for key in live}
    rivals = {key: first.get(fold_name(codec.stem_of(key)), key) for key in live if key not in desired}
    held = last.of_list(parts_name(name)) if last is not None else None
    on_record = {item.key: item.value for item in held.items or ()} if held is not None else {}
    names = {key: key for key in live}
    for rival, other in rivals.items():
        if other == rival or names[other] != other:
            continue
        own = sorted({codec.stem_of(rival), *(key for key in desired if fold_name(key) == fold_name(other))})
        claims = [(key, {**live[key], codec.item_key: label}) for key in (other, rival) for label in own]
        proven = [claim for claim in claims if _is_recorded(codec, sides[0], claim[1], (on_record, recorded))]
        alike = [claim for claim in claims if claim[1] == desired.get(str(claim[1][codec.item_key]))]
        key, item = (proven or alike or claims)[0]
        if key == rival:
            names[rival], names[other] = str(item[codec.item_key]), rival
    items = [{**item, codec.item_key: names[key]} for key, item in live.items()]
    return codec.with_items(sides[0], items) if any(key != label for key, label in names.items()) else sides[0]


def _is_recorded(
    codec: Gathering,
    value: Canonical,
    item: Item,
    record: tuple[Mapping[str, str], Callable[[Canonical], Canonical]],
) -> bool:
    on_record, recorded = record
    held = on_record.get(key_hash(str(item[codec.item_key])))
    return held is not None and held == value_hash(codec.items(recorded(codec.with_items(value, [item])))[0])


def _try(
    codec: Gathering, sides: tuple[Canonical, Canonical], applied: AppliedField, *, was_whole: bool
) -> Ours | None:
    live, desired = (items_by_key(codec, side) for side in sides)
    left = [key for key in live if key not in desired]
    orders = [list(live)]
    if merged := [key for key in merge_keys(list(live), list(desired), left) if key in live or key in desired]:
        orders += [merged] if merged != orders[0] else []
    frames = [sides[0]]
    if codec.with_items(sides[0], ()) != codec.with_items(sides[1], ()):
        frames.append(sides[1])
    tries = product(_guesses(live, desired, are_left_ours=was_whole), orders, frames)
    for guess, order, frame in islice(tries, _MOST_TRIES):
        rest = [key for key in order if key in guess]
        if value_hash(codec.with_items(frame, [guess[key] for key in rest])) == applied.value:
            unchanged = [key for key in rest if live.get(key) == guess[key]]
            return Ours(rest, rest if applied.is_written else (), unchanged)
    return None


def _guesses(
    live: Mapping[str, Item], desired: Mapping[str, Item], *, are_left_ours: bool
) -> Iterator[dict[str, Item]]:
    """What may have been written, by key, the likely ones first: a plan rarely meets many edits by hand."""
    likely = {key: item for key, item in live.items() if key in desired or are_left_ours}
    others: list[tuple[str, Item | None]] = []
    for key in {**live, **desired}:
        if key in likely and live[key] != desired.get(key):
            others.append((key, None))
        if key in live and key not in likely:
            others.append((key, live[key]))
        if key in desired and desired[key] != live.get(key):
            others.append((key, desired[key]))
    edited = {key: item for key, item in desired.items() if item != live.get(key)}
    left = [(key, item) for key, item in others if key not in desired]
    for count in range(len(others) + 1):
        # First as if all that differs was edited by hand, however much that is.
        guesses = (
            [{**likely, **edited, **dict(chosen)} for chosen in islice(combinations(left, count), _MOST_TRIES)]
            if edited
            else []
        )
        guesses += [{**likely, **dict(chosen)} for chosen in islice(combinations(others, count), _MOST_TRIES)]
        for guess in guesses:
            yield {key: item for key, item in guess.items() if item is not None}
