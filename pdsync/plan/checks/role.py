"""Roles: stakeholders can be neither on call nor in a team, so the order matters when a person becomes one, or a responder. Pure.

The API refuses a stakeholder in a schedule (terraform-provider-pagerduty #759) and in a team (API description). Policies are
treated alike: a stakeholder cannot act on the incidents that they would assign.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pdsync.kinds import BY_SLUG
from pdsync.model import Fields, Ref
from pdsync.model.fact import PersonFact
from pdsync.plan.change import Change, ChildOperation
from pdsync.plan.checks.check import Blocker, Check, Edge, Finding, PlanContext, kind_of
from pdsync.plan.people import is_person, named_on_call
from pdsync.plan.risk import Risk

DEMOTION = "demotion"
_People = set[Ref]


class Roles(Check):
    """Orders changes by the roles that they need, and blocks changes that PagerDuty refuses because of a role."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        yield from _find_edges(context)
        stakeholders = {ref: role for ref, fields in context.after.items() if (role := stakeholder_role(ref, fields))}
        for change in context.changes.values():
            person = kind_of(change).facts.person
            if person is None:
                if stakeholders:
                    yield from _judge_naming(context, change, stakeholders)
            elif not change.makes:
                yield from _judge_person(context, change, person, stakeholders)
                yield from _find_demotion(context, change, person)


def _find_edges(context: PlanContext) -> Iterator[Edge]:
    """A change that newly names a former stakeholder waits for the new role. A person becomes one only after no object names them."""
    rising: dict[Ref, str] = {}
    falling: dict[Ref, str] = {}
    for address, change in context.changes.items():
        if kind_of(change).facts.person is not None and not change.makes:
            ref = Ref.of_address(address)
            was = stakeholder_role(ref, context.fields_before.get(address))
            becomes = stakeholder_role(ref, context.fields_after.get(address))
            if bool(was) != bool(becomes):
                (falling if becomes else rising)[ref] = address
    if not rising and not falling:
        return
    for address, change in context.changes.items():
        if kind_of(change).facts.person is None:
            gained, dropped = _gained_on_call(context, change), _dropped_on_call(context, change)
            for ref in (gained | _members(change, ChildOperation.ADD)) & rising.keys():
                yield Edge(address, rising[ref])
            for ref in (dropped | _members(change, ChildOperation.REMOVE)) & falling.keys():
                yield Edge(falling[ref], address)


def _judge_naming(context: PlanContext, change: Change, stakeholders: Mapping[Ref, str]) -> Iterator[Blocker]:
    """Blocks an object that newly names a stakeholder. The field comes first, so that the blocker is shown on its line."""
    facts = kind_of(change).facts
    ways: list[tuple[str, Callable[[], _People], str]] = []
    if facts.on_call is not None:
        ways.append((facts.on_call.field, lambda: _gained_on_call(context, change), "on call"))
    if facts.membership:
        ways.append((facts.membership, lambda: _members(change, ChildOperation.ADD), f"in a {kind_of(change).noun}"))
    for field, gained, where in ways:
        for ref in sorted(gained() & stakeholders.keys()):
            shown = f"{context.name_of(ref)} is a stakeholder ({stakeholders[ref]})"
            yield Blocker(change.address, f"{field}: {shown} and cannot be {where}")


def _judge_person(
    context: PlanContext, change: Change, person: PersonFact, stakeholders: Mapping[Ref, str]
) -> Iterator[Blocker]:
    role, before = person.role_field, context.fields_before.get(change.address, {})
    if role in change.values and before.get(role) == person.owner_role != change.values[role]:
        message = f"{role}: this user owns the account, and the owner's role cannot be changed: leave {role!r} out"
        yield Blocker(change.address, message, alone=True)
    ref = Ref.of_address(change.address)
    if ref in stakeholders and not stakeholder_role(ref, before):
        places = sorted(_find_places(context, ref))
        if places:
            message = f"{role}: a stakeholder cannot be on call or in a team: still in {', '.join(places)}"
            yield Blocker(change.address, message, alone=True)


def _find_demotion(context: PlanContext, change: Change, person: PersonFact) -> Iterator[Risk]:
    """A person who loses the right to change everything in the account: this may be the last person who can undo it."""
    strong = person.admin_roles | {person.owner_role}
    before = _role(person, context.fields_before.get(change.address))
    after = _role(person, context.fields_after.get(change.address))
    if before in strong and after not in strong:
        what = "is deleted" if change.ends else f"becomes {after}"
        message = f"{kind_of(change).noun} {change.name!r} has the role {before} and {what}"
        yield Risk(DEMOTION, change.address, message)


def stakeholder_role(ref: Ref, fields: Fields | None) -> str:
    """The role of a stakeholder; empty for everyone else."""
    person = BY_SLUG[ref.kind].facts.person
    if person is None:
        return ""
    role = _role(person, fields)
    return role if role in person.stakeholder_roles else ""


def _role(person: PersonFact, fields: Fields | None) -> str:
    """The role; empty where there is none, and where an answer has something other than a text."""
    role = (fields or {}).get(person.role_field)
    return role if isinstance(role, str) else ""


def _people(change: Change, fields: Fields | None) -> _People:
    return set(filter(is_person, named_on_call(kind_of(change), fields or {})))


def _gained_on_call(context: PlanContext, change: Change) -> _People:
    """People whom the object does not put on call yet, but will."""
    if change.ends:
        return set()
    before, after = context.fields_before.get(change.address), context.fields_after.get(change.address)
    return _people(change, after) - _people(change, before)


def _dropped_on_call(context: PlanContext, change: Change) -> _People:
    """People whom the object puts on call now, but will not."""
    before, after = context.fields_before.get(change.address), context.fields_after.get(change.address)
    return _people(change, before) - _people(change, after)


def _members(change: Change, operation: ChildOperation) -> _People:
    declared = kind_of(change).membership
    if declared is None:
        return set()
    items = (child for child in change.children if child.list_name == declared.name and child.operation is operation)
    return {child.values[declared.identified_by] for child in items}


def _find_places(context: PlanContext, person: Ref) -> Iterator[str]:
    """Everything that will name the person after the plan, as a reviewer knows it."""
    for ref, fields in context.after.items():
        if person in named_on_call(BY_SLUG[ref.kind], fields):
            yield context.name_of(ref)
    for address, pair in context.paired.pairs.items():
        declared = pair.kind.membership
        if declared is None:
            continue
        # A member whom an exclusive list leaves out is there because of a policy or a schedule, and goes with it.
        members = {item[declared.identified_by] for item in pair.children.get(declared.name, ())}
        if pair.resource.modes.get(declared.name) == "additive":
            members |= {
                child.value.get(declared.identified_by) for child in pair.children_before.get(declared.name, ())
            }
        if person in members:
            yield address
