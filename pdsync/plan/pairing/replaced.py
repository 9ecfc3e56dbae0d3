"""Objects that are replaced, because PagerDuty allows no change of a field. Pure.

Terms. A replacement makes a *new* object under the manifest's address, and retires the *old* one. Until the old one is deleted, two objects
carry the ownership line of one manifest. The record in the line of the new one holds the hash of the id of the old one, so the two are
told apart by that and never by guess. Where a run was cut off and the new one is replaced in its turn, they are a *chain*.

Inside a plan the manifest is bound to the new object. What refers to the old one therefore differs from what its manifest says, and is
led to the new one by an ordinary update.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pdsync.model import Canonical, LiveObject, Resource
from pdsync.model.last_applied import id_hash, parse_last_applied
from pdsync.plan.pairing.match import Pairing
from pdsync.plan.pairing.pair import Pair
from pdsync.plan.pairing.paired_account import PairedAccount


@dataclass(frozen=True, slots=True)
class Replaced:
    """The object that a new one replaces."""

    live: LiveObject
    pair: Pair
    """The manifest with the old object."""
    because: tuple[str, ...]
    """The fields that PagerDuty allows no change of, or another reason."""
    taken: Mapping[str, Canonical]
    """What the new object takes over: values that the manifest leaves to the account, in normal form."""
    lost: tuple[str, ...] = ()
    """Fields of the old object that the manifest leaves to the account and that no new one can be given."""


def order_chain(carriers: Sequence[LiveObject]) -> tuple[LiveObject, ...]:
    """The objects that carry the line of one manifest, each before the one that it replaces. Empty where they do not form such a chain."""
    by_hash = {id_hash(live.kind, live.id): live for live in carriers}
    replaces = {key: _replaced_by(live) for key, live in by_hash.items()}
    newest = by_hash.keys() - set(replaces.values())
    if len(newest) != 1 or len(by_hash) != len(carriers):
        return ()
    chain, key = [], newest.pop()
    while key in by_hash and by_hash[key] not in chain:
        chain.append(by_hash[key])
        key = replaces[key]
    return tuple(chain) if len(chain) == len(carriers) else ()


def _replaced_by(live: LiveObject) -> str:
    record = parse_last_applied(live.marker)
    return record.replaces if record is not None else ""


def pair_new_objects(paired: PairedAccount, pairing: Pairing, build: Callable[[], PairedAccount]) -> PairedAccount:
    """Takes the bindings of what must be replaced out of `pairing`, and builds the account again. What cannot be led to a new object,
    because its reference is fixed too, is replaced in its turn."""
    while found := {address: made for address, pair in paired.pairs.items() if (made := _find(pair, pairing))}:
        for address, replaced in found.items():
            live = pairing.live.pop(address)
            del pairing.addresses[live.kind, live.id]
            pairing.replaced[address] = replaced
            pairing.retiring[address] = (live, *pairing.retiring.get(address, ()))
        paired = build()
    return paired


def _find(pair: Pair, pairing: Pairing) -> Replaced | None:
    live = pair.live
    if live is None or pair.kind.facts.replaced is None or not may_be_replaced(pair.resource, pairing):
        return None
    because = find_reasons(pair)
    if not because:
        return None
    left = {
        name: value for name, value in pair.before.items() if name not in pair.fields and _matters(pair, name, value)
    }
    taken = {name: value for name, value in left.items() if _can_be_taken(pair, name)}
    return Replaced(live, pair, because, taken, tuple(name for name in left if name not in taken))


def may_be_replaced(resource: Resource, pairing: Pairing) -> bool:
    """Whether the object is this manifest's own, and the manifest does not say which object of the account it is."""
    return resource.id is None and resource.address not in pairing.unmarked


def find_reasons(pair: Pair) -> tuple[str, ...]:
    """Why an object must be replaced: the fields that PagerDuty allows no change of and that differ, and other reasons in words."""
    fixed = (it.name for it in pair.kind.fields if it.is_fixed_for(pair.before) and it.name in pair.fields)
    because = [name for name in fixed if pair.fields[name] != pair.before.get(name)]
    marker, fact = pair.live.marker if pair.live is not None else None, pair.kind.facts.hands_out
    if marker is not None and marker.is_secret_due and fact is not None:
        because.append(f"it is not known that its {fact.noun} was handed out, and PagerDuty shows it only once")
    return tuple(because)


def _matters(pair: Pair, name: str, value: Canonical) -> bool:
    """Whether a new object would have another value by itself."""
    return value is not None and not pair.kind.fields_by_name[name].is_default(value)


def _can_be_taken(pair: Pair, name: str) -> bool:
    """Whether a value can be given to a new object in the request that makes it: not what has requests of its own, and no secret."""
    declared = pair.kind.fields_by_name[name]
    is_secret = getattr(declared.codec, "has_secrets", bool)()
    return not (declared.document or declared.stepped or declared.chosen_by_server or is_secret)
