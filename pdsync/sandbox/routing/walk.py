"""Walk: an event goes through the sets of one document.

In a set the first rule whose condition holds is taken, and none after it. It may lead on to another set. Where no rule of a set
holds, the catch-all is applied (PagerDuty API description).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from pdsync.sandbox.routing.common_event import changed
from pdsync.sandbox.routing.condition import Facts
from pdsync.sandbox.routing.error import ConditionError
from pdsync.sandbox.routing.outcome import Step, Treatment
from pdsync.sandbox.routing.path import find, parse_path
from pdsync.sandbox.routing.pattern import extract
from pdsync.sandbox.routing.reading import read_condition
from pdsync.sandbox.routing.rulebook import Chapter
from pdsync.sandbox.routing.template import fill
from pdsync.sandbox.routing.value import text_of

Scope = Mapping[str, Any]


def scope_of(event: Scope, raw: Scope, cache: Scope) -> dict[str, Any]:
    return {"event": event, "raw_event": raw, "cache_var": cache}


def walk(type: str, chapter: Chapter, raw: Scope, treatment: Treatment, now: datetime) -> Treatment:
    """Through global, unrouted or service rules."""
    document = chapter.document
    if document is None:
        return treatment
    sets = {one["id"]: one.get("rules") or [] for one in document["sets"]}
    here: str | None = "start"
    while here is not None and here in sets:
        rules = sets.pop(here)  # a set that leads back to itself ends there
        rule = first_match(rules, scope_of(treatment.event, raw, chapter.cache), chapter, now)
        step = Step(type, here, rule["id"] if rule is not None else None)
        actions = (rule if rule is not None else document.get("catch_all") or {}).get("actions") or {}
        treatment = _applied(actions, raw, chapter.cache, replace(treatment, steps=(*treatment.steps, step)))
        here = actions.get("route_to") if rule is not None and not treatment.is_dropped else None
    return treatment


def first_match(rules: Iterable[Scope], scope: Scope, chapter: Chapter, now: datetime) -> Scope | None:
    return next((it for it in rules if not it.get("disabled") and is_match(it, scope, chapter, now)), None)


def is_match(rule: Scope, scope: Scope, chapter: Chapter, now: datetime) -> bool:
    """Whether any condition holds; a rule without conditions always matches."""
    expressions = [it["expression"] for it in rule.get("conditions") or []]
    return not expressions or any(_holds(it, rule["id"], scope, chapter, now) for it in expressions)


def _holds(expression: str, rule_id: str, scope: Scope, chapter: Chapter, now: datetime) -> bool:
    try:
        condition = read_condition(expression)
    except ConditionError:
        return False  # it was stored before conditions were checked
    is_true = condition.holds(Facts(scope, now, lambda threshold: chapter.count(rule_id, threshold)))
    for threshold in condition.thresholds:
        if is_true and threshold.resets:
            chapter.reset(rule_id, threshold)
    return is_true


def _applied(actions: Scope, raw: Scope, cache: Scope, treatment: Treatment) -> Treatment:
    """Variables are read first and are those of this rule alone; then fields are set, one after the other; texts come last."""
    if actions.get("drop_event"):
        return replace(treatment, is_dropped=True)
    event = treatment.event
    variables = _variables(actions, scope_of(event, raw, cache))
    for extraction in actions.get("extractions") or []:
        value = _extracted(extraction, {**scope_of(event, raw, cache), "variables": variables})
        event = event if value is None else changed(event, extraction.get("target", ""), value)
    event = {**event, **{name: actions[name] for name in ("severity", "event_action") if actions.get(name)}}
    scope = {**scope_of(event, raw, cache), "variables": variables}
    values = dict(treatment.field_values)
    for update in actions.get("incident_custom_field_updates") or []:
        values[update["id"]] = fill(update.get("value") or "", scope)
    note = actions.get("annotate")
    return replace(
        treatment,
        event=event,
        priority=actions.get("priority") or treatment.priority,
        escalation_policy=actions.get("escalation_policy") or treatment.escalation_policy,
        note=fill(note, scope) if note else treatment.note,
        is_suppressed=bool(actions.get("suppress")) or treatment.is_suppressed,
        suspend_s=actions.get("suspend") or treatment.suspend_s,
        field_values=tuple(values.items()),
    )


def _variables(actions: Scope, scope: Scope) -> dict[str, str]:
    found = {}
    for variable in actions.get("variables") or []:
        value = extract_at(variable.get("path", ""), variable.get("value", ""), scope)
        if value is not None:
            found[variable["name"]] = value
    return found


def _extracted(extraction: Scope, scope: Scope) -> str | None:
    """None where the field stays as it is."""
    template = extraction.get("template")
    if template is not None:
        return fill(template, scope)
    return extract_at(extraction.get("source", ""), extraction.get("regex", ""), scope)


def extract_at(path_text: str, pattern: str, scope: Scope) -> str | None:
    """What the pattern finds in the field at a path; None where it finds nothing."""
    path = parse_path(path_text)
    text = text_of(find(scope, path)[1]) if path is not None else None
    return extract(pattern, text) if isinstance(text, str) else None
