"""Event rulebook: the stored rules, as events go through them, and what their owners remember of events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pdsync.sandbox.api.cache_variable import KIND as CACHE_VARIABLE
from pdsync.sandbox.api.enablement import uses_aiops
from pdsync.sandbox.api.orchestration_path import is_active, stored_path
from pdsync.sandbox.http.call import Call
from pdsync.sandbox.paging.event_memory import EventMemory
from pdsync.sandbox.routing.common_event import raw_event
from pdsync.sandbox.routing.evaluation import evaluate, evaluate_at_service
from pdsync.sandbox.routing.outcome import Outcome
from pdsync.sandbox.routing.reading import problem_of, read_condition
from pdsync.sandbox.routing.rulebook import Chapter, Rulebook
from pdsync.sandbox.routing.walk import extract_at, is_match, scope_of
from pdsync.sandbox.store.instant import loaded
from pdsync.sandbox.store.record import Body, Record


class Evaluator:
    """Of one event, ``body``. Asks each owner's memory once, and keeps what they learn from the event."""

    def __init__(self, call: Call, body: Body) -> None:
        self._call, self._body = call, body
        self._memories: dict[str, EventMemory] = {}

    def by_orchestration(self, orchestration: Record) -> Outcome:
        """Global rules are of AIOps (support page Event Orchestration, Global Orchestrations)."""
        aiops = uses_aiops(self._call, orchestration)
        rulebook = Rulebook(
            router=self._chapter(orchestration, "router"),
            of_service=self._of_service,
            before=self._chapter(orchestration, "global") if aiops else Chapter(),
            unrouted=self._chapter(orchestration, "unrouted"),
            find_service=self._find_service,
        )
        outcome = evaluate(self._body, rulebook, self._call.now)
        if outcome.fate != "dropped":
            self._learn(orchestration, outcome.routed_event)
        return self._kept(outcome)

    def by_service(self, service: Record) -> Outcome:
        chapter = self._of_service(service.id) or Chapter()
        return self._kept(evaluate_at_service(self._body, service.id, chapter, self._call.now))

    def _kept(self, outcome: Outcome) -> Outcome:
        service = self._call.store.get("service", outcome.service or "")
        if service is not None and service.id in self._memories:
            self._learn(service, outcome.treatment.event)
        for memory in self._memories.values():
            memory.keep()
        return outcome

    def _chapter(self, owner: Record, type: str) -> Chapter:
        memory, document = self._memory(owner), stored_path(self._call, owner, type)
        if document is not None and type == "service" and not uses_aiops(self._call, owner):
            document = _basic(document)
        return Chapter(document, self._cache(owner), memory.count, memory.reset)

    def _of_service(self, id: str) -> Chapter | None:
        service = self._call.store.get("service", id)
        if service is None:
            return None
        return self._chapter(service, "service") if is_active(self._call, service) else Chapter()

    def _find_service(self, by: str, value: str) -> str | None:
        if by == "service_id":
            return value if self._call.store.get("service", value) is not None else None
        return next((it.id for it in self._call.store.all("service") if it.body["name"] == value), None)

    def _memory(self, owner: Record) -> EventMemory:
        if owner.id not in self._memories:
            is_trigger = self._body.get("event_action") == "trigger"
            self._memories[owner.id] = EventMemory(self._call, owner, counts=is_trigger)
        return self._memories[owner.id]

    def _variables(self, owner: Record) -> list[Record]:
        """The variables that are in force; a disabled one is nil (support page Event Orchestration Cache Variables)."""
        if not uses_aiops(self._call, owner):
            return []
        return [it for it in self._call.store.children(CACHE_VARIABLE, owner.id) if not it.body["disabled"]]

    def _cache(self, owner: Record) -> dict[str, Any]:
        values = {it.body["name"]: self._value(owner, it) for it in self._variables(owner)}
        return {name: value for name, value in values.items() if value is not None}

    def _value(self, owner: Record, variable: Record) -> Any:
        configuration, memory = variable.body["configuration"], self._memory(owner)
        if configuration["type"] == "recent_value":
            return memory.recent(variable.id)
        if configuration["type"] == "trigger_event_count":
            return memory.number(variable.id, configuration["ttl_seconds"])
        data: Mapping[str, Any] | None = variable.body.get("data")
        if data is None:
            return None
        ends = loaded(data["updated_at"]) + timedelta(seconds=configuration["ttl_seconds"])
        return data["cache_variable_data"] if ends > self._call.now else None

    def _learn(self, owner: Record, event: Mapping[str, Any]) -> None:
        """Variables take their values from events as the rules left them (support page Event Orchestration Cache Variables)."""
        memory = self._memory(owner)
        scope = scope_of(event, raw_event(self._body), self._cache(owner))
        for variable in self._variables(owner):
            configuration = variable.body["configuration"]
            rule = {"id": variable.id, "conditions": variable.body.get("conditions")}
            if configuration["type"] == "external_data" or not is_match(rule, scope, Chapter(), self._call.now):
                continue
            if configuration["type"] == "trigger_event_count":
                memory.count_one(variable.id)
                continue
            value = extract_at(configuration["source"], configuration["regex"], scope)
            if value is not None:
                memory.remember(variable.id, value)


def _basic(document: Body) -> Body:
    """The rules of a service as they act without AIOps: none waits, counts or leads on (support page Event Orchestration, Basic
    Event Orchestration)."""
    sets = [{**one, "rules": [_basic_rule(it) for it in one["rules"]]} for one in document["sets"]]
    return {**document, "sets": sets, "catch_all": {"actions": _basic_actions(document["catch_all"]["actions"])}}


def _basic_rule(rule: Body) -> Body:
    conditions = [it for it in rule["conditions"] if not _counts(it["expression"])]
    counts_only = bool(rule["conditions"]) and not conditions
    actions = _basic_actions(rule["actions"])
    return {**rule, "conditions": conditions, "actions": actions, "disabled": rule["disabled"] or counts_only}


def _basic_actions(actions: Body) -> Body:
    return {name: value for name, value in actions.items() if name not in ("suspend", "route_to")}


def _counts(expression: str) -> bool:
    return problem_of(expression) is None and bool(read_condition(expression).thresholds)
