"""Changed identities: a new object that may be one whose identity changed, such as a person with another email address. Pure.

Terms. Objects without an ownership line are known by their identity alone. A *likely* object has the shown name of a manifest that
found none, and no manifest describes it (`pairing/likeness.py`). A second one would take over its place on call. A person must say
which of the two it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.kinds import BY_SLUG
from pdsync.model import Canonical, LiveObject, Ref
from pdsync.model.resolve import Targets
from pdsync.plan.change import Change, Operation
from pdsync.plan.checks.check import Blocker, Check, Finding, Note, PlanContext, kind_of
from pdsync.plan.pairing.pair import Pair


class ChangedIdentities(Check):
    """Blocks the create of an object that may be there under another identity, and what waits for it. The rest is applied."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        for address, likely in context.pairing.likely.items():
            change = context.changes.get(address)
            if change is not None and change.operation is Operation.CREATE:
                yield Blocker(address, _message(change, likely, context), alone=True)
        for address, likely in context.pairing.doubtful.items():
            change = context.changes.get(address)
            if change is not None:
                live, name = _shown(context.pairing.live[address], context), kind_of(change).shown_name
                is_renamed = any(delta.field == name for delta in change.deltas)
                taken = f"it would rename {live}. " if is_renamed else f"it would change {live}, who has another name. "
                # What refers to this person would move to another one, so nothing of the plan is applied.
                yield Blocker(address, taken + _message(change, likely, context))
        for pair in context.paired.pairs.values():
            yield from _find_stale_ids(pair, context)


def _message(change: Change, likely: tuple[LiveObject, ...], context: PlanContext) -> str:
    kind = kind_of(change)
    shown = " and ".join(_shown(live, context) for live in likely)
    ids = " or ".join(f"'metadata.id: {live.id}'" for live in likely)
    distinct = f"'lifecycle: {{distinct_from: [{', '.join(live.id for live in likely)}]}}'"
    have = "has" if len(likely) == 1 else "have"
    return (
        f"{kind.identity_noun}: {shown} {have} this name, and no manifest describes {'it' if len(likely) == 1 else 'them'}: if the "
        f"{kind.identity_noun} of this {kind.noun} changed, write {ids} at {change.source}; for another {kind.noun} of the same name "
        f"write {distinct} there"
    )


def _shown(live: LiveObject, context: PlanContext) -> str:
    return f"{live.name!r} ({live.id}, {_identity(live, context)})"


def _identity(live: LiveObject, context: PlanContext) -> str:
    """What identifies it, without the name, which is said already."""
    kind = BY_SLUG[live.kind]
    targets = Targets(context.account, BY_SLUG)

    def text(value: Canonical) -> str:
        if isinstance(value, list):
            return " and ".join(map(text, value))
        return targets.name_of(value) or value.value if isinstance(value, Ref) else str(value)

    return ", ".join(text(live.fields.get(name)) for name in kind.identity if name != kind.shown_name)


def _find_stale_ids(pair: Pair, context: PlanContext) -> Iterator[Finding]:
    """Ids in `distinct_from` that have no effect, because the account has no such object."""
    resource = pair.resource
    for identity in resource.lifecycle.distinct_from:
        if resource.kind in context.account.complete_for and context.account.find(resource.kind, identity) is None:
            yield Note(
                f"{resource.address}: the account has no {pair.kind.noun} with the id {identity} of lifecycle.distinct_from "
                f"({resource.source})"
            )
