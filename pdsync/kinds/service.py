"""Service: something that breaks, and what happens then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pdsync.kinds.integration import INTEGRATIONS, VENDORS, check_integrations, vendors_of
from pdsync.kinds.team import description_field
from pdsync.model.codec.plain import Boolean, Canonical, Choice, Duration, Integer, Nullable, Text, TimeOfDay, Zone
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import Object, Part, SetOf, Variants
from pdsync.model.fact import AbilityFact, Facts, IncidentFact
from pdsync.model.field import Field
from pdsync.model.kind import Fields, Kind
from pdsync.model.listing import Listing
from pdsync.model.live import LiveObject
from pdsync.model.scope import Path, RefMap, Scope

_API = "PagerDuty API description, Service"
_URGENCY = Choice(("high", "low", "severity_based"))
_PAUSES_S = (0, 120, 180, 300, 600, 900)


@dataclass(frozen=True, slots=True)
class Status(Choice):
    """Open incidents move the status by themselves (warning, critical) and so does maintenance: all of those are enabled."""

    def live(self, value: Any, scope: Scope) -> Canonical:
        return "disabled" if value == "disabled" else "active"


@dataclass(frozen=True, slots=True)
class AutoPause(Object):
    """While disabled the server answers a null timeout, whatever was sent (terraform-provider-pagerduty #1015)."""

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        result = Object.desired(self, value, scope, path)
        if result.get("enabled") and "timeout" not in result:
            scope.problem(
                path,
                "'timeout' is missing",
                "PagerDuty refuses an enabled pause without one; 0 lets it choose.",
            )
        return self._normal(result)

    def live(self, value: Any, scope: Scope) -> Canonical:
        return self._normal(Object.live(self, value, scope))

    def _normal(self, value: Canonical) -> Canonical:
        return value if value.get("enabled") else {"enabled": False}


@dataclass(frozen=True, slots=True)
class AlertGrouping(Nullable):
    """PagerDuty answers ``{"type": null}`` for none, and takes the same as the order to delete the setting."""

    def live(self, value: Any, scope: Scope) -> Canonical:
        return self.inner.live(value, scope) if isinstance(value, Mapping) and value.get("type") else None

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        return {"type": None} if value is None else self.inner.to_api(value, refs)


_CONSTANT_URGENCY = Object(
    (
        Part("type", Choice(("constant",)), default="constant"),
        Part("urgency", _URGENCY, "The urgency of incidents in these hours.", required=True),
    )
)
_URGENCY_RULE = Variants(
    "type",
    (
        ("constant", Object((Part("urgency", _URGENCY, "The urgency of every incident.", default="high"),))),
        (
            "use_support_hours",
            Object(
                (
                    Part(
                        "during_support_hours",
                        _CONSTANT_URGENCY,
                        "Urgency while support hours last.",
                        required=True,
                    ),
                    Part(
                        "outside_support_hours",
                        _CONSTANT_URGENCY,
                        "Urgency at all other times.",
                        required=True,
                    ),
                )
            ),
        ),
    ),
    default="constant",
)
_SUPPORT_HOURS = Object(
    (
        Part("type", Choice(("fixed_time_per_day",)), default="fixed_time_per_day"),
        Part("time_zone", Zone(), "The time zone of the hours.", required=True),
        Part(
            "days_of_week",
            SetOf(Integer(1, 7), min_items=1, max_items=7, noun="day"),
            "The days, 1 is Monday and 7 is Sunday.",
            required=True,
        ),
        Part("start_time", TimeOfDay(), "When they begin each day.", required=True),
        Part("end_time", TimeOfDay(), "When they end each day.", required=True),
    )
)
_SCHEDULED_ACTION = Object(
    (
        Part("type", Choice(("urgency_change",)), default="urgency_change"),
        Part(
            "at",
            Object(
                (
                    Part("type", Choice(("named_time",)), default="named_time"),
                    Part(
                        "name",
                        Choice(("support_hours_start", "support_hours_end")),
                        "The moment.",
                        required=True,
                    ),
                )
            ),
            "When it happens.",
            required=True,
        ),
        Part("to_urgency", Choice(("high",)), "What open low-urgency incidents become.", default="high"),
    )
)
_WINDOW = Duration(minimum=300, maximum=3600, besides=(0,))
# A whole day, but nothing between an hour and a day (terraform-provider-pagerduty, alert_grouping_setting).
_CONTENT_WINDOW = Duration(minimum=300, maximum=3600, besides=(0, 86400))
_GROUPING = Variants(
    "type",
    (
        (
            "time",
            Object(
                (
                    Part(
                        "config",
                        Object(
                            (
                                Part(
                                    "timeout",
                                    Duration(minimum=0, maximum=1440, unit_s=60),
                                    "Minutes; 0 until resolved.",
                                    required=True,
                                ),
                            )
                        ),
                        "How long alerts are grouped.",
                        required=True,
                    ),
                )
            ),
        ),
        (
            "intelligent",
            Object(
                (
                    Part(
                        "config",
                        Object(
                            (
                                Part(
                                    "time_window",
                                    _WINDOW,
                                    "Seconds, or text such as 15m; 0 takes PagerDuty's advice.",
                                    required=True,
                                ),
                                Part(
                                    "iag_fields",
                                    SetOf(Text(min_length=1), min_items=1, noun="field"),
                                    "Fields to compare.",
                                    default=["summary"],
                                ),
                            )
                        ),
                        "How alerts are grouped.",
                        required=True,
                    ),
                )
            ),
        ),
        (
            "content_based",
            Object(
                (
                    Part(
                        "config",
                        Object(
                            (
                                Part(
                                    "aggregate",
                                    Choice(("all", "any")),
                                    "Whether all fields must match.",
                                    required=True,
                                ),
                                Part(
                                    "fields",
                                    SetOf(Text(min_length=1), min_items=1, noun="field"),
                                    "Fields to compare.",
                                    required=True,
                                ),
                                Part(
                                    "time_window",
                                    _CONTENT_WINDOW,
                                    "Seconds, or text such as 15m; at most 1h, or 24h; 0 takes PagerDuty's advice.",
                                    required=True,
                                ),
                            )
                        ),
                        "How alerts are grouped.",
                        required=True,
                    ),
                )
            ),
        ),
    ),
)


def _is_constant(rule: object) -> bool:
    return isinstance(rule, Mapping) and rule.get("type", "constant") == "constant"


def _check(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    rule = spec.get("incident_urgency_rule")
    hours = spec.get("support_hours")
    if isinstance(rule, Mapping) and rule.get("type") == "use_support_hours" and hours is None:
        hint = "Write support_hours, or make the urgency constant."
        scope.problem((*path, "incident_urgency_rule"), "'use_support_hours' needs support_hours", hint)
    if _is_constant(rule) and hours is not None:
        # PagerDuty answers 400 'Active urgency must be in high, low, or severity_based.' (terraform-provider-pagerduty #415)
        hint = "Set incident_urgency_rule.type to use_support_hours, or remove support_hours."
        scope.problem((*path, "support_hours"), "has no effect while the urgency is constant", hint, on_key=True)
    if _is_constant(rule) and spec.get("scheduled_actions"):
        hint = "Set incident_urgency_rule.type to use_support_hours, or remove scheduled_actions."
        scope.problem((*path, "scheduled_actions"), "has no effect while the urgency is constant", hint, on_key=True)
    for name, matters in (
        ("support_hours", "support_hours" in spec),
        ("scheduled_actions", spec.get("scheduled_actions")),
    ):
        if matters and "incident_urgency_rule" not in spec:
            # null too: PagerDuty refuses it while the live rule still goes by support hours.
            hint = f"Write incident_urgency_rule with type {'use_support_hours' if spec[name] else 'constant'}."
            scope.problem((*path, name), f"{name!r} needs incident_urgency_rule beside it", hint, on_key=True)
    check_integrations(spec, scope, path)


def _imply(fields: Fields) -> Fields:
    """A constant urgency ends the support hours: said in the plan instead of done behind it."""
    if _is_constant(fields.get("incident_urgency_rule")):
        return {"support_hours": None, "scheduled_actions": [], **fields}
    return fields


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    """Support hours go with scheduled actions, or PagerDuty refuses them; an empty list is enough."""
    rule = body.get("incident_urgency_rule")
    if isinstance(rule, Mapping) and not _is_constant(rule):
        body.setdefault("scheduled_actions", [])
    return body


def _asks_for_low(rule: Canonical) -> bool:
    """Whether an urgency rule asks for anything but the urgency that every account has."""
    if not isinstance(rule, Mapping):
        return False
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
    mentions=vendors_of,
    lookups=(VENDORS,),
    fields=(
        Field(
            "name",
            Text(max_length=255, min_length=1),
            "What PagerDuty shows. Defaults to metadata.name.",
            f"{_API}; unique (terraform-provider-pagerduty #556)",
            carry=True,
            from_key=True,
        ),
        description_field("Service"),
        Field(
            "status",
            Status(("active", "disabled"), ("Enabled", "No incidents are made")),
            "Whether the service makes incidents.",
            f"{_API}; a service can only be created active; incidents move the status by themselves",
            after_create=True,
            initial="active",
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
        ),
        Field(
            "acknowledgement_timeout",
            _TIMEOUT,
            "After how long acknowledged incidents trigger again: seconds, or text such as 30m. null: never.",
            f"{_API}; 0, null and absent at creation disable it",
        ),
        Field(
            "incident_urgency_rule",
            _URGENCY_RULE,
            "The urgency of incidents: constant, or by support hours.",
            f"{_API}; missing means constant and high (terraform-provider-pagerduty #61)",
            sent_with=_TOGETHER,
        ),
        Field(
            "support_hours",
            Nullable(_SUPPORT_HOURS),
            "The hours for use_support_hours.",
            f"{_API}; forbidden with a constant urgency (terraform-provider-pagerduty #415)",
            sent_with=_TOGETHER,
        ),
        Field(
            "scheduled_actions",
            SetOf(_SCHEDULED_ACTION, noun="action"),
            "What happens to open incidents when support hours begin or end.",
            f"{_API}; only a change to high urgency exists",
            sent_with=_TOGETHER,
        ),
        Field(
            "alert_creation",
            Choice(
                ("create_alerts_and_incidents", "create_incidents"),
                ("Alerts and incidents", "Incidents only (deprecated)"),
            ),
            "Whether events make alerts too. PagerDuty is moving every service to alerts.",
            f"{_API}; deprecated",
        ),
        Field(
            "alert_grouping_parameters",
            AlertGrouping(_GROUPING),
            "How alerts are grouped into incidents. null removes the grouping.",
            f"{_API}; an echoed null type deletes the grouping setting (terraform-provider-pagerduty #1068): sent only when changed",
        ),
        Field(
            "auto_pause_notifications_parameters",
            AutoPause(
                (
                    Part(
                        "enabled",
                        Boolean(),
                        "Whether transient alerts wait before they notify.",
                        required=True,
                    ),
                    Part("timeout", Choice(_PAUSES_S), "Seconds to wait; 0 lets PagerDuty choose."),
                )
            ),
            "Pauses notifications of alerts that resolve themselves.",
            f"{_API}; answered only when included; a null timeout is refused while enabled (terraform-provider-pagerduty #1015)",
        ),
    ),
    children=(INTEGRATIONS,),
    retired={
        "alert_grouping": "PagerDuty deprecated it; write alert_grouping_parameters.",
        "alert_grouping_timeout": "PagerDuty deprecated it; write alert_grouping_parameters with type time.",
        "response_play": "PagerDuty removed response plays from its API.",
        "teams": "A service belongs to the teams of its escalation policy.",
    },
    check=_check,
    imply=_imply,
    finish=_finish,
    facts=Facts(
        responders="escalation_policy",
        incidents=IncidentFact(
            says="on it and would end with it",
            ids_of=lambda incident: (incident.service,),
        ),
        abilities=(
            AbilityFact(
                ("urgencies",),
                "incident_urgency_rule",
                "urgencies other than high",
                _asks_for_low,
                "PagerDuty API description, incident_urgencies (read as: of services too)",
            ),
            AbilityFact(
                ("service_support_hours",),
                "support_hours",
                "support hours",
                bool,
                "PagerDuty API description, example of GET /abilities (read as: what its name says)",
            ),
        ),
        teams_through="escalation_policy",
    ),
)
