"""Stakeholders can be neither on call nor in a team: when somebody becomes one, or a responder, order matters. Pure.

The API refuses a stakeholder in a schedule (terraform-provider-pagerduty #759) and in a team (API description). Policies are
treated alike: a stakeholder cannot act on the incidents that they would assign to him.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pdsync.kinds import BY_SLUG
from pdsync.kinds.user import STAKEHOLDERS
from pdsync.model import Fields, Ref
from pdsync.plan.change import Change, ChildOperation, Operation
from pdsync.plan.checks.reference_blocker import name_of
from pdsync.plan.order import Graph
from pdsync.plan.pairing.paired_account import PairedAccount

_ON_CALL = ("schedule", "escalation_policy")
_FIELDS = {"schedule": "schedule_layers", "escalation_policy": "escalation_rules", "team": "members"}
"""Where each kind names its people: a blocker begins with the field that it is about, and is shown on its line."""


def role_edges(
    graph: Graph, changes: Mapping[str, Change], before: Mapping[str, Fields], after: Mapping[str, Fields]
) -> None:
    """Edges from roles: who newly names a former stakeholder waits for his new role, and who becomes one waits until all
    have let go of him."""
    rising: dict[Ref, str] = {}
    falling: dict[Ref, str] = {}
    for address, change in changes.items():
        if change.kind == "user" and change.operation is not Operation.CREATE:
            was, becomes = _is_stakeholder(before.get(address)), _is_stakeholder(after.get(address))
            if was != becomes:
                (falling if becomes else rising)[Ref.of_address(address)] = address
    if not rising and not falling:
        return
    for address, change in changes.items():
        if change.kind == "user":
            continue
        for ref in _gained(change, before, after) & rising.keys():
            graph.add(address, rising[ref])
        for ref in _dropped(change, before, after) & falling.keys():
            graph.add(falling[ref], address)


def role_blockers(
    paired: PairedAccount,
    changes: Mapping[str, Change],
    before: Mapping[str, Fields],
    after: Mapping[str, Fields],
    gone: frozenset[Ref],
) -> Iterator[tuple[str, str]]:
    """What PagerDuty would refuse because of a role: by address of the change."""
    roles = {ref: str(fields.get("role")) for ref, fields in paired.after(gone) if ref.kind == "user"}
    stakeholders = {ref: role for ref, role in roles.items() if role in STAKEHOLDERS}
    for address, change in changes.items():
        if change.kind in (*_ON_CALL, "team"):
            where = "in a team" if change.kind == "team" else "on call"
            for ref in sorted(_gained(change, before, after) & stakeholders.keys()):
                yield (
                    address,
                    f"{_FIELDS[change.kind]}: {name_of(ref, paired)} is a stakeholder ({stakeholders[ref]}) and cannot be {where}",
                )
        elif change.kind == "user" and change.operation is not Operation.CREATE:
            if "role" in change.values and before.get(address, {}).get("role") == "owner" != change.values["role"]:
                yield address, "role: this person owns the account, and that role cannot be changed: leave 'role' out"
            ref = Ref.of_address(address)
            falls = ref in stakeholders and not _is_stakeholder(before.get(address))
            holders = sorted(_holders(paired, ref, gone)) if falls else []
            if holders:
                yield (
                    address,
                    f"role: a stakeholder cannot be on call or in a team: still in {', '.join(holders)}",
                )


def _is_stakeholder(fields: Fields | None) -> bool:
    return (fields or {}).get("role") in STAKEHOLDERS


def _users(kind: str, fields: Fields | None) -> set[Ref]:
    return {ref for _, ref in BY_SLUG[kind].refs_of(fields or {}) if ref is not None and ref.kind == "user"}


def _members(change: Change, operation: ChildOperation) -> set[Ref]:
    return {
        child.values["user"]
        for child in change.children
        if child.list_name == "members" and child.operation is operation
    }


def _gained(change: Change, before: Mapping[str, Fields], after: Mapping[str, Fields]) -> set[Ref]:
    """The users whom the object does not name yet and will."""
    if change.operation is Operation.DELETE:
        return set()
    old, new = _users(change.kind, before.get(change.address)), _users(change.kind, after.get(change.address))
    return (new - old) | _members(change, ChildOperation.ADD)


def _dropped(change: Change, before: Mapping[str, Fields], after: Mapping[str, Fields]) -> set[Ref]:
    """The users whom the object names and will not."""
    old, new = _users(change.kind, before.get(change.address)), _users(change.kind, after.get(change.address))
    return (old - new) | _members(change, ChildOperation.REMOVE)


def _holders(paired: PairedAccount, user: Ref, gone: frozenset[Ref]) -> Iterator[str]:
    """Everything that will name the user after the plan, as a reviewer knows it."""
    for holder, fields in paired.after(gone):
        if holder.kind in _ON_CALL and user in _users(holder.kind, fields):
            yield name_of(holder, paired)
    for address, pair in paired.pairs.items():
        # A member whom an exclusive list leaves out is there because of a policy or a schedule, and goes with it.
        members = {item["user"] for item in pair.children.get("members", ())}
        if pair.resource.modes.get("members") == "additive":
            members |= {child.value.get("user") for child in pair.children_before.get("members", ())}
        if user in members:
            yield address
