"""EventOrchestration: routing keys for the events of many services, and the rules that send them to a service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pdsync.model.child import ChildList
from pdsync.model.codec.orchestration import (
    EMPTY,
    EMPTY_ROUTER,
    UNROUTED_RULES,
    RuleSets,
    global_of,
    router_of,
    service_rules_of,
    sets_of,
)
from pdsync.model.codec.orchestration_action import INCIDENT_FIELD, PRIORITY, Pattern
from pdsync.model.codec.orchestration_condition import CONDITIONS, check_cache_variables_read, texts_of
from pdsync.model.codec.orchestration_identity import keep_rule_ids
from pdsync.model.codec.orchestration_rule import LABEL, RULE_PARTS, Conditions
from pdsync.model.codec.plain import MAPPING, Boolean, Canonical, Choice, Nullable, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import Object, optional, required
from pdsync.model.codec.time import Duration
from pdsync.model.common_field import description_field, name_field
from pdsync.model.document import FieldDocument, Switch
from pdsync.model.fact import Facts, FeatureFact
from pdsync.model.field import Field, SpecRule
from pdsync.model.fragment import FragmentList
from pdsync.model.kind import ChildItems, Kind
from pdsync.model.listing import Listing, LookUp
from pdsync.model.live import LiveObject
from pdsync.model.passing import Fields
from pdsync.model.scope import Path, Scope

_API = "PagerDuty API description, EventOrchestration"
_RULES_API = (
    "PagerDuty API description, OrchestrationPath; a PUT replaces the whole document, and a rule without its id is a new one; "
    "conditions may be null (terraform-provider-pagerduty, pull requests 1082, 1097)"
)
_PATH = "event_orchestrations/{parent}"
_SERVICE_PATH = "event_orchestrations/services/{parent}"
_AIOPS = "aiops"
ROUTER = router_of("service")
GLOBAL = global_of("escalation_policy")
SERVICE_RULES = service_rules_of("escalation_policy", "automation_action")
_INCIDENT_FIELDS = LookUp(INCIDENT_FIELD, "incidents/types/incident_default/custom_fields", is_partial=True)
"""The fields that incidents of every type have. Those of one type are referred to by id."""
RULE_TABLES = (LookUp(PRIORITY, "priorities"), _INCIDENT_FIELDS)
"""Objects that rules refer to by name and that no manifest manages."""


def rules_field(name: str, codec: RuleSets, path: str, description: str, switch: Switch | None = None) -> Field:
    """A field that is a document of rules."""
    is_router = codec is ROUTER

    def to_request(value: Any, answer: Any) -> Any:
        return keep_rule_ids(value, answer if isinstance(answer, MAPPING) else {}, codec.rule)

    return Field(
        name,
        codec,
        description,
        _RULES_API,
        keyed_by=LABEL,
        main_list="start" if is_router else "",
        default=dict(EMPTY_ROUTER if is_router else EMPTY),
        document=FieldDocument(
            path,
            wrapper="orchestration_path",
            to_request=to_request,
            leads_to="service" if is_router else "",
            switch=switch,
            is_empty=_has_no_rules,
        ),
    )


def _has_no_rules(answer: Mapping[str, Any]) -> bool:
    """Whether the document has no effect, like that of a new service."""
    catch_all = answer.get("catch_all") or {}
    return not any(it.get("rules") for it in answer.get("sets") or ()) and not catch_all.get("actions")


def _read_enablement(answer: Any) -> bool | None:
    """Whether the list of features has AIOps on; None where it does not say."""
    for each in answer:
        if each.get("feature") == _AIOPS:
            return bool(each["enabled"])
    return None


@dataclass(frozen=True, slots=True)
class Feature(Boolean):
    """Whether a feature is on. PagerDuty may not say so for a feature that the account lacks."""

    def live(self, value: Any, scope: Scope) -> Canonical:
        return None if value is None else bool(value)


def aiops_field(path: str) -> Field:
    """Whether the features of AIOps are on for the object at this path."""
    return Field(
        _AIOPS,
        Feature(),
        "Whether AIOps is on. PagerDuty turns it on by itself in accounts that have AIOps.",
        "PagerDuty API description, enablements: on by default in accounts that have the feature",
        chosen_by_server=True,
        document=FieldDocument(
            f"{path}/enablements",
            wrapper="enablements",
            write_path=f"{path}/enablements/{_AIOPS}",
            write_wrapper="enablement",
            from_answer=_read_enablement,
            from_written=lambda answer: bool(answer["enabled"]),
            to_request=lambda value, answer: {"enabled": value},
        ),
    )


_INTEGRATIONS = ChildList(
    name="integrations",
    item=Object.of(
        label=required(Text(max_length=255, min_length=1), "The name of the integration, unique in this orchestration.")
    ),
    key=("label",),
    description="Where events come in. Items that are not listed stay: removing one ends a routing key that may be in use.",
    source=(
        "PagerDuty API description, OrchestrationIntegration; the list of orchestrations lacks them; a new one may be "
        "seen late, and labels may repeat (terraform-provider-pagerduty #1043)"
    ),
    default_mode="additive",
    collection=f"{_PATH}/integrations",
    member=f"{_PATH}/integrations/{{id}}",
    wrapper="integration",
    read_from="request",
    loses="routing key",
)
_EXTERNAL = "external_data"
_CACHE_TYPES: Mapping[str, tuple[str, ...]] = {
    "recent_value": ("source", "regex"),
    "trigger_event_count": ("ttl",),
    _EXTERNAL: ("data_type", "ttl"),
}
"""The types of cache variables, each with the members that it needs."""
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'")


@dataclass(frozen=True, slots=True)
class CacheVariable(Object):
    """A cache variable, flat in a manifest. Each type has members of its own."""

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if (*path, "type") not in scope.unreadable and "type" in value:
            _check_members(value, scope, path)
        conditions = (
            () if (*path, CONDITIONS) in scope.unreadable else texts_of(value.get(CONDITIONS), (*path, CONDITIONS))
        )
        for place, text in conditions:
            if "trigger_count" in _QUOTED.sub("", text):
                hint = "Use a cache variable of type trigger_event_count, and its value in a rule."
                scope.problem(place, "'trigger_count' is not allowed in a cache variable", hint)
        return Object.desired(self, value, scope, path)


def _check_members(value: Mapping[str, Any], scope: Scope, path: Path) -> None:
    kind, needs = value["type"], _CACHE_TYPES[value["type"]]
    for name in needs:
        if name not in value:
            scope.problem(path, f"a cache variable of type {kind} needs {name!r}", f"Write {name}.")
    others = {name for each in _CACHE_TYPES.values() for name in each} - set(needs)
    for name in (*sorted(others), *((CONDITIONS,) if kind == _EXTERNAL else ())):
        if name in value:
            message = f"{name!r} has no effect on a cache variable of type {kind}"
            scope.problem((*path, name), message, "Remove it.", on_key=True)


_CACHE_VARIABLE = CacheVariable.of(
    "cache variable",
    name=required(Text(max_length=255, min_length=1), "The name by which conditions use it: cache_var.name."),
    type=required(Choice(tuple(_CACHE_TYPES)), "What the variable holds."),
    source=optional(Text(min_length=1, exact=True), "The field of the event (recent_value)."),
    regex=optional(Pattern(), "The regular expression (RE2) that finds the value in it (recent_value)."),
    ttl=optional(Duration(minimum=1), "How long it is kept: seconds, or 10m (trigger_event_count, external_data)."),
    data_type=optional(Choice(("string", "number", "boolean")), "The type of the value (external_data)."),
    **{
        CONDITIONS: optional(
            Conditions(), "The events that set the variable; one matching condition is enough.", default=[]
        ),
        "disabled": optional(Boolean(), "Whether the variable is disabled.", default=False),
    },
)


def _read_cache_variable(item: dict[str, Any], parent: Mapping[str, Any]) -> dict[str, Any]:
    """A cache variable as PagerDuty answers it, with the members of a manifest."""
    held = item.get("configuration")
    configuration: Mapping[str, Any] = held if isinstance(held, MAPPING) else {}
    named = {name: configuration.get(name) for name in ("type", "source", "regex", "data_type")}
    own = {name: item.get(name) for name in ("id", "name", "disabled")}
    return {**own, **named, "ttl": configuration.get("ttl_seconds"), CONDITIONS: item.get("conditions") or []}


def _send_cache_variable(item: dict[str, Any]) -> dict[str, Any]:
    """A cache variable of a manifest as a request has it. A variable that is set from outside takes no conditions."""
    configuration = {"type": item["type"], **{name: item[name] for name in _CACHE_TYPES[item["type"]] if name in item}}
    if "ttl" in configuration:
        configuration["ttl_seconds"] = configuration.pop("ttl")
    conditions = {} if item["type"] == _EXTERNAL else {"conditions": item[CONDITIONS]}
    return {"name": item["name"], "disabled": item["disabled"], **conditions, "configuration": configuration}


def cache_variables(path: str) -> ChildList:
    """The cache variables of the rules at this path."""
    return ChildList(
        name="cache_variables",
        item=_CACHE_VARIABLE,
        key=("name",),
        description="What rules remember from one event to the next (AIOps). Items that are not listed stay.",
        source=(
            "PagerDuty API description, CacheVariable; the list has no pages, a POST answers 200; clients that send it again make "
            "duplicates (terraform-provider-pagerduty, event_orchestration_cache_variable)"
        ),
        default_mode="additive",
        collection=f"{path}/cache_variables",
        member=f"{path}/cache_variables/{{id}}",
        wrapper="cache_variable",
        read_from="request",
        may_be_refused=True,
        prepare=_read_cache_variable,
        fill=_send_cache_variable,
    )


CACHE_VARIABLES = cache_variables(_PATH)
SERVICE_CACHE_VARIABLES = cache_variables(_SERVICE_PATH)


ROUTES = FragmentList(
    name="routes",
    description=(
        "Rules of shared routers that lead events to this service. They are written with the orchestration, in the order that "
        "before, after, priority and the keys of the services give."
    ),
    target="orchestration",
    target_kind="event_orchestration",
    into="router",
    key=LABEL,
    members=RULE_PARTS,
    owner="route_to",
    noun="rule",
)


def cache_variable_use(*fields: str) -> SpecRule:
    """Conditions in these fields read cache variables that are listed."""

    def check(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
        check_cache_variables_read(spec, fields, scope, path)

    return SpecRule(("cache_variables", *fields), check, about=frozenset(fields))


SERVICE_DOCUMENTS = (
    rules_field(
        "event_orchestration",
        SERVICE_RULES,
        _SERVICE_PATH,
        "Rules for the events of this service: sets of rules by their names, and catch_all.",
        Switch(f"{_SERVICE_PATH}/active", "active", on_where_refused=frozenset({410})),
    ),
    aiops_field("services/{parent}"),
)
"""The fields of a service that hold its rules. PagerDuty answers 410 for the switch where an account has nothing else than orchestrations
any more; on others the rules do nothing until they are turned on (terraform-provider-pagerduty #538, #565, #589, #643)."""


SERVICE_DOCUMENT_RULES = (cache_variable_use("event_orchestration"),)


def _aiops_uses(fields: Mapping[str, Canonical]) -> tuple[str, ...]:
    """What of the rules PagerDuty has for accounts with AIOps alone (PagerDuty API description, and its warnings)."""
    found = []
    for name in ("global", "router", "unrouted", "event_orchestration"):
        document = fields.get(name) or {}
        rules = [rule for _, some in sets_of(document) for rule in some]
        texts = " ".join(text for rule in rules for text in rule[CONDITIONS])
        if name == "global" and rules:
            found.append("global rules")
        if any("suspend" in each for each in (*rules, document.get("catch_all", {}))):
            found.append(f"suspend of {name}")
        if name == "event_orchestration" and len(list(sets_of(document))) > 1:
            found.append(f"further sets of {name}")
        if "trigger_count" in texts or "cache_var." in texts:
            found.append(f"thresholds and cache variables of {name}")
        if any("dynamic_route_to" in rule for rule in rules):
            found.append("dynamic_route_to")
    return tuple(found)


AIOPS = FeatureFact(_AIOPS, _aiops_uses)


def note_hidden_headers(live: LiveObject, fields: Fields) -> Mapping[str, str]:
    """What an export says about headers whose values it does not write."""
    notes = {}
    for name, codec in (("global", GLOBAL), ("event_orchestration", SERVICE_RULES)):
        if name in live.documents and codec.hides(fields.get(name)):
            notes[name] = (
                "Values of headers are not exported. Use an environment variable for each secret value, and write the others here."
            )
    return notes


def _given(fields: Fields) -> ChildItems:
    """A new orchestration has an integration (the API description has such names in its examples)."""
    return {_INTEGRATIONS.name: ({"label": f"{fields.get('name')} Default Integration"},)}


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    """Orchestrations have no type. A team that is not there and was not is left out; to clear one PagerDuty takes the form that its
    answers have without one: an object whose id is null (terraform-provider-pagerduty sends that)."""
    body.pop("type", None)
    if body.get("team") is None and (live is None or live.fields.get("team") is None):
        body.pop("team", None)
    elif body.get("team") is None:
        body["team"] = {"id": None}
    return body


EVENT_ORCHESTRATION = Kind(
    name="EventOrchestration",
    slug="event_orchestration",
    file="event-orchestrations",
    source=Listing("event_orchestrations", has_query=False, may_be_refused=True),
    description="Routing keys that receive events, and rules that change events and send them to a service.",
    name_may_be_unique=True,
    lookups=RULE_TABLES,
    fields=(
        name_field(Text(max_length=255, min_length=1), _API),
        description_field("EventOrchestration"),
        Field(
            "team",
            Nullable(Reference("team")),
            "The team that may edit it; null for none, and then only admins may.",
            f"{_API}; null clears it (assumed, as for every other reference)",
            carry=True,
            default=None,
        ),
        rules_field(
            "global",
            GLOBAL,
            f"{_PATH}/global",
            "Rules that every event goes through first (AIOps): sets of rules by their names, and catch_all.",
        ),
        rules_field(
            "router",
            ROUTER,
            f"{_PATH}/router",
            "Rules that lead an event to a service: a list, or start and catch_all. The first rule that matches is used.",
        ),
        rules_field(
            "unrouted",
            UNROUTED_RULES,
            f"{_PATH}/unrouted",
            "Rules for events that match no rule of the router: sets of rules by their names, and catch_all.",
        ),
        aiops_field(_PATH),
    ),
    children=(_INTEGRATIONS, CACHE_VARIABLES),
    rules=(cache_variable_use("global", "router", "unrouted"),),
    given=_given,
    unwritten=note_hidden_headers,
    finish=_finish,
    facts=Facts(teams="team", feature=AIOPS),
)
