"""Taken names: a create or a rename needs a name that another object keeps. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.kinds import BY_SLUG
from pdsync.model import Ref
from pdsync.model.name import fold_name
from pdsync.plan.change import Change
from pdsync.plan.checks.check import Blocker, Check, Finding, PlanContext, kind_of


class TakenNames(Check):
    """Blocks a second object of a name. Even where PagerDuty permits one, people could not tell them apart."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        taking = [change for change in context.changes.values() if _takes_a_name(change)]
        if not taking:
            return
        taken: dict[tuple[str, str], list[Ref]] = {}
        labels = {slug: kind.label for slug, kind in BY_SLUG.items()}
        for ref, fields in context.after.items():
            name = ref.kind, fold_name(str(fields.get(labels[ref.kind])))
            if name in taken:
                taken[name].append(ref)
            else:
                taken[name] = [ref]
        for change in taking:
            same = taken.get((change.kind, fold_name(change.name)), ())
            found = [ref for ref in same if ref.address != change.address]
            if not found:
                continue
            # Of these another check says more.
            alike = {Ref(live.kind, "id", live.id) for live in context.look_alikes(change)}
            others = sorted(context.name_of(ref) for ref in found if ref not in alike)
            if others:
                message = f"the name {change.name!r} is taken by {', '.join(others)}"
                yield Blocker(change.address, f"{kind_of(change).label}: {message}")


def _takes_a_name(change: Change) -> bool:
    """Whether an object that is identified by its name alone is renamed."""
    kind = kind_of(change)
    label = kind.label
    if change.ends or not label or kind.identity != (label,):
        return False
    return change.makes or any(delta.path == label for delta in change.deltas)
