"""Shared fields: lists that several manifests declare items of, and that other people may write items of by hand. Pure.

Premise. What no manifest declares stays, so a reviewer must hear about it. To declare an item under the key of one that another person wrote is not
to take it over: that would overwrite their work in passing. And the plan must name the manifest that declares an item, since the change is
shown at the object whose list it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model import Gathered
from pdsync.model.fragment import Gathering, items_by_key
from pdsync.plan.change import Change
from pdsync.plan.checks.check import Blocker, ChangeNote, Check, Finding, Note, PlanContext
from pdsync.plan.pairing.pair import Pair
from pdsync.plan.pairing.shared_field import Undeclared, shared_codec
from pdsync.plan.risk import ITEM_HIDDEN, Risk

_SHOWN = 10


class SharedFields(Check):
    """Says what stays, who declares what changes, and which routes a selection leaves out; blocks what would overwrite foreign items."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for address, pair in context.paired.pairs.items():
            change = context.changes.get(address)
            for name, gathered in pair.resource.gathered.items():
                yield from _find_undeclared(pair, name, pair.undeclared.get(name, Undeclared()))
                if change is not None and any(delta.field == name for delta in change.deltas):
                    yield from _find_taken(pair, name)
                    yield from _tell_owners(pair, change, name)
                    yield from _find_left_out(context, change, name, gathered)


def _find_undeclared(pair: Pair, name: str, undeclared: Undeclared) -> Iterator[Finding]:
    if undeclared.foreign:
        codec = shared_codec(pair.kind, name)
        noun = codec.item_noun
        count = len(undeclared.foreign)
        what = f"1 {noun} is in no manifest and stays" if count == 1 else f"{count} {noun}s are in no manifest and stay"
        yield Note(f"{pair.resource.address}: {name}: {what} as {_their(count)}: {_named(undeclared.foreign)}")
        yield from _find_hidden(pair, name, codec, undeclared.foreign)


def _find_hidden(pair: Pair, name: str, codec: Gathering, foreign: tuple[str, ...]) -> Iterator[Finding]:
    """Items of manifests that have no effect, because of one that another person wrote above them."""
    items = codec.items(pair.fields[name])
    for at, earlier in codec.find_hidden(items):
        key = str(items[at].get(codec.item_key))
        if earlier in foreign and key not in foreign:
            message = (
                f"no event reaches {name}{codec.shown_path(key)}: the {codec.item_noun} {earlier!r}, which is in no manifest, comes before it and "
                "matches all events that it would match"
            )
            yield Risk(ITEM_HIDDEN, pair.resource.address, message)


def _their(count: int) -> str:
    return "it is" if count == 1 else "they are"


def _named(keys: tuple[str, ...]) -> str:
    more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
    return ", ".join(map(repr, keys[:_SHOWN])) + more


def _find_taken(pair: Pair, name: str) -> Iterator[Finding]:
    codec = shared_codec(pair.kind, name)
    for key, why in pair.undeclared.get(name, Undeclared()).taken.items():
        where = next((f" ({it.owner} at {it.source})" for it in pair.resource.gathered[name] if it.key == key), "")
        message = (
            f"{name}{codec.shown_path(key)}{where} would overwrite what PagerDuty holds, and {why}: write the {codec.item_noun} as it is in "
            f"PagerDuty and apply that first, or choose another {codec.item_key}"
        )
        yield Blocker(pair.resource.address, message)


def _tell_owners(pair: Pair, change: Change, name: str) -> Iterator[Finding]:
    codec = shared_codec(pair.kind, name)
    before = items_by_key(codec, pair.before[name]) if name in pair.before else {}
    after = items_by_key(codec, pair.fields[name])
    differing = [it for it in pair.resource.gathered[name] if before.get(it.key) != after.get(it.key)]
    for it in differing[:_SHOWN]:
        message = f"{name}{codec.shown_path(it.key)} is declared by {it.owner} at {it.source}"
        yield ChangeNote(change.address, message)
    if len(differing) > _SHOWN:
        left = len(differing) - _SHOWN
        yield ChangeNote(change.address, f"{left} more {codec.item_noun}s are declared by other manifests")


def _find_left_out(
    context: PlanContext, change: Change, name: str, gathered: tuple[Gathered, ...]
) -> Iterator[Finding]:
    """What the targets of a plan declare of an object that is none of them."""
    targets = context.options.targets
    if targets and change.address not in targets:
        for owner in sorted({it.owner for it in gathered} & targets):
            hint = f"add --target {change.address} to write them"
            yield Note(f"{owner}: what it declares of {name} of {change.address} is not part of this plan: {hint}")
