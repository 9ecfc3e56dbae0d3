"""The same rules and the same event, evaluated by pdsync and by the sandbox, and what comes out in one form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pdsync.kinds.event_orchestration import GLOBAL, ROUTER, SERVICE_RULES
from pdsync.model import Ref, Scope
from pdsync.model.codec.orchestration import UNROUTED_RULES
from pdsync.oncall.roster import Entry, Roster
from pdsync.routing.documents import Documents
from pdsync.routing.event import event_of_body
from pdsync.routing.fact import Given
from pdsync.routing.run import run
from pdsync.sandbox.routing.evaluation import evaluate
from pdsync.sandbox.routing.rulebook import Chapter, Rulebook
from tests.support.facts import KnownVariables

EMPTY_DOCUMENT = {"sets": [{"id": "start", "rules": []}], "catch_all": {"actions": {}}}
ORCHESTRATION = Ref("event_orchestration", "id", "E1")


@dataclass(frozen=True, slots=True)
class Case:
    """Documents as the API answers them, by type; ``services`` has those of services by id, None for one without rules.
    ``names`` are those of the services."""

    documents: Mapping[str, Any]
    names: Mapping[str, str]
    event: Mapping[str, Any]
    now: datetime
    cache: Mapping[str, Any]
    count: int


def documents_of(case: Case) -> Documents:
    """What pdsync reads of the account of a case."""
    scope = Scope()
    codecs = {"global": GLOBAL, "router": ROUTER, "unrouted": UNROUTED_RULES}
    fields = {type: codec.live(case.documents.get(type), scope) for type, codec in codecs.items()}
    entries = {ORCHESTRATION: Entry({"name": "Events", **fields})}
    for id, name in case.names.items():
        rules = SERVICE_RULES.live(case.documents["services"].get(id), scope)
        entries[Ref("service", "id", id)] = Entry({"name": name, "event_orchestration": rules})
    return Documents(Roster(entries), ORCHESTRATION)


def by_pdsync(case: Case) -> dict[str, Any]:
    given = Given(case.count, KnownVariables(case.cache))
    outcome = run(documents_of(case), event_of_body(case.event), int(case.now.timestamp()), given)
    assert not outcome.undecided, outcome.undecided
    effects = outcome.effects
    if outcome.end == "dropped":
        return {"fate": "dropped"}
    return {
        "fate": "routed" if outcome.end == "service" else outcome.end,
        "service": _id(outcome.service),
        "event": dict(outcome.event.fields),
        "priority": _id(effects.priority),
        "escalation_policy": _id(effects.escalation_policy),
        "note": effects.note,
        "suppressed": effects.suppressed,
        "suspend_s": effects.suspended_s,
        "steps": [(step.area, step.set_id, step.matched.label if step.matched else None) for step in outcome.trace],
    }


def by_sandbox(case: Case) -> dict[str, Any]:
    def chapter(document: Any, *, remembers: bool = True) -> Chapter:
        return Chapter(document, case.cache if remembers else {}, lambda rule, threshold: case.count)

    def of_service(id: str) -> Chapter | None:
        return chapter(case.documents["services"].get(id) or EMPTY_DOCUMENT) if id in case.names else None

    def find_service(by: str, value: str) -> str | None:
        if by == "service_id":
            return value if value in case.names else None
        return next((id for id, name in case.names.items() if name == value), None)

    rulebook = Rulebook(
        chapter(case.documents.get("router"), remembers=False),
        of_service,
        chapter(case.documents.get("global")),
        chapter(case.documents.get("unrouted")),
        find_service,
    )
    outcome = evaluate(case.event, rulebook, case.now)
    treatment = outcome.treatment
    if outcome.fate == "dropped":
        return {"fate": "dropped"}
    return {
        "fate": outcome.fate,
        "service": outcome.service,
        "event": treatment.event,
        "priority": treatment.priority,
        "escalation_policy": treatment.escalation_policy,
        "note": treatment.note,
        "suppressed": treatment.is_suppressed,
        "suspend_s": treatment.suspend_s,
        "steps": [(step.document, step.set, step.rule) for step in treatment.steps],
    }


def _id(ref: Any) -> str | None:
    return ref.value if isinstance(ref, Ref) else None
