"""Orchestration rule: checks the sets, rules and actions of an orchestration path.

Clients send every action with null, false or an empty text for what is not set (the Terraform provider); what is empty is
left out of what is stored.
"""

from __future__ import annotations

from typing import Any, Final

from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.form import BIGGEST, Form, Text
from pdsync.sandbox.profile import Profile
from pdsync.sandbox.routing.reading import problem_of
from pdsync.sandbox.store.identifier import new_short_id
from pdsync.sandbox.store.record import Body

_TEXT: Final = "text"
_YES_NO: Final = "true or false"
_SECONDS: Final = "seconds"
_TRIGGERS: Final = frozenset({"alert_triggered", "alert_suppressed", "alert_suspended"})
_PAIRS = [{"key": _TEXT, "value": _TEXT}]
_EVENT: Body = {
    "severity": ("critical", "error", "warning", "info"),
    "event_action": ("trigger", "resolve"),
    "variables": [{"name": _TEXT, "path": _TEXT, "type": ("regex",), "value": _TEXT}],
    "extractions": [{"target": _TEXT, "template": _TEXT, "source": _TEXT, "regex": _TEXT}],
    "route_to": _TEXT,
    "suppress": _YES_NO,  # PagerDuty's API description has it in an example of the catch_all of unrouted
}
_ALERT: Body = {
    **_EVENT,
    "suspend": _SECONDS,
    "priority": _TEXT,
    "escalation_policy": _TEXT,
    "annotate": _TEXT,
    "automation_actions": [
        {
            "name": _TEXT,
            "url": _TEXT,
            "auto_send": _YES_NO,
            "headers": _PAIRS,
            "parameters": _PAIRS,
            "trigger_types": _TRIGGERS,
        }
    ],
    "incident_custom_field_updates": [{"id": _TEXT, "value": _TEXT}],
}
_DYNAMIC: Body = {"source": _TEXT, "regex": _TEXT, "lookup_by": ("service_name", "service_id")}
_AUTOMATION = [{"action_id": _TEXT, "trigger_types": _TRIGGERS}]
_ACTIONS: dict[str, Body] = {
    "router": {"route_to": _TEXT, "dynamic_route_to": _DYNAMIC},
    "unrouted": _EVENT,
    "global": {**_ALERT, "drop_event": _YES_NO},
    "service": {**_ALERT, "pagerduty_automation_actions": _AUTOMATION},
}
"""By type of the path, the actions and what they hold (PagerDuty API description). A list holds objects of one form, a tuple
the values that there are, a set those that may be in an array."""
_EVERY = frozenset(name for actions in _ACTIONS.values() for name in actions)
_FEW_CONDITIONS = 24  # 25 are reported to be refused
_LONGEST, _LONGEST_ID = 65_536, 255  # the sandbox's own
_EMPTY: tuple[object, ...] = (None, "", False, [], {})


def check_sets(call: Call, form: Form, type: str) -> None:
    """Reads sets and catch_all into the form's draft."""
    sets = form.objects("sets", required=True) or []
    ids = _set_ids(form, sets)
    if form.has("sets") and "start" not in ids:
        form.error("Sets must have one with the id start")
    if type == "router" and len(sets) > 1:
        form.error("Sets of a router must be only one")
    if form.errors:
        return
    reader = _Reader(call.profile, type, ids)
    form.draft["sets"] = [{"id": given["id"], "rules": reader.rules(form, given)} for given in sets]
    reader.read_catch_all(form)


def _set_ids(form: Form, sets: list[Body]) -> list[str]:
    ids: list[str] = []
    for number, given in enumerate(sets, start=1):
        id = given.get("id")
        if not isinstance(id, str) or not 1 <= len(id) <= _LONGEST_ID or id in ids:
            form.error(f"Set {number}: Id must be a text that no other set has")
        else:
            ids.append(id)
    return ids


def read_expression(form: Form, given: Body) -> Body:
    """One condition. It is refused when it is written, not when an event comes (PCL Overview, Error Handling)."""
    draft: Body = {}
    part = form.nested(given, draft, "conditions: ")
    part.text("expression", Text(_LONGEST, min_length=1), required=True)
    problem = problem_of(draft["expression"]) if "expression" in draft else None
    if problem is not None:
        part.error(f"Expression is invalid: {problem}")
    return draft


