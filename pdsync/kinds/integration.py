"""Integrations of a service: where its events come in. Each has a routing key that other people's systems hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pdsync.model.child import ChildList
from pdsync.model.codec.plain import Canonical, Choice, Codec, Email, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.structure import ListOf, Object, Part
from pdsync.model.listing import LookUp
from pdsync.model.live import LiveObject
from pdsync.model.ref import Ref
from pdsync.model.scope import Path, Scope

EMAIL_TYPE = "generic_email_inbound_integration"
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
_MODE = Choice(("always", "match", "no-match"))
_PART = Choice(("body", "subject", "from_addresses"))
_MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Predicate(Codec):
    """A match predicate of an email parser: a tree of conditions."""

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["type"],
            "properties": {
                "type": {"enum": ["all", "any", "not", "contains", "exactly", "regex"]},
                "matcher": {"type": "string"},
                "part": _PART.schema(),
                "children": {"type": "array", "items": {"type": "object"}},
            },
        }

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        if len([step for step in path if step == "children"]) > _MAX_DEPTH:
            scope.problem(path, "conditions are nested too deep", f"At most {_MAX_DEPTH} levels.")
            return {}
        branch = isinstance(value, Mapping) and value.get("type") in ("all", "any", "not")
        return (_BRANCH if branch else _LEAF).desired(value, scope, path)

    def live(self, value: Any, scope: Scope) -> Canonical:
        branch = isinstance(value, Mapping) and value.get("type") in ("all", "any", "not")
        return (_BRANCH if branch else _LEAF).live(value, scope)


_LEAF = Object(
    (
        Part("type", Choice(("contains", "exactly", "regex", "all", "any", "not")), required=True),
        Part("matcher", Text(min_length=1), required=True),
        Part("part", _PART, required=True),
    )
)
_BRANCH = Object(
    (
        Part("type", Choice(("all", "any", "not")), required=True),
        Part("children", ListOf(Predicate(), min_items=1, noun="condition"), required=True),
    )
)
_PARSER = Object(
    (
        Part("action", Choice(("trigger", "resolve")), "What a matching email does.", required=True),
        Part("match_predicate", Predicate(), "Which emails match.", required=True),
        Part(
            "value_extractors",
            ListOf(
                Object(
                    (
                        Part("type", Choice(("entire", "regex", "between")), required=True),
                        Part("part", _PART, required=True),
                        Part("value_name", Text(min_length=1), required=True),
                        Part("regex", Text(min_length=1)),
                        Part("starts_after", Text(min_length=1)),
                        Part("ends_with", Text(min_length=1)),
                    )
                )
            ),
            "Values taken out of the email; exactly one is named incident_key.",
        ),
    )
)
_FILTER = Object(
    (
        Part("subject_mode", _MODE, required=True),
        Part("subject_regex", Text(min_length=1)),
        Part("body_mode", _MODE, required=True),
        Part("body_regex", Text(min_length=1)),
        Part("from_email_mode", _MODE, required=True),
        Part("from_email_regex", Text(min_length=1)),
    )
)


def _without_derived_type(item: dict[str, Any], service: Mapping[str, Any]) -> dict[str, Any]:
    """An integration made by vendor answers a concrete type as well, which is the vendor's and not ours."""
    return {**item, "type": None} if item.get("vendor") else item


VENDOR = "vendor"
"""The kind of references to vendors, which PagerDuty lists for every account."""
VENDORS = LookUp(VENDOR, "vendors")


def vendors_of(service: LiveObject) -> Iterator[tuple[Ref, str]]:
    """The vendors of a service's integrations with their names as PagerDuty spells them."""
    for item in service.raw.get("integrations") or ():
        vendor = item.get("vendor") if isinstance(item, Mapping) else None
        if isinstance(vendor, Mapping) and vendor.get("summary"):
            yield Ref(VENDOR, "id", str(vendor.get("id"))), str(vendor["summary"])


INTEGRATIONS = ChildList(
    name="integrations",
    item=Object(
        (
            Part(
                "name",
                Text(max_length=255, min_length=1),
                "Tells the integrations of this service apart.",
                required=True,
            ),
            Part("type", Choice(_TYPES), "The kind of integration; or name a vendor."),
            Part(
                "vendor",
                Reference(VENDOR, plain="name"),
                "The vendor's name as PagerDuty lists it, such as Datadog; or give a type.",
            ),
            Part("integration_email", Email(), "The address to send to (email integrations)."),
            Part(
                "email_incident_creation",
                Choice(("on_new_email", "on_new_email_subject", "only_if_no_open_incidents", "use_rules")),
                "When an email makes an incident (email integrations).",
            ),
            Part(
                "email_filter_mode",
                Choice(("all-email", "or-rules-email", "and-rules-email")),
                "Which emails are taken (email integrations).",
            ),
            Part("email_filters", ListOf(_FILTER, min_items=1, noun="filter"), "Filters (email integrations)."),
            Part("email_parsers", ListOf(_PARSER, min_items=1, noun="parser"), "Parsers (email integrations)."),
            Part(
                "email_parsing_fallback",
                Choice(("open_new_incident", "discard")),
                "What happens to an email that no parser matches (email integrations).",
            ),
        )
    ),
    # type and vendor cannot be changed: another one is another integration with a new routing key. Its being part of the
    # key means that the old one, whose key somebody uses, stays until it is removed on purpose.
    key=("name", "type", "vendor"),
    unique=("integration_email",),
    # An echoed vendor may rotate the routing key, and it cannot change anyway: it is part of the natural key.
    fixed=("vendor",),
    description="Where events come in. Those that are not listed stay: removing one kills a routing key that somebody uses.",
    source="PagerDuty API description; type and vendor force a new key (terraform-provider-pagerduty, service_integration)",
    default_mode="additive",
    collection="services/{parent}/integrations",
    member="services/{parent}/integrations/{id}",
    wrapper="integration",
    prepare=_without_derived_type,
    loses="routing key",
)


def check_integrations(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    """Exactly one of type and vendor, and email settings only for email integrations."""
    items = spec.get("integrations")
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if not isinstance(item, Mapping):
            continue
        here = (*path, "integrations", index)
        if ("type" in item) == ("vendor" in item):
            what = "has both a type and a vendor" if "type" in item else "has neither a type nor a vendor"
            scope.problem(here, what, "Write exactly one of them.")
        if item.get("type") != EMAIL_TYPE and "vendor" not in item:
            for name in item:
                if isinstance(name, str) and (name.startswith("email_") or name == "integration_email"):
                    scope.problem((*here, name), f"{name!r} is for {EMAIL_TYPE} only", "Remove it.", on_key=True)
