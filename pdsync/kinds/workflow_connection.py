"""WorkflowConnection: the account, at another program, that the steps of incident workflows use.

Its secrets are null in every answer, and each PATCH must hold them (PagerDuty API description): a change of a connection needs all of them.
A step names the connection by its id: ``${id:workflow_connection/tickets}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pdsync.model.codec.plain import Boolean, Nullable, Text
from pdsync.model.codec.reference import Reference
from pdsync.model.codec.secret import Secret, SecretMap, SecretTree
from pdsync.model.codec.structure import SetOf
from pdsync.model.common_field import name_field
from pdsync.model.fact import Facts, SoleFact
from pdsync.model.field import Field
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing, LookUp
from pdsync.model.live import LiveObject
from pdsync.model.ownership import ByNaming

_API = "PagerDuty API description, WorkflowIntegrationConnection"
INTEGRATION = "workflow_integration"
_ALL = "workflows/integrations/connections"
_INTEGRATION, _OF, _TEAMS, _CONFIGURATION = "integration", "integration_id", "teams", "configuration"
_DEFAULT = "is_default"
_TEXTS = ("service_url", "external_id", "external_id_label")
_ADDED = "Redacted "
"""What the names begin with that PagerDuty adds to a configuration by itself: hints at secrets."""


def _prepare(answer: dict[str, Any]) -> dict[str, Any]:
    """References as other kinds have them, and a configuration without what PagerDuty adds."""
    prepared = {**answer, _INTEGRATION: {"id": answer.get(_OF)}}
    prepared[_TEAMS] = [{"id": it.get("team_id")} for it in answer.get(_TEAMS) or () if isinstance(it, Mapping)]
    held = answer.get(_CONFIGURATION)
    if isinstance(held, Mapping):
        prepared[_CONFIGURATION] = {name: said for name, said in held.items() if not str(name).startswith(_ADDED)}
    return prepared


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    """The members of the API. The integration is in the path."""
    sent = {name: said for name, said in body.items() if name not in ("type", _INTEGRATION)}
    if live is None and _INTEGRATION in body:
        sent[_OF] = body[_INTEGRATION]["id"]
    if _TEAMS in sent:
        sent[_TEAMS] = [{"team_id": it["id"], "type": "team_reference"} for it in sent[_TEAMS]]
    if live is None:
        return {name: said for name, said in sent.items() if said is not None}
    # The description allows no null in a PATCH: an empty text clears one (to be verified on a real account).
    return {name: "" if said is None and name in _TEXTS else said for name, said in sent.items()}


def _trouble(live: LiveObject) -> str:
    health = live.raw.get("health")
    is_ill = isinstance(health, Mapping) and health.get("is_healthy") is False
    return (
        "PagerDuty cannot reach the other program through it; its page in the web application says why"
        if is_ill
        else ""
    )


def _text(name: str, says: str) -> Field:
    return Field(name, Nullable(Text(max_length=2048, empty_is_null=True)), says, _API, default=None)


WORKFLOW_CONNECTION = Kind(
    name="WorkflowConnection",
    slug="workflow_connection",
    plural="workflow connections",
    file="workflow-connections",
    source=Listing(
        _ALL,
        paging="cursor",
        has_query=False,
        on_demand=True,
        may_be_refused=True,
        place="workflows/integrations/{integration_id}/connections/{id}",
        verb="PATCH",
        loose_wrapper="connection",
    ),
    description="The account, at another program, that steps of incident workflows use. A step names it: ${id:workflow_connection/KEY}.",
    identity=("name", _INTEGRATION),
    ownership=ByNaming("workflow connections carry no ownership line", shown_name="name"),
    lookups=(LookUp(INTEGRATION, "workflows/integrations", {"include_deprecated": "true"}),),
    fields=(
        name_field(Text(max_length=255, min_length=1), f"{_API}; required in each PATCH"),
        Field(
            _INTEGRATION,
            Reference(INTEGRATION, plain="name"),
            "The integration that it belongs to, by name, such as Web API. It cannot be changed.",
            f"{_API}, integration_id; it is in the path",
            required=True,
            fixed=True,
        ),
        Field(
            "secrets",
            SecretMap(Secret()),
            "The secrets that the integration needs, by name. Write ${env:NAME} or ${file:PATH}: PagerDuty does not show them again.",
            f"{_API}: always null in answers; required in each PATCH",
            required=True,
            carry=True,
        ),
        Field(
            _CONFIGURATION,
            SecretTree(),
            "What the integration needs besides, by name. It may contain ${env:NAME}.",
            f"{_API}: dynamic, after the configuration_schema of the integration",
            default={},
        ),
        _text("service_url", "The address of the other program."),
        _text("external_id", "What identifies the account at the other program."),
        _text("external_id_label", "What people there call that."),
        Field("scopes", SetOf(Text(min_length=1)), "What it may do at the other program.", _API, default=[]),
        Field(
            _DEFAULT,
            Boolean(),
            "Whether it is the connection that steps of the integration use unless they name another one. An integration has one at most.",
            _API,
            default=False,
        ),
        Field(
            _TEAMS,
            SetOf(Reference("team")),
            "The teams whose managers may use and change it.",
            _API,
            default=[],
        ),
    ),
    prepare=_prepare,
    finish=_finish,
    facts=Facts(trouble=_trouble, sole=SoleFact(_DEFAULT, _INTEGRATION)),
)
