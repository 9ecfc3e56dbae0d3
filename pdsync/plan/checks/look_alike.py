"""Look-alikes: a new object that may be an old one under a new key. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.model import Fields, LiveObject, Ref
from pdsync.model.address import Address, render_address
from pdsync.model.name import fold_name
from pdsync.plan.change import Change, Operation
from pdsync.plan.checks.check import ChangeNote, Check, Finding, PlanContext, kind_of


class LookAlikes(Check):
    """Says which line keeps the old object, at a create and at the delete beside it."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        created = [change for change in context.changes.values() if change.operation is Operation.CREATE]
        for change in created:
            fields = context.paired.pairs[change.address].fields
            for live in context.pairing.orphans:
                if live.marker is not None and _is_alike(change, fields, live, context):
                    old = f"{render_address(live.kind, live.marker.key)} ({live.id})"
                    line = f"'lifecycle: {{moved_from: {live.marker.key}}}'"
                    message = f"looks like {old} under a new key: to keep that object, write {line}"
                    yield ChangeNote(change.address, message)
                    break
        made = {(change.kind, fold_name(change.name)): change.address for change in created}
        for each in context.pending:
            again = made.get((each.live.kind, fold_name(each.live.name)))
            if again is not None:
                key = Address.parse(each.address).key
                message = f"{again} makes a new object of this name: to keep this one, write 'moved_from: {key}' there"
                yield ChangeNote(each.address, message)


def _is_alike(change: Change, fields: Fields, live: LiveObject, context: PlanContext) -> bool:
    if live.kind != change.kind:
        return False
    if live.name and fold_name(live.name) == fold_name(change.name):
        return True
    before = context.paired.others[Ref(live.kind, "id", live.id)][1]
    others = {name: value for name, value in fields.items() if name != kind_of(change).label}
    return bool(others) and all(before.get(name) == value for name, value in others.items())
