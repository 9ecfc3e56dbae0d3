"""Drafts a replacement: a new object in place of one of which PagerDuty allows no change, and the delete of the old one. Pure.

Its steps are changes of their own. `Operation.REPLACE` makes the new object, ordinary updates lead to it what refers to the old one, and
`Operation.RETIRE` deletes the old one once nothing does. The hash of its id in the record of the new one says which one is the old one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from msgspec.structs import replace as with_members

from pdsync.model import Canonical, Fields, LiveChild
from pdsync.model.address import retired_of, without_step
from pdsync.model.last_applied import id_hash, parse_last_applied
from pdsync.plan.change import Change, Delta, Operation
from pdsync.plan.diff.delta import compute_deltas
from pdsync.plan.diff.draft import draft_change, marker_of, record_room
from pdsync.plan.diff.last_applied import Record
from pdsync.plan.diff.pending_delete import PendingDelete
from pdsync.plan.option import PlanOptions
from pdsync.plan.order import Graph
from pdsync.plan.pairing.match import Pairing
from pdsync.plan.pairing.pair import Pair, normal_lists
from pdsync.plan.pairing.paired_account import PairedAccount
from pdsync.plan.pairing.replaced import Replaced

_SHOWN = 5


def draft_replacement(pair: Pair, replaced: Replaced, paired: PairedAccount, options: PlanOptions) -> Change:
    """The change that makes the new object. What is different is shown against the old one."""
    made = draft_change(pair, options, unmarked=False, implied=())
    assert made is not None
    live, before = replaced.live, replaced.pair.before
    lists = normal_lists(pair.kind, live, paired.resolver)
    return with_members(
        made,
        operation=Operation.REPLACE,
        url=live.url,
        deltas=tuple(_find_deltas(pair, replaced.pair)),
        marker=_line(pair, replaced, made, options),
        replaces=live.id,
        because=replaced.because,
        loses=(*pair.kind.facts.replaced.loses, *_find_losses(pair, replaced, before, lists))
        if pair.kind.facts.replaced
        else (),
    )


def _line(pair: Pair, replaced: Replaced, made: Change, options: PlanOptions) -> str | None:
    marker = marker_of(pair, options)
    if marker is None:
        return None
    record = Record(pair, frozenset()).build((), made.children)
    record = replace(record, replaces=id_hash(replaced.live.kind, replaced.live.id))
    return str(marker.with_record(record.render(marker, record_room(pair, marker))))


def _find_deltas(pair: Pair, old: Pair) -> Iterator[Delta]:
    """How the new object differs from the old one."""
    record = Record(old, frozenset())
    for declared in pair.kind.fields:
        name, value = declared.name, old.before.get(declared.name)
        if name in pair.after:
            deltas = compute_deltas(name, value, pair.after[name], declared.keyed_by, declared.main_list)
        elif name in old.before and declared.has_default and not declared.is_default(value):
            deltas = (Delta(name, value, declared.default, is_reset=True),)
        else:
            continue
        yield from (with_members(it, origin=record.origin_of(name)) for it in deltas)


def _find_losses(
    pair: Pair, replaced: Replaced, before: Fields, lists: Mapping[str, Sequence[LiveChild]]
) -> Iterator[str]:
    """What goes with the old object although no one took it out of the manifest."""
    for name in replaced.lost:
        yield f"its {name}, which the manifest does not name"
    for declared in pair.kind.children:
        held = lists.get(declared.name, ())
        if declared.loses and held:
            names = sorted(declared.label_of(item.value) for item in held)
            what = declared.loses if declared.loses_many or len(names) == 1 else f"{declared.loses}s"
            yield f"the {what} of {declared.name.replace('_', ' ')} {_listed(names)}"
            continue
        desired = set(pair.keys_of(declared.name)) if declared.name in pair.children else set()
        foreign = sorted(declared.label_of(it.value) for it in held if declared.key_of(it.value) not in desired)
        if foreign:
            yield f"{declared.name.replace('_', ' ')} that only the account has: {_listed(foreign)}"
    for name in pair.kind.documents:
        if (
            name in before
            and name not in pair.after
            and name not in replaced.lost
            and _says_something(pair, name, before)
        ):
            yield f"its {name}, which the manifest does not name"


def _says_something(pair: Pair, name: str, before: Mapping[str, Canonical]) -> bool:
    return bool(before[name]) and not pair.kind.fields_by_name[name].is_default(before[name])


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(map(repr, names[:_SHOWN])) + more


def find_retiring(pairing: Pairing, paired: PairedAccount) -> Iterator[PendingDelete]:
    """What is deleted because another object was made in its place, or will be."""
    for address, chain in sorted(pairing.retiring.items()):
        pair = paired.pairs.get(address)
        place = address
        for live in chain:
            place = retired_of(place)
            yield PendingDelete(live, place, source=pair.resource.source if pair is not None else None)


def link_steps(graph: Graph, changes: Mapping[str, Change]) -> None:
    """The old object goes last: after the change of the new one, and after the object that it replaced itself."""
    for address, change in changes.items():
        if change.operation is Operation.RETIRE:
            for other in (without_step(address), retired_of(address)):
                if other in changes:
                    graph.add(address, other)


def keep_steps(changes: Mapping[str, Change], graph: Graph, kept: set[str]) -> dict[str, str]:
    """Adds to the changes that targets keep the deletes of the old objects. Gives why one of those cannot be done, by address: a target
    leaves out what still refers to it."""
    blocked = {}
    for address, change in changes.items():
        if change.operation is not Operation.RETIRE or without_step(address) not in kept:
            continue
        kept.add(address)
    for address in [it for it in kept if changes[it].operation is Operation.RETIRE]:
        left = sorted({without_step(it) for it in graph.waits.get(address, ()) if it in changes and it not in kept})
        if left:
            options = " ".join(f"--target {it}" for it in left)
            blocked[address] = (
                f"{', '.join(left)} still refer{'s' if len(left) == 1 else ''} to the old one: add {options}"
            )
    return blocked


def is_unrecorded(change: Change) -> bool:
    """Whether the ownership line of a new object has no room to say which one it replaces."""
    from pdsync.model import split_marker

    record = parse_last_applied(split_marker(change.marker)[1])
    return record is None or not record.replaces
