"""What the actions of a rule, or of a catch-all, do to an event and to its alert."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any

from pdsync.condition import UNKNOWN
from pdsync.routing.event import Event, is_event_path
from pdsync.routing.outcome import Effects
from pdsync.routing.path import MISSING, Path, find_value, parse_path
from pdsync.routing.variable import RegexError, as_text, extract, paths_of, render_template


@dataclass(frozen=True, slots=True)
class Applied:
    """An event, with the changes that the rules up to here made."""

    event: Event
    effects: Effects = field(default_factory=Effects)
    variables: Mapping[str, str] = field(default_factory=dict)
    """The variables of the last rule: only its own actions can use them."""
    notes: tuple[str, ...] = ()
    """What an action of the last rule could not do."""


def apply_actions(actions: Mapping[str, Any], before: Applied, cache_variables: Mapping[str, Any]) -> Applied:
    """The same event after these actions. Variables come first, then extractions, which may use them, then the rest."""
    notes: list[str] = []
    variables: dict[str, Any] = {}
    unknown: set[str] = set()
    applied = _Scope(before.event, variables, unknown, cache_variables, notes)
    for variable in actions.get("variables") or ():
        name = str(variable.get("name"))
        if applied.is_unknown(parse_path(str(variable.get("path") or ""))):
            unknown.add(name)
        found = applied.extract(variable.get("path"), variable.get("value"), f"variable {name}")
        if found is not None:
            variables[name] = found
    for extraction in actions.get("extractions") or ():
        applied = replace(applied, event=applied.extracted(extraction))
    for name in ("severity", "event_action"):
        if actions.get(name):
            applied = replace(applied, event=applied.event.with_value((name,), str(actions[name])))
    return Applied(applied.event, _effects(actions, before.effects, applied), variables, tuple(notes))


@dataclass(frozen=True, slots=True)
class _Scope:
    """What the actions of a rule can read, and what they note."""

    event: Event
    variables: Mapping[str, str]
    unknown_variables: AbstractSet[str]
    """The variables that were taken from a text that is not known beforehand."""
    cache_variables: Mapping[str, Any]
    notes: list[str]

    def is_unknown(self, path: Path | None) -> bool:
        """Whether the value at a path is not known beforehand."""
        if path is None or path[0] == "raw_event":
            return False
        if path[0] == "event":
            return self.event.is_unknown(path[1:])
        if path[0] == "cache_var":
            return len(path) > 1 and self.cache_variables.get(str(path[1]), UNKNOWN) is UNKNOWN
        return str(path[path[0] == "variables" and len(path) > 1]) in self.unknown_variables

    def find(self, path: Path) -> Any:
        """The value at a path such as ``variables.host``; MISSING where there is none. A variable of the rule may go by its name
        alone, as PagerDuty's page on event fields writes it: ``{{host}}``."""
        roots = {"variables": self.variables, "cache_var": self.cache_variables}
        root = str(path[0])
        if root in roots:
            return find_value(roots[root], path[1:])
        return self.event.find(path) if is_event_path(path) else find_value(self.variables, path)

    def extract(self, path: Any, regex: Any, what: str) -> str | None:
        """The value that a regular expression takes out of what is at a path; None where it takes none, with a note."""
        steps = parse_path(str(path or ""))
        value = self.find(steps) if steps else MISSING
        if value is MISSING or value is None:
            self.notes.append(f"{what}: the event has no {path}")
            return None
        try:
            found = extract(str(regex or ""), as_text(value))
        except RegexError as error:
            self.notes.append(f"{what}: {regex!r} is not a regular expression ({error})")
            return None
        if found is None:
            self.notes.append(f"{what}: {path} does not match {regex!r}")
        return found

    def render(self, template: str, what: str) -> str:
        """The text of a template."""
        text, missing = render_template(template, self.find)
        self.notes.extend(f"{what}: the event has no {path}, so it is empty" for path in missing)
        return text

    def extracted(self, extraction: Mapping[str, Any]) -> Event:
        """The event with the field that an extraction sets."""
        target = str(extraction.get("target") or "")
        what, steps = f"extraction {target}", parse_path(target)
        if steps is None:
            self.notes.append(f"{what}is not a field of an event")
            return self.event
        template = extraction.get("template")
        if template is not None:
            value: str | None = self.render(str(template), what)
            is_known = not any(self.is_unknown(path) for path in paths_of(str(template)))
        else:
            value = self.extract(extraction.get("source"), extraction.get("regex"), what)
            is_known = not self.is_unknown(parse_path(str(extraction.get("source") or "")))
        if value is None and is_known:
            return self.event
        return self.event.with_value(steps, value or "", is_known=is_known)


def _effects(actions: Mapping[str, Any], before: Effects, scope: _Scope) -> Effects:
    """A later rule overrides earlier ones; custom fields, webhooks and automation actions add up."""
    note, updates = actions.get("annotate"), actions.get("incident_custom_field_updates") or ()
    values = {each["field"]: scope.render(str(each.get("value") or ""), "incident field") for each in updates}
    return Effects(
        bool(actions.get("suppress")) or before.suppressed,
        int(actions.get("suspend") or 0) or before.suspended_s,
        actions.get("priority") or before.priority,
        actions.get("escalation_policy") or before.escalation_policy,
        scope.render(str(note), "annotate") if note else before.note,
        {**before.incident_fields, **values},
        (*before.webhooks, *(str(hook.get("name")) for hook in actions.get("automation_actions") or ())),
        (
            *before.automation_actions,
            *(it["automation_action"] for it in actions.get("pagerduty_automation_actions") or ()),
        ),
    )
