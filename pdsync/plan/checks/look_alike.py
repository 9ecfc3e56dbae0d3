"""Look-alikes: a new object that may be an old one under a new key. Pure.

Terms. A *look-alike* of a create is a managed object of the same kind and shown name whose key no manifest has, or one that had the
key of the create before its last move (its record says so). Its key may have changed without `moved_from`: in git by hand, or by a
revert of the commit that moved it. To make the new object would leave two of
them, or delete the one that is in use. So the plan is refused, whatever the prune mode, and says the line that keeps the old object.

An object that a tombstone deletes is meant to go. Its delete comes after the create of the same name, so that a create that fails
leaves the old object in place. Where PagerDuty takes one object of a name only, there is no such order, and the plan is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pdsync.kinds import BY_SLUG
from pdsync.model import Fields, LiveObject, Ref
from pdsync.model.address import render_address
from pdsync.model.name import fold_name
from pdsync.plan.change import Change, Operation
from pdsync.plan.checks.check import Blocker, ChangeNote, Check, Edge, Finding, PlanContext, kind_of


class LookAlikes(Check):
    """Refuses a second object of a name whose first one has lost its manifest, and one that needs the first one to go before."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        pending = {Ref(each.live.kind, "id", each.live.id): each.address for each in context.pending}
        for change in context.changes.values():
            alike = context.look_alikes(change)
            if alike:
                yield Blocker(change.address, _refuse(change, alike))
                for live in alike:
                    address = pending.get(Ref(live.kind, "id", live.id))
                    if address is not None:
                        yield ChangeNote(
                            address, f"{change.address} may be this object: to keep it write {_line(live)} there"
                        )
                        yield Edge(address, change.address)
            elif change.operation is Operation.CREATE:
                yield from _find_other_fields(change, context, pending)
        yield from _find_taken(context)


def _refuse(change: Change, alike: Sequence[LiveObject]) -> str:
    old = " and ".join(f"{_address_of(live)} ({_shown(live, change)})" for live in alike)
    lines = " or ".join(dict.fromkeys(_line(live) for live in alike))
    noun = kind_of(change).noun
    which = f"that {noun}" if len(alike) == 1 else "one of them"
    return (
        f"it has the name or the former key of {old}, which no longer has a manifest and may be this very {noun}: "
        f"to keep {which} write {lines}; to have a new one delete the old one in a merge before this one"
    )


def _find_taken(context: PlanContext) -> Iterator[Finding]:
    """Creates that could only come after the delete of an object that a tombstone names."""
    made = {
        (change.kind, fold_name(change.name)): change
        for change in context.changes.values()
        if change.operation is Operation.CREATE
    }
    for each in context.pending:
        change = made.get((each.live.kind, fold_name(each.live.name))) if each.live.name else None
        kind = BY_SLUG[each.live.kind]
        if change is None or each.tombstone is None or not (kind.unique_name or kind.name_may_be_unique):
            continue
        line = f"'lifecycle: {{moved_from: {each.tombstone.key}}}'"
        yield Blocker(
            change.address,
            f"{kind.label}: {each.address} ({each.live.id}) has the name {change.name!r} until this plan deletes it, and deletes come after "
            f"creates: to keep that {kind.noun} write {line} in place of its tombstone; to have a new one delete the old one in a merge "
            "before this one",
        )


def _find_other_fields(change: Change, context: PlanContext, pending: dict[Ref, str]) -> Iterator[Finding]:
    """An object without a manifest that differs in its name only. It may be another one, so this is a hint; should the create take
    its place, it goes last."""
    fields = context.paired.pairs[change.address].fields
    for live in context.pairing.orphans:
        ref = Ref(live.kind, "id", live.id)
        if live.kind != change.kind or not _has_fields(change, fields, context.paired.others[ref][1]):
            continue
        old = f"{_address_of(live)} ({live.id})"
        yield ChangeNote(change.address, f"looks like {old} under a new key: to keep that object, write {_line(live)}")
        if ref in pending:
            yield Edge(pending[ref], change.address)
        break


def _has_fields(change: Change, fields: Fields, before: Fields) -> bool:
    others = {name: value for name, value in fields.items() if name != kind_of(change).label}
    return bool(others) and all(before.get(name) == value for name, value in others.items())


def _shown(live: LiveObject, change: Change) -> str:
    """Its id, and the name that a person gave it since it was applied."""
    return live.id if fold_name(live.name) == fold_name(change.name) else f"{live.id}, called {live.name!r} now"


def _address_of(live: LiveObject) -> str:
    return render_address(live.kind, live.marker.key) if live.marker is not None else live.id


def _line(live: LiveObject) -> str:
    return f"'lifecycle: {{moved_from: {live.marker.key if live.marker is not None else ''}}}'"
