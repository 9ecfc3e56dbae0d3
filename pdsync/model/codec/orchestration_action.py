"""Codecs of what a rule of an event orchestration does: its actions, under the names that PagerDuty has for them.

An action that holds nothing (false, null, empty text, an empty list) is the same as one that is not there: clients send all of them
empty, and PagerDuty may answer them so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pdsync.model.codec.plain import MAPPING, Boolean, Canonical, Choice, Text, Verbatim
from pdsync.model.codec.reference import BareReference, Reference
from pdsync.model.codec.secret_header import HEADERS
from pdsync.model.codec.structure import ListOf, Object, Part, optional, required
from pdsync.model.codec.time import Duration
from pdsync.model.ref import Ref
from pdsync.model.scope import Path, RefMap, Scope

UNROUTED: Final = "unrouted"
"""Instead of a service: the rules for events that match no rule of the router."""
PRIORITY: Final = "priority"
"""The kind of references to priorities, which PagerDuty lists for every account."""
INCIDENT_FIELD: Final = "incident_field"
"""The kind of references to custom fields of incidents."""
SEVERITIES: Final = ("info", "warning", "error", "critical")
_EMPTY: Final[tuple[Any, ...]] = (None, False, "", [], {})


def is_empty(value: object) -> bool:
    """Whether an action holds nothing. The number 0 is something."""
    return any(value is it or (value == it and type(value) is type(it)) for it in _EMPTY)


def without_empty(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members that hold something."""
    return {name: held for name, held in members.items() if not is_empty(held)}


@dataclass(frozen=True, slots=True)
class RoutedService(BareReference):
    """The service that a rule leads to."""

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if value == UNROUTED:
            hint = (
                "Leave out the rule: events that match no rule go there. Write {name: ...} for a service with that key."
            )
            scope.problem(path, f"{UNROUTED!r} is allowed only in catch_all", hint)
            return Ref(self.kind, "key", UNROUTED)
        return BareReference.desired(self, value, scope, path)


@dataclass(frozen=True, slots=True)
class ServiceOrUnrouted(BareReference):
    """A service, or ``unrouted``. A service whose key is that very word is written ``{name: ...}``."""

    def schema(self) -> dict[str, Any]:
        hint = "Write the key of a service, unrouted, or {name: ...} or {id: ...}."
        return {**Reference.schema(self), "x-expected": "a service, or unrouted", "errorMessage": hint}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return UNROUTED if value == UNROUTED else Reference.desired(self, value, scope, path)

    def live(self, value: Any, scope: Scope) -> Canonical:
        return UNROUTED if value in (None, "", UNROUTED) else BareReference.live(self, value, scope)

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        return Reference.map_refs(self, value, refs) if isinstance(value, Ref) else value


@dataclass(frozen=True, slots=True)
class Filled(Object):
    """An object in which a member that holds nothing is the same as one that is not there."""

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return without_empty(Object.desired(self, value, scope, path))

    def live(self, value: Any, scope: Scope) -> Canonical:
        return without_empty(Object.live(self, without_empty(value), scope)) if isinstance(value, MAPPING) else {}


@dataclass(frozen=True, slots=True)
class Pattern(Verbatim):
    """A regular expression that finds a value. PagerDuty finds nothing with an expression that RE2 does not accept."""

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        from pdsync.condition import ConditionError
        from pdsync.condition.regex import check_pattern

        try:
            check_pattern(value, 1)
        except ConditionError as error:
            hint = "Correct it. See https://github.com/google/re2/wiki/Syntax."
            scope.warn(path, error.message, hint)
        return Verbatim.desired(self, value, scope, path)


@dataclass(frozen=True, slots=True)
class Extraction(Filled):
    """Sets a field of the event: from a template, or from what a regular expression finds in another field."""

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        _, template, regex, source = (part.name for part in self.parts)
        is_template, is_regex = template in value, regex in value or source in value
        hint = f"Write target and {template}, or target, {regex} and {source}."
        if is_template == is_regex:
            what = "has both a template and a regex" if is_template else "has neither a template nor a regex"
            scope.problem(path, f"the extraction {what}", hint)
        elif is_regex and not (regex in value and source in value):
            lacks = source if regex in value else regex
            scope.problem(path, f"the extraction has no {lacks}", hint)
        return Filled.desired(self, value, scope, path)


@dataclass(frozen=True, slots=True)
class FieldUpdate(Object):
    """A value for a custom field of the incident. PagerDuty calls the field ``id``."""

    def live(self, value: Any, scope: Scope) -> Canonical:
        return Object.live(self, {**value, "field": value.get("id")}, scope) if isinstance(value, MAPPING) else {}

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        said = Object.to_api(self, value, refs)
        return {"id": said["field"], "value": said["value"]}


@dataclass(frozen=True, slots=True)
class ActionRun(Object):
    """A run of an automation action. PagerDuty has its id as ``action_id``; the first part names the action."""

    @property
    def _action(self) -> str:
        return self.parts[0].name

    def live(self, value: Any, scope: Scope) -> Canonical:
        if not isinstance(value, MAPPING):
            return {}
        return Object.live(self, {**value, self._action: value.get("action_id")}, scope)

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        said = Object.to_api(self, value, refs)
        return {"action_id": said.pop(self._action), **said}


