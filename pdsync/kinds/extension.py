"""Extension: what tells another program of the incidents of services, such as ServiceNow or a Jira server.

PagerDuty takes the secrets of a config and never shows them (terraform-provider-pagerduty #94, #280, #462, #862). A PUT holds the whole config,
since no source says that it keeps what it leaves out: so each change of an extension needs the secrets of its config.

Extensions carry no ownership line. One is known by its name, its schema and its services. PagerDuty makes no other extension of one:
terraform-provider-pagerduty replaces it where the schema or the services change. pdsync does not, and asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pdsync.model.codec.plain import Nullable, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.secret import Secret, SecretTree
from pdsync.model.codec.secret_text import references_in
from pdsync.model.codec.structure import SetOf
from pdsync.model.common_field import name_field
from pdsync.model.fact import Facts
from pdsync.model.field import Field, SpecRule
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing, LookUp
from pdsync.model.live import LiveObject
from pdsync.model.ownership import ByNaming
from pdsync.model.scope import Path, Scope

_API = "PagerDuty API description, Extension"
SCHEMA = "extension_schema"
_SCHEMA, _SERVICES, _URL, _CONFIG = "schema", "services", "endpoint_url", "config"
_MEMBERS = {_SCHEMA: SCHEMA, _SERVICES: "extension_objects"}
"""What PagerDuty calls them."""
_OAUTH = {
    "slack": "Write 'slack' in the Service or Team for its Slack channels.",
    "microsoft teams": "Connect it in the web application: PagerDuty has no API for that.",
}
"""Schemas that only the web application can configure (terraform-provider-pagerduty #73, #444), with what to do instead."""
_OLD_WEBHOOKS = ("generic webhook", "generic v2 webhook")
_SERVICENOW = "servicenow"
_NEEDED = ("snow_user", "snow_password", "target", "task_type", "sync_options")
_KNOWN = (*_NEEDED, "referer")
"""The members of the config for ServiceNow (terraform-provider-pagerduty, extension_servicenow)."""
_PASSWORD, _SYNC = "snow_password", "sync_options"
_SYNCS = ("manual_sync", "sync_all")


def _prepare(answer: dict[str, Any]) -> dict[str, Any]:
    """What PagerDuty calls `extension_schema` and `extension_objects` is shorter in a manifest."""
    return {**answer, **{name: answer.get(member) for name, member in _MEMBERS.items()}}


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    """The names of the API. An address that answers hide is not sent as null, which would remove it."""
    sent = {_MEMBERS.get(name, name): said for name, said in body.items()}
    if sent.get(_URL) is None and (live is None or live.raw.get(_URL) is None):
        sent.pop(_URL, None)
    return sent


def _check_schema(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    label = _label_of(spec)
    if label in _OAUTH:
        scope.problem((*path, _SCHEMA), f"{label.title()} cannot be configured as an extension", _OAUTH[label])
    elif label in _OLD_WEBHOOKS:
        text = "webhooks of this form have been out of support since October 2022"
        scope.warn((*path, _SCHEMA), text, "Use a WebhookSubscription.")


def _check_config(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    config = spec.get(_CONFIG)
    if not isinstance(config, Mapping) or not _label_of(spec).startswith(_SERVICENOW):
        return
    place = (*path, _CONFIG)
    for name in _NEEDED:
        if name not in config:
            scope.problem(place, f"an extension of ServiceNow needs {name!r}", f"Write {name}.")
    for name in config:
        if name not in _KNOWN:
            scope.warn((*place, name), f"ServiceNow has no {name!r}", f"It has {', '.join(_KNOWN)}.")
    password, sync = config.get(_PASSWORD), config.get(_SYNC)
    if isinstance(password, str) and not references_in(password):
        hint = "Write ${env:NAME} or ${file:PATH}: a secret does not belong in git. Replace it if it was committed."
        scope.problem((*place, _PASSWORD), "a secret is written here as plain text", hint)
    if sync is not None and sync not in _SYNCS:
        scope.problem((*place, _SYNC), f"{sync!r} is unknown", f"Write one of: {', '.join(_SYNCS)}.")


def _label_of(spec: Mapping[str, Any]) -> str:
    """The label of the schema as a manifest writes it, in lower case; empty where it is named by its id."""
    said = spec.get(_SCHEMA)
    named = said.get("name") if isinstance(said, Mapping) else said
    return named.strip().casefold() if isinstance(named, str) else ""


def _trouble(live: LiveObject) -> str:
    if live.raw.get("temporarily_disabled") is not True:
        return ""
    return "PagerDuty has disabled it for a while, because the other program refused its requests; it can be enabled in the web application"


EXTENSION = Kind(
    name="Extension",
    slug="extension",
    file="extensions",
    source=Listing("extensions", on_demand=True, may_be_refused=True),
    description="Reports the incidents of services to another program, such as ServiceNow or a Jira server. Slack channels are in "
    "'slack' of a Service or Team.",
    identity=("name", _SCHEMA, _SERVICES),
    ownership=ByNaming("extensions carry no ownership line", shown_name="name"),
    lookups=(LookUp(SCHEMA, "extension_schemas", name="label"),),
    fields=(
        name_field(Text(max_length=255, min_length=1), _API),
        Field(
            _SCHEMA,
            Reference(SCHEMA, plain="name"),
            "What kind of extension it is: the label of a schema, such as ServiceNow (v7). It cannot be changed.",
            f"{_API}, extension_schema; terraform-provider-pagerduty makes another extension for another schema",
            required=True,
            carry=True,
            fixed=True,
        ),
        Field(
            _SERVICES,
            SetOf(Reference("service"), min_items=1),
            "The services whose incidents it reports. They cannot be changed.",
            f"{_API}, extension_objects; terraform-provider-pagerduty makes another extension for other services",
            required=True,
            carry=True,
            fixed=True,
        ),
        Field(
            _URL,
            Nullable(Secret(literal=True)),
            "The address that gets the reports, for schemas that have one. It may contain ${env:NAME}.",
            f"{_API}; answers hide it at times (terraform-provider-pagerduty #94, #862)",
            carry=True,
        ),
        Field(
            _CONFIG,
            SecretTree(),
            "What the schema needs besides. Write ${env:NAME} or ${file:PATH} for each secret: PagerDuty does not show them again.",
            f"{_API}: free; terraform-provider-pagerduty, extension and extension_servicenow",
            carry=True,
        ),
    ),
    rules=(SpecRule((_SCHEMA,), _check_schema), SpecRule((_SCHEMA, _CONFIG), _check_config)),
    prepare=_prepare,
    finish=_finish,
    facts=Facts(lets_go=_SERVICES, trouble=_trouble),
)
