"""JiraRule: how the incidents of a service become issues of a project in Jira Cloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pdsync.kinds.user import USER_REFERENCE
from pdsync.model.codec.orchestration_action import PRIORITY
from pdsync.model.codec.plain import Boolean, Canonical, Choice, Codec, Nullable, Text
from pdsync.model.codec.reference import BareReference, Reference
from pdsync.model.codec.structure import ListOf, Object, SetOf, optional, required
from pdsync.model.common_field import name_field
from pdsync.model.field import Field, SpecRule
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing, LookUp
from pdsync.model.live import LiveObject
from pdsync.model.nested_listing import NestedListing
from pdsync.model.ownership import ByNaming
from pdsync.model.scope import Path, Scope
from pdsync.model.slack_connection import PRIORITIES

_API = "terraform-provider-pagerduty, jira_cloud_account_mapping_rule (absent from the API description)"
_MAPPING = "jira_accounts_mapping"
_OF_CONFIG, _OF_PROJECT = ("service",), {"project": "id", "project_key": "key", "project_name": "name"}
_OF_JIRA = (
    "issue_type",
    "create_issue_on_incident_trigger",
    "autocreate_jql",
    "status_mapping",
    "priorities",
    "custom_fields",
    "sync_notes_user",
)


def _site(mapping: Mapping[str, Any]) -> object:
    """What people know a mapping by: the address of the site of Jira."""
    account = mapping.get("jira_cloud_account")
    address = account.get("base_url") if isinstance(account, Mapping) else None
    return address.removeprefix("https://").rstrip("/") if isinstance(address, str) else address


MAPPINGS = LookUp(_MAPPING, "accounts_mappings", host="jira_cloud", read_name=_site)


@dataclass(frozen=True, slots=True)
class Site(Reference):
    """A mapping by the address of its site, with or without ``https://``."""

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        said = value.strip().removeprefix("https://").rstrip("/") if isinstance(value, str) else value
        return Reference.desired(self, said, scope, path)


@dataclass(frozen=True, slots=True)
class Json(Codec):
    """Any value, as it is: a value that is sent as text in place of JSON is lost (terraform-provider-pagerduty #956)."""

    def schema(self) -> dict[str, Any]:
        return {}

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        return value


_NAMED = Object.of(
    id=required(Text(min_length=1), "The id in Jira."),
    name=optional(Text(min_length=1), "The name in Jira, for readers."),
)


class CustomField(Object):
    """A field of an issue. What its type needs is checked with the whole spec."""


_CUSTOM_FIELD = CustomField.of(
    type=required(
        Choice(("attribute", "const", "jira_value")), "attribute of the incident, const (a text), or jira_value (JSON)."
    ),
    source_incident_field=optional(Text(min_length=1), "The attribute of the incident (attribute)."),
    target_issue_field=required(Text(min_length=1), "The field of the issue."),
    target_issue_field_name=required(Text(min_length=1), "The name of that field, as Jira shows it."),
    value=optional(Json(), "The value, of const and jira_value."),
)
_STATUSES = Object.of(
    triggered=required(_NAMED, "The status of an issue whose incident is triggered."),
    acknowledged=optional(Nullable(_NAMED), "The status of one whose incident is acknowledged."),
    resolved=optional(Nullable(_NAMED), "The status of one whose incident is resolved."),
)
_PRIORITY = Object.of(
    priority=required(BareReference(PRIORITY, plain="name"), "A priority of PagerDuty, by name."),
    jira_id=required(Text(min_length=1), "The id of the priority in Jira."),
)