class _Reader:
    """Reads the rules of one path. ``set_ids`` are those that a rule may lead to."""

    def __init__(self, profile: Profile, type: str, set_ids: list[str]) -> None:
        self._profile = profile
        self._type, self._set_ids = type, set_ids
        self._rule_ids: set[str] = set()

    def rules(self, form: Form, given: Body) -> list[Body]:
        part = form.nested(given, {}, f"Set {given['id']}: ")
        rules = part.objects("rules", null=[]) or []
        return [self._rule(part, f"rule {number}: ", rule) for number, rule in enumerate(rules, start=1)]

    def read_catch_all(self, form: Form) -> None:
        """A catch_all that is left out, or null, is the empty one that the draft has."""
        given = form.object("catch_all", null=form.draft["catch_all"])
        if given is None:
            return
        last = form.nested(given, {}, "Catch all: ")
        actions = self._actions(last)
        if self._type == "service" and "route_to" in actions:
            last.error("Route to cannot be there")  # terraform-provider-pagerduty PR 977
        how = self._profile.reading("unrouted_suppress")
        if self._type == "unrouted" and how != "stored" and actions.pop("suppress", False) and how == "refused":
            last.error("suppress is not an action of unrouted rules")
        form.draft["catch_all"] = {"actions": {**form.draft["catch_all"]["actions"], **actions}}

    def _rule(self, form: Form, prefix: str, given: Body) -> Body:
        """A rule keeps the id that is sent, and gets one where none is."""
        draft: Body = {"label": "", "disabled": False, "conditions": []}
        rule = form.nested(given, draft, prefix)
        rule.text("label", Text(_LONGEST), null="")
        rule.boolean("disabled", null=False)
        conditions: list[Body] = []
        for condition in rule.objects("conditions", null=[]) or []:
            conditions.append(read_expression(rule, condition))
        if len(conditions) > _FEW_CONDITIONS and self._profile.reads("conditions_of_a_rule", "few"):
            rule.error(f"A rule has at most {_FEW_CONDITIONS} conditions")
        id = given.get("id")
        if not isinstance(id, str) or not 1 <= len(id) <= _LONGEST_ID or id in self._rule_ids:
            id = new_short_id()
        self._rule_ids.add(id)
        return {"id": id, **draft, "conditions": conditions, "actions": self._actions(rule)}

    def _actions(self, form: Form) -> Body:
        given = form.object("actions", null={}) or {}
        part = form.nested(given, {}, "actions: ")
        allowed = _ACTIONS[self._type]
        for name in sorted(_EVERY & set(given)):
            if given[name] in _EMPTY:
                continue
            if name not in allowed and self._profile.reads("action_of_another_path", "left_out"):
                continue
            if name not in allowed:
                part.error(f"{name} is not an action of {self._type} rules")
                continue
            value = _value(part, name, given[name], allowed[name])
            if value not in _EMPTY:
                part.draft[name] = value
        route = part.draft.get("route_to")
        if route is not None and self._type != "router" and route not in self._set_ids:
            part.error("route_to must be the id of a set")
        return part.draft


def _value(form: Form, name: str, value: Any, form_of: Any) -> Any:
    """The value without what its form does not have; None where it is wrong."""
    if isinstance(form_of, dict):
        if isinstance(value, dict):
            found = {key: _value(form, f"{name}.{key}", value[key], form_of[key]) for key in form_of if key in value}
            return {key: it for key, it in found.items() if it is not None and it != []}
        form.error(f"{name} must be an object")
    elif isinstance(form_of, list):
        if isinstance(value, list):
            return [_value(form, name, it, form_of[0]) for it in value]
        if value is not None:
            form.error(f"{name} must be an array")
    elif value is not None and not _is(value, form_of):
        form.error(f"{name} must be {_words(form_of)}")
        return None
    else:
        return value
    return None


def _is(value: Any, form_of: Any) -> bool:
    if isinstance(form_of, tuple):
        return value in form_of
    if isinstance(form_of, frozenset):
        return isinstance(value, list) and all(isinstance(it, str) and it in form_of for it in value)
    if form_of == _TEXT:
        return isinstance(value, str) and len(value) <= _LONGEST
    if form_of == _YES_NO:
        return isinstance(value, bool)
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= BIGGEST


def _words(form_of: Any) -> str:
    if isinstance(form_of, tuple):
        return f"one of: {', '.join(form_of)}"
    return f"an array of: {', '.join(sorted(form_of))}" if isinstance(form_of, frozenset) else str(form_of)
