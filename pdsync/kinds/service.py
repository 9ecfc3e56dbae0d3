"""Service: something that breaks, what happens then, and the integrations where its events come in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pdsync.kinds.business_service import DEPENDENT_SIDE, dependencies
from pdsync.kinds.event_orchestration import (
    AIOPS,
    ROUTES,
    RULE_TABLES,
    SERVICE_CACHE_VARIABLES,
    SERVICE_DOCUMENT_RULES,
    SERVICE_DOCUMENTS,
    note_hidden_headers,
)
from pdsync.kinds.service_custom_field import CUSTOM_FIELDS, VALUES
from pdsync.model.child import ChildList
from pdsync.model.codec.inbound_email import EMAIL_FILTER, EMAIL_PARSER, EMAIL_TYPE, check_inbound_email
from pdsync.model.codec.plain import MAPPING, Boolean, Canonical, Choice, Email, Nullable, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import ListOf, Object, SetOf, Variants, optional, required
from pdsync.model.codec.time import DAYS, Duration, TimeOfDay, Zone
from pdsync.model.common_field import description_field, name_field
from pdsync.model.fact import AbilityFact, Facts, IncidentFact
from pdsync.model.field import Field, SpecRule
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing, LookUp
from pdsync.model.live import LiveObject
from pdsync.model.ref import Ref
from pdsync.model.scope import Path, RefMap, Scope
from pdsync.model.slack_connection import slack_list

_API = "PagerDuty API description, Service"
_URGENCIES = "PagerDuty API description, incident_urgencies (read as: of services too)"
_HOURS = "PagerDuty API description, example of GET /abilities (read as: what its name says)"
_ALERTS = {"create_alerts_and_incidents": "Alerts and incidents", "create_incidents": "Incidents only (deprecated)"}
_URGENCY = Choice(("high", "low", "severity_based"))


@dataclass(frozen=True, slots=True)
class Status(Choice):
    """Open incidents move the status by themselves (warning, critical) and so does maintenance: all of those are enabled."""

    def live(self, value: Any, scope: Scope) -> Canonical:
        return "disabled" if value == "disabled" else "active"


@dataclass(frozen=True, slots=True)
class AutoPause(Object):
    """While disabled the server answers a null timeout, whatever was sent (terraform-provider-pagerduty #1015)."""

    def schema(self) -> dict[str, Any]:
        enabled = {"properties": {"enabled": {"const": True}}, "required": ["enabled"]}
        hint = "PagerDuty refuses an enabled pause without a timeout; 0 lets PagerDuty choose."
        then = {"required": ["timeout"], "errorMessage": hint}
        return {**Object.schema(self), "if": enabled, "then": then}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return _if_enabled(Object.desired(self, value, scope, path))

    def live(self, value: Any, scope: Scope) -> Canonical:
        return _if_enabled(Object.live(self, value, scope))


@dataclass(frozen=True, slots=True)
class AlertGrouping(Nullable):
    """PagerDuty answers ``{"type": null}`` for none, and takes the same as the order to delete the setting."""

    def live(self, value: Any, scope: Scope) -> Canonical:
        return self.inner.live(value, scope) if isinstance(value, Mapping) and value.get("type") else None

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return {"type": None} if value is None else self.inner.to_api(value, refs)


def _if_enabled(pause: Canonical) -> Canonical:
    return pause if pause.get("enabled") else {"enabled": False}


_PAUSES_S = (0, 120, 180, 300, 600, 900)
_AUTO_PAUSE = AutoPause.of(
    enabled=required(Boolean(), "Whether transient alerts wait before they notify."),
    timeout=optional(Duration(choices=_PAUSES_S), "Seconds, or text such as 5m; 0 lets PagerDuty choose."),
)
_FIXED_TYPE = optional(Choice(("constant",)), default="constant")
_CONSTANT_URGENCY = Object.of(type=_FIXED_TYPE, urgency=required(_URGENCY, "The urgency of incidents in these hours."))
_CONSTANT = Object.of(urgency=optional(_URGENCY, "The urgency of every incident.", default="high"))
_BY_HOURS = Object.of(
    during_support_hours=required(_CONSTANT_URGENCY, "Urgency while support hours last."),
    outside_support_hours=required(_CONSTANT_URGENCY, "Urgency at all other times."),
)
_URGENCY_RULE = Variants("type", (("constant", _CONSTANT), ("use_support_hours", _BY_HOURS)), default="constant")
_SUPPORT_HOURS = Object.of(
    type=optional(Choice(("fixed_time_per_day",)), default="fixed_time_per_day"),
    time_zone=required(Zone(), "The time zone of the hours."),
    days_of_week=required(DAYS, "The days: mon-fri, [mon, wed] or numbers (1 is Monday, 7 is Sunday)."),
    start_time=required(TimeOfDay(), "When they begin each day."),
    end_time=required(TimeOfDay(), "When they end each day."),
)
_MOMENT = Object.of(
    type=optional(Choice(("named_time",)), default="named_time"),
    name=required(Choice(("support_hours_start", "support_hours_end")), "The moment."),
)
_SCHEDULED_ACTION = Object.of(
    type=optional(Choice(("urgency_change",)), default="urgency_change"),
    at=required(_MOMENT, "When it happens."),
    to_urgency=optional(Choice(("high",)), "The new urgency of open low-urgency incidents.", default="high"),
)
_COMPARED = SetOf(Text(min_length=1), min_items=1, noun="field")
_BY_TIME = Object.of(
    timeout=required(Duration(minimum=0, maximum=1440, unit_s=60), "Minutes, or 2h; 0 until resolved.")
)
_INTELLIGENT = Object.of(
    time_window=required(
        Duration(minimum=300, maximum=3600, besides=(0,)),
        "Seconds, or text such as 15m; 0 uses PagerDuty's recommendation.",
    ),
    iag_fields=optional(_COMPARED, "Fields to compare.", default=["summary"]),
)
_BY_CONTENT = Object.of(
    aggregate=required(Choice(("all", "any")), "Whether all fields must match."),
    fields=required(_COMPARED, "Fields to compare."),
    # A whole day, but nothing between an hour and a day (terraform-provider-pagerduty, alert_grouping_setting).
    time_window=required(
        Duration(minimum=300, maximum=3600, besides=(0, 86400)),
        "Seconds, or text such as 15m; at most 1h, or 24h; 0 uses PagerDuty's recommendation.",
    ),
)
_GROUPING = Variants(
    "type",
    (
        ("time", Object.of(config=required(_BY_TIME, "How long alerts are grouped."))),
        ("intelligent", Object.of(config=required(_INTELLIGENT, "How alerts are grouped."))),
        ("content_based", Object.of(config=required(_BY_CONTENT, "How alerts are grouped."))),
    ),
)

_TYPES = (
    "events_api_v2_inbound_integration",
    "generic_events_api_inbound_integration",
    EMAIL_TYPE,
    "aws_cloudwatch_inbound_integration",
    "event_transformer_api_inbound_integration",
    "cloudkick_inbound_integration",
    "keynote_inbound_integration",
    "nagios_inbound_integration",
    "pingdom_inbound_integration",
    "sql_monitor_inbound_integration",
)
_OR_VENDOR = "A tool that PagerDuty lists is a vendor. Write this line in place of the type: vendor: {}"
VENDOR = "vendor"
"""The kind of references to vendors, which PagerDuty lists for every account."""
VENDORS = LookUp(VENDOR, "vendors")
_INTEGRATION = Object.of(
    name=required(Text(max_length=255, min_length=1), "The name of the integration, unique in this service."),
    type=optional(Choice(_TYPES, otherwise=_OR_VENDOR), "The type of integration. Alternatively, name a vendor."),
    vendor=optional(
        Reference(VENDOR, plain="name"), "A vendor that PagerDuty lists, such as Datadog. Alternatively, give a type."
    ),
    integration_email=optional(Email(), "The address to send to (email integrations)."),
    email_incident_creation=optional(
        Choice(("on_new_email", "on_new_email_subject", "only_if_no_open_incidents", "use_rules")),
        "When an email creates an incident (email integrations).",
    ),
    email_filter_mode=optional(
        Choice(("all-email", "or-rules-email", "and-rules-email")), "Which emails are accepted (email integrations)."
    ),
    email_filters=optional(ListOf(EMAIL_FILTER, min_items=1, noun="filter"), "Filters (email integrations)."),
    email_parsers=optional(ListOf(EMAIL_PARSER, min_items=1, noun="parser"), "Parsers (email integrations)."),
    email_parsing_fallback=optional(
        Choice(("open_new_incident", "discard")),
        "What happens to an email that no parser matches (email integrations).",
    ),
)


def _without_derived_type(item: dict[str, Any], service: Mapping[str, Any]) -> dict[str, Any]:
    """An integration made by vendor answers a concrete type as well, which is the vendor's and not ours."""
    return {**item, "type": None} if item.get("vendor") else item


def _vendors_of(service: LiveObject) -> Iterator[tuple[Ref, str]]:
    """The vendors of a service's integrations with their names as PagerDuty spells them."""
    for item in service.raw.get("integrations") or ():
        vendor = item.get("vendor") if isinstance(item, Mapping) else None
        if isinstance(vendor, Mapping) and vendor.get("summary"):
            yield Ref(VENDOR, "id", str(vendor.get("id"))), str(vendor["summary"])


INTEGRATIONS = ChildList(
    name="integrations",
    item=_INTEGRATION,
    # type and vendor cannot be changed: another one is another integration with a new routing key. Its being part of the
    # key means that the old one, whose key someone uses, stays until it is removed on purpose.
    key=("name", "type", "vendor"),
    unique=("integration_email",),
    address_member="integration_email",
    # An echoed vendor may rotate the routing key, and it cannot change anyway: it is part of the natural key.
    fixed=("vendor",),
    description="Where events come in. Items that are not listed stay: removing one ends a routing key that may be in use.",
    source="PagerDuty API description; type and vendor force a new key (terraform-provider-pagerduty, service_integration)",
    default_mode="additive",
    collection="services/{parent}/integrations",
    member="services/{parent}/integrations/{id}",
    wrapper="integration",
    prepare=_without_derived_type,
    loses="routing key",
)


def _check_integrations(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    """Exactly one of type and vendor, and email settings only for email integrations."""
    for index, item in enumerate(spec.get("integrations", ())):
        here = (*path, "integrations", index)
        check_inbound_email(item, scope, here)
        if ("type" in item) == ("vendor" in item):
            what = "has both a type and a vendor" if "type" in item else "has neither a type nor a vendor"
            scope.problem(here, what, "Write exactly one of them.")
        if item.get("type") != EMAIL_TYPE and "vendor" not in item:
            for name in item:
                if name.startswith("email_") or name == "integration_email":
                    scope.problem((*here, name), f"{name!r} is only for {EMAIL_TYPE}", "Remove it.", on_key=True)


def _is_constant(rule: object) -> bool:
    return isinstance(rule, MAPPING) and rule.get("type", "constant") == "constant"


def _check_hours(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    """PagerDuty requires that the urgency uses support hours exactly where there are support hours."""
    rule = spec.get("incident_urgency_rule")
    if isinstance(rule, MAPPING) and rule.get("type") == "use_support_hours" and spec.get("support_hours") is None:
        hint = "Write support_hours, or make the urgency constant."
        scope.problem((*path, "incident_urgency_rule"), "'use_support_hours' needs support_hours", hint)
    # null too: PagerDuty refuses it while the live rule still goes by support hours.
    named = [name for name in _TOGETHER[1:] if spec.get(name, []) != []]
    said = [name for name in named if spec[name]]
    if said and _is_constant(rule):
        # PagerDuty answers 400 'Active urgency must be in high, low, or severity_based.' (terraform-provider-pagerduty #415)
        hint = f"Set incident_urgency_rule.type to use_support_hours, or remove {' and '.join(said)}."
        scope.problem((*path, said[0]), "has no effect while the urgency is constant", hint, on_key=True)
    if named and "incident_urgency_rule" not in spec:
        hint = f"Write incident_urgency_rule with type {'use_support_hours' if said else 'constant'}."
        what = f"{' and '.join(map(repr, named))} {'needs' if len(named) == 1 else 'need'} incident_urgency_rule"
        scope.problem((*path, named[0]), what, hint, on_key=True)


def _imply(fields: dict[str, Canonical]) -> dict[str, Canonical]:
    """A constant urgency ends the support hours. The plan shows this, so that it does not happen unseen."""
    if _is_constant(fields.get("incident_urgency_rule")):
        return {"support_hours": None, "scheduled_actions": [], **fields}
    return fields


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    """PagerDuty refuses support hours without scheduled actions; an empty list is enough."""
    if not _is_constant(body.get("incident_urgency_rule") or {}):
        body.setdefault("scheduled_actions", [])
    return body


def _asks_for_low(rule: Canonical) -> bool:
    """Whether an urgency rule asks for anything but the urgency that every account has."""
    rule = rule if isinstance(rule, MAPPING) else {}
    parts = (rule, rule.get("during_support_hours") or {}, rule.get("outside_support_hours") or {})
    return any(part.get("urgency") in ("low", "severity_based") for part in parts)


_TOGETHER = ("incident_urgency_rule", "support_hours", "scheduled_actions")
_TIMEOUT = Nullable(Duration(minimum=0, zero_is_null=True), nulls=(0,))

SERVICE = Kind(
    name="Service",
    slug="service",
    file="services",
    source=Listing("services", includes=("integrations", "auto_pause_notifications_parameters")),
    description="Something that can break, with its escalation policy, urgencies and integrations.",
    unique_name=True,
    mentions=_vendors_of,
    lookups=(VENDORS, *RULE_TABLES),
    fields=(
        name_field(Text(max_length=255, min_length=1), f"{_API}; unique (terraform-provider-pagerduty #556)"),
        description_field("Service"),
        Field(
            "status",
            Status(("active", "disabled"), ("Enabled", "No incidents are created")),
            "Whether the service creates incidents.",
            f"{_API}; a service can only be created active; incidents move the status by themselves",
            after_create=True,
            initial="active",
            default="active",
        ),
        Field(
            "escalation_policy",
            Reference("escalation_policy"),
            "The policy that incidents follow: a key, or {name: ...} / {id: ...} for one that is not managed here.",
            _API,
            required=True,
            carry=True,
        ),
        Field(
            "auto_resolve_timeout",
            _TIMEOUT,
            "After how long open incidents are resolved: seconds, or text such as 4h. null: never.",
            f"{_API}; 0, null and absent at creation disable it",
            default=None,
        ),
        Field(
            "acknowledgement_timeout",
            _TIMEOUT,
            "After how long acknowledged incidents trigger again: seconds, or text such as 30m. null: never.",
            f"{_API}; 0, null and absent at creation disable it",
            default=None,
        ),
        Field(
            "incident_urgency_rule",
            _URGENCY_RULE,
            "The urgency of incidents: constant, or by support hours.",
            f"{_API}; missing means constant and high (terraform-provider-pagerduty #61)",
            sent_with=_TOGETHER,
            default={"type": "constant", "urgency": "high"},
            always_exported=True,  # it decides who wakes up
        ),
        Field(
            "support_hours",
            Nullable(_SUPPORT_HOURS),
            "The hours for use_support_hours.",
            f"{_API}; forbidden with a constant urgency (terraform-provider-pagerduty #415)",
            sent_with=_TOGETHER,
            default=None,
        ),
        Field(
            "scheduled_actions",
            SetOf(_SCHEDULED_ACTION, noun="action"),
            "What happens to open incidents when support hours begin or end.",
            f"{_API}; only a change to high urgency exists",
            sent_with=_TOGETHER,
            default=[],
        ),
        Field(
            "alert_creation",
            Choice(tuple(_ALERTS), tuple(_ALERTS.values())),
            "Whether events create alerts too. PagerDuty is moving every service to alerts.",
            f"{_API}; deprecated",
            default="create_alerts_and_incidents",
        ),
        Field(
            "alert_grouping_parameters",
            AlertGrouping(_GROUPING),
            "How alerts are grouped into incidents. null removes the grouping.",
            f"{_API}; an echoed null type deletes the grouping setting (terraform-provider-pagerduty #1068): sent only when changed",
            default=None,
            mirrored=True,
        ),
        Field(
            "auto_pause_notifications_parameters",
            _AUTO_PAUSE,
            "Pauses notifications of alerts that resolve themselves.",
            f"{_API}; answered only when included; a null timeout is refused while enabled (terraform-provider-pagerduty #1015)",
            default={"enabled": False},
        ),
        *SERVICE_DOCUMENTS,
        CUSTOM_FIELDS,
    ),
    children=(INTEGRATIONS, dependencies("technical_services"), SERVICE_CACHE_VARIABLES, slack_list("service")),
    fragments=(ROUTES,),
    retired={
        "supports": DEPENDENT_SIDE,
        "dependents": DEPENDENT_SIDE,
        "alert_grouping": "PagerDuty deprecated it; write alert_grouping_parameters.",
        "alert_grouping_timeout": "PagerDuty deprecated it; write alert_grouping_parameters with type time.",
        "response_play": "PagerDuty removed response plays from its API.",
        "teams": "A service belongs to the teams of its escalation policy.",
    },
    rules=(
        SpecRule(_TOGETHER, _check_hours),
        SpecRule(("integrations",), _check_integrations),
        *SERVICE_DOCUMENT_RULES,
    ),
    imply=_imply,
    unwritten=note_hidden_headers,
    finish=_finish,
    facts=Facts(
        responders="escalation_policy",
        incidents=IncidentFact("on it and would end with it", "service", query="service_ids[]", is_origin=True),
        abilities=(
            AbilityFact(("urgencies",), _TOGETHER[0], "urgencies other than high", _asks_for_low, _URGENCIES),
            AbilityFact(("service_support_hours",), "support_hours", "support hours", bool, _HOURS),
        ),
        feature=AIOPS,
        teams_through="escalation_policy",
        values=VALUES,
        rivals=lambda spec: _TOGETHER[1:] if _is_constant(spec.get("incident_urgency_rule")) else (),
    ),
)
