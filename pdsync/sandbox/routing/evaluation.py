"""Evaluation: an event goes through global rules, the router, and the rules of its service or those for unrouted events."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from pdsync.sandbox.routing.common_event import common_event, raw_event
from pdsync.sandbox.routing.outcome import Outcome, Step, Treatment
from pdsync.sandbox.routing.rulebook import Chapter, Rulebook
from pdsync.sandbox.routing.walk import extract_at, first_match, scope_of, walk

_SERVICE_ID = re.compile(r"[A-Z0-9]{7,14}")
_DROPPED: Literal["dropped"] = "dropped"
UNROUTED: Literal["unrouted"] = "unrouted"


def evaluate(body: Mapping[str, Any], rulebook: Rulebook, now: datetime) -> Outcome:
    """``body`` is an event that was sent to an integration of an orchestration."""
    raw = raw_event(body)
    treatment = walk("global", rulebook.before, raw, Treatment(common_event(body)), now)
    before = treatment.event
    if treatment.is_dropped:
        return Outcome("dropped", None, treatment, before)
    target, step = _route(rulebook, raw, treatment, now)
    treatment = replace(treatment, steps=(*treatment.steps, step))
    if target == _DROPPED:
        return Outcome("dropped", None, treatment, before)
    if target == UNROUTED:
        return Outcome("unrouted", None, walk("unrouted", rulebook.unrouted, raw, treatment, now), before)
    chapter = rulebook.of_service(target) or Chapter()
    return Outcome("routed", target, walk("service", chapter, raw, treatment, now), before)


def evaluate_at_service(body: Mapping[str, Any], service: str, chapter: Chapter, now: datetime) -> Outcome:
    """``body`` is an event that was sent to an integration of a service: its rules alone (support page Event Orchestration,
    Service Orchestrations)."""
    event = common_event(body)
    return Outcome("routed", service, walk("service", chapter, raw_event(body), Treatment(event), now), event)


def _route(rulebook: Rulebook, raw: Mapping[str, Any], treatment: Treatment, now: datetime) -> tuple[str, Step]:
    """The service, or ``unrouted`` or ``dropped``. A rule that leads to a service that is not there does nothing (PagerDuty
    API description, warnings). Cache variables are not for routers (support page Event Orchestration Cache Variables)."""
    document = rulebook.router.document or {"sets": []}
    scope = scope_of(treatment.event, raw, {})
    for one in document["sets"]:
        rules = list(one.get("rules") or [])
        while (rule := first_match(rules, scope, rulebook.router, now)) is not None:
            target = _target(rule.get("actions") or {}, rulebook, scope)
            if target is not None:
                return target, Step("router", one["id"], rule["id"])
            rules = rules[rules.index(rule) + 1 :]
    target = _target((document.get("catch_all") or {}).get("actions") or {}, rulebook, scope)
    return target or UNROUTED, Step("router", "start", None)


def _target(actions: Mapping[str, Any], rulebook: Rulebook, scope: Mapping[str, Any]) -> str | None:
    """None where the actions lead nowhere, so that the next rule has its turn."""
    dynamic = actions.get("dynamic_route_to")
    if dynamic:
        value = extract_at(dynamic.get("source", ""), dynamic.get("regex", ""), scope)
        by = dynamic.get("lookup_by", "service_name")
        if not value:
            return None
        if by == "service_id" and not _SERVICE_ID.fullmatch(value):
            return _DROPPED  # support page Event Orchestration, Dynamic Routing Rules
        return rulebook.find_service(by, value)
    route = actions.get("route_to")
    if route == UNROUTED:
        return UNROUTED
    return route if route is not None and rulebook.of_service(route) is not None else None
