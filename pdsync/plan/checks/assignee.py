"""Assignee: the person or policy that takes over open incidents, as `--reassign-incidents-to` names it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pdsync.kinds import BY_SLUG
from pdsync.model import Ref
from pdsync.model.address import Address, render_address
from pdsync.model.ref import By
from pdsync.model.resolve import Aliases
from pdsync.plan.checks.check import PlanContext
from pdsync.plan.checks.no_responder import has_responder
from pdsync.plan.checks.role import stakeholder_role
from pdsync.plan.pairing.match import PlanProblem

OPTION = "--reassign-incidents-to"


@dataclass(frozen=True, slots=True)
class Assignee:
    """Who is given the incidents."""

    ref: Ref
    id: str
    """Empty while it does not exist yet."""
    name: str


def find_assignee(context: PlanContext) -> Assignee | PlanProblem | None:
    """The assignee that the option names, by key, email, name or id; or why there is none."""
    if not context.options.reassign_to:
        return None
    kind, text = Address.parse(context.options.reassign_to)
    found = dict(_find_candidates(context, kind, text))
    if not found:
        hint = f"Name a manifest or an existing {BY_SLUG[kind].noun}."
        return _problem(context, "it is neither in the manifests nor in the account", hint)
    if len(found) > 1:
        ids = ", ".join(sorted(it.id for it in found.values()))
        return _problem(
            context, f"{len(found)} objects have this name: {ids}", "Name one that has a manifest, by its key."
        )
    ((ref, assignee),) = found.items()
    why = _why_not(context, ref)
    return _problem(context, why, "Name another one.") if why else assignee


def id_of(context: PlanContext, ref: Ref) -> str:
    """The PagerDuty id of an object; empty while there is none."""
    if ref.address is None:
        return ref.value
    live = context.paired.pairs[ref.address].live
    return live.id if live is not None else ""


def _find_candidates(context: PlanContext, kind: str, text: str) -> Iterator[tuple[Ref, Assignee]]:
    pair = context.paired.pairs.get(render_address(kind, text))
    if pair is not None:
        yield pair.ref, Assignee(pair.ref, id_of(context, pair.ref), pair.resource.name)
        return
    by: By = "email" if "@" in text and "email" in BY_SLUG[kind].identity else "name"
    known = Aliases(((ref, fields) for ref, fields in context.before.items() if ref.kind == kind), (by,))
    by_id = Ref(kind, "id", text)
    for ref in (by_id,) if by_id in context.before else known.find_all(Ref(kind, by, text)):
        yield ref, Assignee(ref, id_of(context, ref), str(context.before[ref].get(BY_SLUG[kind].label)))


def _why_not(context: PlanContext, ref: Ref) -> str:
    if ref in context.gone:
        return "is deleted by this same plan"
    role = stakeholder_role(ref, context.after[ref])
    if role:
        return f"is a stakeholder ({role}) and cannot be given incidents"
    if BY_SLUG[ref.kind].facts.on_call is not None and not has_responder(ref, context.after):
        return "reaches no one on any level"
    return ""


def _problem(context: PlanContext, message: str, hint: str) -> PlanProblem:
    return PlanProblem(context.options.reassign_to, "", f"{OPTION}: {message}", hint)
