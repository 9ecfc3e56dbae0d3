"""A saved plan renewed: what it still has to do, as a plan that is made now says it. Pure.

A file can be rewritten, and its seal with it: the seal is a checksum that everyone can compute. So the file decides nothing. It says
what was reviewed. Each change must be in a plan made now, and what is written is taken from that plan: values, ids, the order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from pdsync.model import encode
from pdsync.plan.change import Change
from pdsync.plan.pairing.seal import unsealed
from pdsync.plan.plan import Plan
from pdsync.plan.saved.judgement import Verdict
from pdsync.plan.saved.staleness import Staleness


def find_unasked(plan: Plan, fresh: Plan, staleness: Sequence[Staleness]) -> tuple[str, ...]:
    """Addresses of changes, still valid, that a plan made now from the same manifests and options does not hold, or holds
    otherwise: the file says what no manifest says, or time has passed over it."""
    now = {change.address: change for change in fresh.changes}
    reviewed = {change.address for change in plan.changes}
    return tuple(
        it.change.address
        for it in staleness
        if it.verdict is Verdict.VALID and not _is_asked(it.change, now.get(it.change.address), reviewed)
    )


def renew(plan: Plan, fresh: Plan, staleness: Sequence[Staleness]) -> Plan:
    """The saved plan with everything that decides a write taken from the plan made now. Nothing of it is unasked.

    Changes that are done already stay in it, for the result to name them.
    """
    now = {change.address: change for change in fresh.changes}
    valid = {it.change.address for it in staleness if it.verdict is Verdict.VALID}
    changes = {
        change.address: _renewed(change, now[change.address]) if change.address in valid else change
        for change in plan.changes
    }
    return replace(
        plan,
        changes=tuple(changes[address] for address in _in_order(plan, fresh, valid)),
        bindings=fresh.bindings,
        includes=fresh.includes,
        reviewed_as=plan.digest,
    )


def _in_order(plan: Plan, fresh: Plan, valid: set[str]) -> Iterator[str]:
    """What is done already, then the rest in the order in which the plan made now has it."""
    yield from (change.address for change in plan.changes if change.address not in valid)
    yield from (change.address for change in fresh.changes if change.address in valid)


def _is_asked(saved: Change, now: Change | None, reviewed: set[str]) -> bool:
    if now is None or _decisive(saved) != _decisive(now) or not reviewed.issuperset(now.waits_for):
        return False
    return _is_reassignment_reviewed(saved, now)


def _is_reassignment_reviewed(saved: Change, now: Change) -> bool:
    """Incidents may have ended since the review. An incident that came up since was not reviewed, and neither was another assignee."""
    if now.reassign is None:
        return True
    if saved.reassign is None or saved.reassign.to != now.reassign.to:
        return False
    reviewed = {incident.id for incident in saved.reassign.incidents}
    return reviewed.issuperset(incident.id for incident in now.reassign.incidents)


def _decisive(change: Change) -> Any:
    """What a change does. Its former state may be described differently once other changes are done."""
    deltas = [[delta.path, delta.after] for delta in change.deltas]
    return encode([change.kind, change.operation.value, change.id, *_contents(change).values(), deltas])


def _contents(change: Change) -> Mapping[str, Any]:
    return {
        "name": change.name,
        "values": dict(change.values),
        "followup": dict(change.followup),
        "marker": unsealed(change).marker,
        "exclusive": list(change.exclusive),
        "alone": change.alone,
        "replaces": change.replaces or None,
        "children": [[it.list_name, it.operation.value, it.id, dict(it.values)] for it in change.children],
    }


def _renewed(saved: Change, now: Change) -> Change:
    """The change as it is planned now, in the words of the review. What stood in its way then or does now still does."""
    blockers = tuple(dict.fromkeys((*saved.blockers, *now.blockers)))
    return replace(now, before=saved.before, notes=saved.notes, source=saved.source, blockers=blockers)