@dataclass(frozen=True, slots=True)
class Webhook(Object):
    """A webhook of a rule. PagerDuty sends it by itself where `auto_send` says so, and shows people a button otherwise."""

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        is_readable = (*path, "trigger_types") not in scope.unreadable
        for name in value.get("trigger_types", ()) if is_readable else ():
            if name in _NEED_AUTO_SEND and value.get("auto_send") is not True:
                hint = "Add auto_send: true, or write alert_triggered."
                scope.problem((*path, "trigger_types"), f"{name!r} needs auto_send", hint)
        return _without_empty_lists(Object.desired(self, value, scope, path))

    def live(self, value: Any, scope: Scope) -> Canonical:
        if not isinstance(value, MAPPING):
            return {}
        return _without_empty_lists(Object.live(self, without_empty(value), scope))


def _without_empty_lists(members: Canonical) -> Canonical:
    return {name: held for name, held in members.items() if held != []}


_ON_TRIGGER = "alert_triggered"
_NEED_AUTO_SEND = ("alert_suppressed", "alert_suspended")
_PATH = Text(min_length=1, exact=True)
_TRIGGER_TYPES = optional(
    ListOf(Choice((_ON_TRIGGER, *_NEED_AUTO_SEND)), min_items=1, max_items=1),
    "The state of the alert that triggers it. The last two need auto_send.",
    default=[_ON_TRIGGER],
)
_PAIRS = ListOf(Object.of(key=required(Text(min_length=1), "The name."), value=required(Verbatim(), "The value.")))
_WEBHOOK = Webhook.of(
    name=required(Text(min_length=1), "The name of the webhook."),
    url=required(Text(min_length=1), "Where PagerDuty sends it."),
    auto_send=optional(Boolean(), "Whether it is sent automatically. If not, people start it.", default=False),
    headers=optional(HEADERS, "Headers of the request. Write ${env:NAME} for a secret."),
    parameters=optional(_PAIRS, "Values in the body of the request."),
    trigger_types=_TRIGGER_TYPES,
)
_VARIABLE = Object.of(
    name=required(Text(min_length=1), "The name by which templates use it: {{variables.name}}."),
    path=required(_PATH, "The field of the event, such as event.summary."),
    type=optional(Choice(("regex",)), "How the value is extracted.", default="regex"),
    value=required(Pattern(), "The regular expression (RE2). Its groups are used; without groups, the whole match."),
)
_EXTRACTION = Extraction.of(
    target=required(_PATH, "The field of the event that is set, such as event.summary."),
    template=optional(Verbatim(), "The new text, with {{variables.name}} and {{event.field}} in it."),
    regex=optional(Pattern(), "The regular expression (RE2). Its groups are used; without groups, the whole match."),
    source=optional(_PATH, "The field that the regular expression is applied to."),
)
_FIELD_UPDATE = FieldUpdate.of(
    field=required(BareReference(INCIDENT_FIELD, plain="name"), "The custom field: its name, or {id: ...}."),
    value=required(Verbatim(), "Its new value, as text."),
)
DYNAMIC_ROUTE = Object.of(
    source=required(_PATH, "The field of the event, such as event.custom_details.service."),
    regex=required(Pattern(), "The regular expression (RE2) that finds the service in it."),
    lookup_by=required(Choice(("service_name", "service_id")), "Whether the value is the name or the id of a service."),
)


def _named(**parts: Part) -> Mapping[str, Part]:
    return parts


SET_ROUTE: Final = _named(route_to=optional(Text(min_length=1), "The set whose rules come next."))
DROP: Final = _named(drop_event=optional(Boolean(), "Whether the event is dropped, so that it creates no alert."))
EVENT: Final = _named(
    severity=optional(Choice(SEVERITIES), "The severity of the alert."),
    event_action=optional(Choice(("trigger", "resolve")), "What the event does to the alert."),
    variables=optional(ListOf(_VARIABLE, noun="variable"), "Values taken from the event, for templates."),
    extractions=optional(ListOf(_EXTRACTION, noun="extraction"), "Fields of the event to set, in this order."),
)
INCIDENT: Final = _named(
    automation_actions=optional(ListOf(_WEBHOOK, max_items=1, noun="webhook"), "The webhook of the incident."),
    incident_custom_field_updates=optional(
        ListOf(_FIELD_UPDATE, noun="custom field"), "Custom fields of the incident to set."
    ),
)


def automation_of(action: str) -> Mapping[str, Part]:
    """The actions that run an object of this kind."""
    parts = {action: required(BareReference(action), "The automation action."), "trigger_types": _TRIGGER_TYPES}
    hint = f"Write {action}: with the key of its manifest, or {{id: ...}}."
    run = replace(ActionRun.of(**parts), instead={"action_id": hint})
    return _named(pagerduty_automation_actions=optional(ListOf(run, max_items=1), "The automation action to run."))


def service_route(service: str) -> Mapping[str, Part]:
    """The actions of rules that lead to objects of this kind."""
    return _named(
        route_to=optional(RoutedService(service), "The service that gets the event."),
        dynamic_route_to=optional(DYNAMIC_ROUTE, "Finds the service in the event. Only in the first rule (AIOps)."),
    )


def alert_actions(policy: str) -> Mapping[str, Part]:
    """What is done with the alert and its incident, which can follow an object of this kind."""
    suspend = "How long the alert waits before it creates an incident: seconds, or 5m (AIOps)."
    follows = "The policy that the incident uses instead of the service's."
    return _named(
        suppress=optional(Boolean(), "Whether the alert is suppressed, so that it creates no incident."),
        suspend=optional(Duration(minimum=1), suspend),
        priority=optional(
            BareReference(PRIORITY, plain="name"), "The priority of the incident: its name, or {id: ...}."
        ),
        escalation_policy=optional(BareReference(policy), follows),
        annotate=optional(Text(multiline=True), "A note on the incident."),
    )
