"""AutomationRunner: what runs the scripts and jobs of automation actions, inside the company's network or at Runbook Automation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pdsync.model.association import association_list
from pdsync.model.codec.plain import Canonical, Choice, Nullable, Text, Token
from pdsync.model.codec.secret import Secret
from pdsync.model.common_field import description_field, name_field
from pdsync.model.fact import Facts, HandedOutFact, ReplacedFact
from pdsync.model.field import Field, SpecRule
from pdsync.model.kind import Kind
from pdsync.model.listing import Listing
from pdsync.model.live import LiveObject
from pdsync.model.scope import Path, Scope

_SLUG = "automation_runner"
_API = "PagerDuty API description, AutomationActionsRunner"
_COLLECTION = "automation_actions/runners"
_SIDECAR, _RUNBOOK = "sidecar", "runbook"
_URI, _KEY = "runbook_base_uri", "runbook_api_key"
_NOT_SHOWN = "-- redacted --"


def _prepare(answer: dict[str, Any]) -> dict[str, Any]:
    """A runner of Runbook Automation has a key, and no answer shows it."""
    answer[_KEY] = _NOT_SHOWN if answer.get("runner_type") == _RUNBOOK else None
    return answer


def _finish(body: dict[str, Any], live: LiveObject | None, now: datetime) -> dict[str, Any]:
    """Requests have no type, and what belongs to a runbook is only in those of a runner of that type."""
    body.pop("type", None)
    if live is not None:
        body.pop("runner_type", None)
    if "description" in body:
        body["description"] = body["description"] or ""  # PagerDuty requires it
    return {name: said for name, said in body.items() if said is not None}


def _is_sidecar(fields: Mapping[str, Canonical]) -> bool:
    return fields.get("runner_type") == _SIDECAR


def _check_type(spec: Mapping[str, Any], scope: Scope, path: Path) -> None:
    """A runner of Runbook Automation has an address and a key, and one inside the network has neither."""
    kind = spec.get("runner_type")
    for name in (_URI, _KEY):
        if kind == _RUNBOOK and spec.get(name) is None:
            scope.problem((*path, "runner_type"), f"a runner of the type {_RUNBOOK} needs {name!r}", f"Write {name}.")
        elif kind == _SIDECAR and spec.get(name) is not None:
            message = f"{name!r} does not apply to the type {_SIDECAR}"
            scope.problem((*path, name), message, f"Remove it, or write runner_type: {_RUNBOOK}.", on_key=True)


AUTOMATION_RUNNER = Kind(
    name="AutomationRunner",
    slug=_SLUG,
    plural="automation runners",
    file="automation-runners",
    source=Listing(_COLLECTION, paging="cursor", has_query=False, may_be_refused=True, on_demand=True),
    description="What runs the scripts and jobs of automation actions. It needs Automation Actions.",
    name_may_be_unique=True,
    fields=(
        name_field(Text(max_length=255, min_length=1), _API),
        description_field("AutomationActionsRunner"),
        Field(
            "runner_type",
            Choice(
                (_SIDECAR, _RUNBOOK),
                ("A runner inside your network that asks PagerDuty for work", "A server of Runbook Automation"),
            ),
            "Where it runs. It cannot be changed.",
            f"{_API}; a PUT has none",
            required=True,
            fixed=True,
        ),
        Field(
            _URI,
            Nullable(
                Token(
                    "[A-Za-z0-9._-]{1,255}",
                    "the subdomain of a Runbook Automation server",
                    "Write acme for acme.runbook.pagerduty.cloud: letters, digits, periods, dashes and _.",
                )
            ),
            "The subdomain of the Runbook Automation server: acme for acme.runbook.pagerduty.cloud.",
            "PagerDuty API description, AutomationActionsRunbookBaseURI: at most 255 characters",
            default=None,
            carry=True,
        ),
        Field(
            _KEY,
            Nullable(Secret()),
            "The API key of the Runbook Automation server, at most 64 characters. Write ${env:NAME}.",
            f"{_API}RunbookBody: at most 64 characters; a PUT without it keeps it; no answer shows it",
            default=None,
        ),
    ),
    children=(
        association_list(
            "team",
            _COLLECTION,
            ("The teams that may use it.", "A team."),
            "request",
            f"PagerDuty API description, /{_COLLECTION}/{{id}}/teams: a PUT of the runner has none",
        ),
    ),
    rules=(SpecRule(("runner_type", _URI, _KEY), _check_type),),
    prepare=_prepare,
    finish=_finish,
    facts=Facts(
        hands_out=HandedOutFact(("secret",), "runner secret", _is_sidecar),
        replaced=ReplacedFact(
            ("the secret of a sidecar: what runs inside your network must be given that of the new one",)
        ),
    ),
)
