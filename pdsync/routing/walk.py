"""One way of an event through the documents, with every undecided rule decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from pdsync.model import Ref
from pdsync.routing.action import Applied, apply_actions
from pdsync.routing.document import START, Area, Document, Rule
from pdsync.routing.documents import Documents
from pdsync.routing.dynamic_route import find_route
from pdsync.routing.event import Event
from pdsync.routing.judgement import Judge, Judgement, Judges
from pdsync.routing.outcome import End, Outcome
from pdsync.routing.trace import SetTrace, Undecided

Decisions: TypeAlias = Mapping[Undecided, bool]
UNROUTED: Final = "unrouted"
DROPPED: Final = "dropped"
NOT_KNOWN: Final = "unknown"
_AREA_TEXT: Mapping[Area, str] = {
    "global": "the global rules",
    "router": "the router",
    "unrouted": "the rules for unrouted events",
    "service": "the rules",
}


@dataclass(slots=True)
class _Tried:
    """The rules of a set, as far as an event came to them."""

    rules: tuple[Rule, ...]
    judgements: list[Judgement | None] = field(default_factory=list)
    matched: Rule | None = None
    is_assumed: bool = False

    def trace(self, area: Area, set_id: str, actions: Mapping[str, Any], notes: tuple[str, ...] = ()) -> SetTrace:
        judgements, is_catch_all = tuple(self.judgements), self.matched is None
        return SetTrace(area, set_id, self.rules, judgements, actions, is_catch_all, notes, self.is_assumed)


class Walk:
    """The state of an event on its way; used once."""

    def __init__(self, documents: Documents, judges: Judges, decided: Decisions) -> None:
        self._documents = documents
        self._judges, self._decided = judges, decided
        self._applied: Applied
        self._variables: dict[str, str] = {}
        self._trace: list[SetTrace] = []
        self._notes: list[str] = []
        self._undecided: list[Undecided] = []
        self._dropped = False

    def take(self, event: Event) -> Outcome:
        """What comes out for the event."""
        self._applied = Applied(event)
        documents = self._documents
        if documents.orchestration is None:
            assert documents.service is not None
            return self._end_at(documents.service)
        self._go_through("global", documents.of_orchestration("global"), documents.name)
        if self._dropped:
            return self._outcome("dropped")
        router = documents.of_orchestration("router")
        if router is None:
            self._note_unknown("router", documents.name)
            return self._outcome("unknown")
        if documents.has_shared_router:
            self._notes.append(
                f"the router of {documents.name} is shared: rules of the account that no manifest declares are not known here"
            )
        target = self._route(router)
        if target == DROPPED:
            return self._outcome("dropped")
        if target == NOT_KNOWN:
            return self._outcome("unknown")
        if isinstance(target, Ref):
            return self._end_at(target)
        self._go_through("unrouted", documents.of_orchestration("unrouted"), documents.name)
        return self._outcome("unrouted")

    def _end_at(self, service: Ref) -> Outcome:
        found = self._documents.find(service)
        if found is None:
            self._notes.append(f"the service {service} is not known here, so its rules are not either")
            return self._outcome("service", service)
        self._go_through("service", self._documents.of_service(found), self._documents.roster.name_of(found))
        return self._outcome("dropped" if self._dropped else "service", None if self._dropped else found)

    def _outcome(self, end: End, service: Ref | None = None) -> Outcome:
        return Outcome(
            end,
            self._applied.event,
            service,
            self._applied.effects,
            self._variables,
            tuple(self._trace),
            tuple(self._notes),
            tuple(rule for rule, matches in self._decided.items() if matches),
            tuple(self._undecided),
        )

    def _note_unknown(self, area: Area, name: str) -> None:
        verb = "is" if area == "router" else "are"
        self._notes.append(f"{_AREA_TEXT[area]} of {name} {verb} not known here")

    def _go_through(self, area: Area, document: Document | None, name: str) -> None:
        """Applies the rules of a document, set after set."""
        if document is None:
            self._note_unknown(area, name)
            return
        set_id, seen = START, set[str]()
        while set_id not in seen:
            seen.add(set_id)
            if set_id not in document.sets:
                self._notes.append(f"{_AREA_TEXT[area]} of {name} have no set {set_id!r}")
                return
            tried = self._first_match(area, set_id, document.sets[set_id])
            self._apply(area, set_id, tried, document)
            following = tried.matched.actions.get("route_to") if tried.matched is not None else None
            if self._dropped or not isinstance(following, str):
                return
            set_id = following
        self._notes.append(
            f"{_AREA_TEXT[area]} of {name} lead back to the set {set_id!r}: a loop, so evaluation stops here"
        )

    def _apply(self, area: Area, set_id: str, tried: _Tried, document: Document) -> None:
        actions = tried.matched.actions if tried.matched is not None else document.catch_all
        self._applied = apply_actions(actions, self._applied, self._judges.given.cache_variables)
        self._variables.update(self._applied.variables)
        self._trace.append(tried.trace(area, set_id, actions, self._applied.notes))
        self._dropped = bool(actions.get("drop_event"))

    def _first_match(self, area: Area, set_id: str, rules: tuple[Rule, ...]) -> _Tried:
        judge, tried = self._judges.judge_of(self._applied.event, area), _Tried(rules)
        for index, rule in enumerate(rules):
            judgement = None if rule.disabled else self._judge(rule, judge)
            tried.judgements.append(judgement)
            if judgement is None:
                continue
            if judgement.matches is None:
                reason = "; ".join(judgement.reasons)
                tried.is_assumed = self._assume(Undecided(area, set_id, index, rule.label, reason))
            if judgement.matches or tried.is_assumed:
                tried.matched = rule
                break
        return tried

    def _judge(self, rule: Rule, judge: Judge) -> Judgement:
        dynamic = rule.actions.get("dynamic_route_to")
        if dynamic:
            return find_route(dynamic, self._applied.event, self._documents).judgement
        judgement = judge.judge(rule.conditions)
        if judgement.matches and self._documents.lacks(rule.actions.get("route_to")):
            # PagerDuty stores such a rule, and does nothing with it (API description, warnings of a PUT).
            return Judgement(False, ("its service does not exist, so it does nothing",))
        return judgement

    def _assume(self, rule: Undecided) -> bool:
        """Whether this case assumes of an undecided rule that it matches."""
        if rule not in self._decided:
            self._undecided.append(rule)
        return self._decided.get(rule, False)

    def _route(self, router: Document) -> Any:
        """The service that the router gives an event to, `unrouted`, `dropped` or `unknown`."""
        tried = self._first_match("router", START, router.sets.get(START, ()))
        rule = tried.matched
        target = router.catch_all.get("route_to") if rule is None else rule.actions.get("route_to")
        if rule is not None and (dynamic := rule.actions.get("dynamic_route_to")):
            route = find_route(dynamic, self._applied.event, self._documents)
            target = DROPPED if route.drops else route.service or NOT_KNOWN
        target = UNROUTED if not target or self._documents.lacks(target) else target
        self._trace.append(tried.trace("router", START, {"route_to": target}))
        return target