def _mapping_of(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _prepare(raw: dict[str, Any]) -> dict[str, Any]:
    """A rule as PagerDuty answers it, with the fields of a manifest."""
    config = _mapping_of(raw.get("config"))
    jira = _mapping_of(config.get("jira"))
    project = _mapping_of(jira.get("project"))
    flat = {name: jira.get(name) for name in _OF_JIRA}
    flat["priorities"] = [
        {"priority": it.get("pagerduty_id"), "jira_id": it.get("jira_id")} for it in jira.get("priorities") or ()
    ]
    flat["custom_fields"] = [_without_nulls(it) for it in jira.get("custom_fields") or ()]
    flat["create_issue_on_incident_trigger"] = bool(jira.get("create_issue_on_incident_trigger"))
    return {
        **raw,
        "enabled": raw.get("enabled") is not False,
        "service": config.get("service"),
        **{name: project.get(member) for name, member in _OF_PROJECT.items()},
        **flat,
    }


def _without_nulls(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: said for name, said in item.items() if said is not None}


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    """PagerDuty's own members, without a wrapper or a type. A PUT leaves out the service and the project, which cannot change."""
    jira = {name: body[name] for name in _OF_JIRA if name in body}
    if "priorities" in jira:
        jira["priorities"] = [{"pagerduty_id": it["priority"], "jira_id": it["jira_id"]} for it in jira["priorities"]]
    config: dict[str, Any] = {"jira": jira}
    if live is None:
        jira["project"] = {member: body[name] for name, member in _OF_PROJECT.items() if name in body}
        config["service"] = body.get("service")
    return {**{name: body[name] for name in ("name", "enabled") if name in body}, "config": config}


def _check(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    """Each custom field takes its value from one place."""
    for at, item in enumerate(spec.get("custom_fields", ())):
        wanted = "source_incident_field" if item.get("type") == "attribute" else "value"
        other = "value" if wanted == "source_incident_field" else "source_incident_field"
        here = (*path, "custom_fields", at)
        if wanted not in item:
            scope.problem(here, f"a custom field of the type {item.get('type')} needs {wanted}", f"Add {wanted}.")
        if other in item:
            scope.problem((*here, other), f"has no effect on the type {item.get('type')}", "Remove it.", on_key=True)


JIRA_RULE = Kind(
    name="JiraRule",
    slug="jira_rule",
    plural="Jira rules",
    file="jira-rules",
    host=MAPPINGS.host,
    source=Listing(
        MAPPINGS.path,
        has_query=False,
        on_demand=True,
        may_be_refused=True,
        nested=NestedListing("accounts_mapping", f"{MAPPINGS.path}/{{base}}/rules"),
    ),
    description="How the incidents of a service become issues in a project of Jira Cloud. It takes the API token of a user.",
    identity=("accounts_mapping", "service", "project"),
    ownership=ByNaming("rules of Jira Cloud carry no ownership line"),
    lookups=(MAPPINGS, PRIORITIES),
    fields=(
        name_field(Text(max_length=255, min_length=1), _API),
        Field(
            "accounts_mapping",
            Site(_MAPPING, plain="name"),
            "The connection to a site of Jira, by the site's address (acme.atlassian.net), or {id: ...}. It cannot be changed.",
            f"{_API}; the API only shows mappings",
            required=True,
            fixed=True,
        ),
        Field(
            "service",
            Reference("service"),
            "The service. It cannot be changed: another service is another rule.",
            f"{_API}; forces a new rule",
            required=True,
            fixed=True,
        ),
        Field(
            "project",
            Text(min_length=1),
            "The id of the project in Jira. It cannot be changed: another project is another rule.",
            f"{_API}; forces a new rule",
            required=True,
            fixed=True,
        ),
        Field(
            "project_key",
            Text(min_length=1),
            "The key of the project, such as OPS, which a new rule needs.",
            f"{_API}; forces a new rule",
            required=True,
            fixed=True,
        ),
        Field(
            "project_name",
            Text(min_length=1),
            "The name of the project, which a new rule needs.",
            f"{_API}; forces a new rule",
            required=True,
            fixed=True,
        ),
        Field("issue_type", _NAMED, "The type of the issues.", _API, required=True, carry=True),
        Field(
            "status_mapping",
            _STATUSES,
            "Which status an issue has for each status of the incident.",
            f"{_API}; triggered is required",
            required=True,
            carry=True,
        ),
        Field("enabled", Boolean(), "Whether the rule is used.", _API, default=True, carry=True),
        Field(
            "create_issue_on_incident_trigger",
            Boolean(),
            "Whether each new incident makes an issue.",
            _API,
            default=False,
            carry=True,
        ),
        Field(
            "autocreate_jql",
            Nullable(Text(min_length=1)),
            "Issues that match this JQL open an incident. null: none does.",
            f"{_API}; nullable",
            default=None,
            carry=True,
        ),
        Field(
            "priorities",
            SetOf(_PRIORITY, noun="priority"),
            "Which priority in Jira each priority of PagerDuty is.",
            _API,
            default=[],
            carry=True,
        ),
        Field(
            "custom_fields",
            ListOf(_CUSTOM_FIELD, noun="custom field"),
            "What fields of an issue are filled with.",
            f"{_API}; values are JSON (#956)",
            default=[],
            carry=True,
        ),
        Field(
            "sync_notes_user",
            Nullable(USER_REFERENCE),
            "The user in whose name notes and comments are copied. null: they are not.",
            f"{_API}; without one, notes are not synchronised",
            default=None,
            carry=True,
        ),
    ),
    rules=(SpecRule(("custom_fields",), _check),),
    prepare=_prepare,
    finish=_finish,
)
