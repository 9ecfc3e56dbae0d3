"""What the actions of a rule, or of a catch-all, do to an event and to its alert."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pdsync.routing.event import Event
from pdsync.routing.fact import find_in
from pdsync.routing.outcome import Effects
from pdsync.routing.path import MISSING, parse_path
from pdsync.routing.variable import RegexError, as_text, extract, render_template


@dataclass(frozen=True, slots=True)
class Applied:
    """An event, and what the rules up to here made of it."""

    event: Event
    effects: Effects
    variables: Mapping[str, str]
    """Those of the document that the event is in."""
    notes: tuple[str, ...] = field(default=())
    """What an action could not do."""


def apply_actions(actions: Mapping[str, Any], before: Applied) -> Applied:
    """The same event after these actions. Variables come first, then extractions, which may use them, then the rest."""
    notes: list[str] = []
    variables = dict(before.variables)
    for variable in actions.get("variables") or ():
        found = _extract(variable.get("path"), variable.get("value"), before, notes, f"variable {variable.get('name')}")
        if found is not None:
            variables[str(variable.get("name"))] = found
    applied = replace(before, variables=variables)
    for extraction in actions.get("extractions") or ():
        applied = replace(applied, event=_extracted(extraction, applied, notes))
    for name in ("severity", "event_action"):
        if actions.get(name):
            applied = replace(applied, event=applied.event.with_value((name,), str(actions[name])))
    return replace(applied, effects=_effects(actions, applied, notes), notes=tuple(notes))


def _extract(path: Any, regex: Any, applied: Applied, notes: list[str], what: str) -> str | None:
    """The value that a regular expression takes out of what is at a path; None where it takes none, with a note."""
    steps = parse_path(str(path or ""))
    value = find_in(applied.event, applied.variables, steps) if steps else MISSING
    if value is MISSING or value is None:
        notes.append(f"{what}: the event has no {path}")
        return None
    try:
        found = extract(str(regex or ""), as_text(value))
    except RegexError as error:
        notes.append(f"{what}: {regex!r} is not a regular expression ({error})")
        return None
    if found is None:
        notes.append(f"{what}: {path} does not match {regex!r}")
    return found


def _extracted(extraction: Mapping[str, Any], applied: Applied, notes: list[str]) -> Event:
    target = str(extraction.get("target") or "")
    what = f"extraction {target}"
    steps = parse_path(target)
    if steps is None:
        notes.append(f"{what}: this is not a field of an event")
        return applied.event
    if extraction.get("template") is not None:
        value: str | None = _render(str(extraction["template"]), applied, notes, what)
    else:
        value = _extract(extraction.get("source"), extraction.get("regex"), applied, notes, what)
    return applied.event if value is None else applied.event.with_value(steps, value)


def _render(template: str, applied: Applied, notes: list[str], what: str) -> str:
    text, missing = render_template(template, lambda path: find_in(applied.event, applied.variables, path))
    notes.extend(f"{what}: there is no {path}, so it is empty" for path in missing)
    return text


def _effects(actions: Mapping[str, Any], applied: Applied, notes: list[str]) -> Effects:
    before = applied.effects
    note = actions.get("annotate")
    return Effects(
        bool(actions.get("suppress")) or before.suppressed,
        int(actions.get("suspend") or 0) or before.suspended_s,
        actions.get("priority") or before.priority,
        actions.get("escalation_policy") or before.escalation_policy,
        (*before.annotations, _render(str(note), applied, notes, "annotate")) if note else before.annotations,
        (*before.incident_fields, *(actions.get("incident_custom_field_updates") or ())),
        (*before.webhooks, *(str(hook.get("name")) for hook in actions.get("automation_actions") or ())),
        (*before.automation_actions, *(actions.get("pagerduty_automation_actions") or ())),
    )
