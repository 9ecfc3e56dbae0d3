"""Workflow integration: a program that steps of incident workflows can use. The catalogue is fixed.

``http-api`` with the members of its configuration and secrets is of PagerDuty's API description; the others are made up, with the form
that it describes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.pagination import paginate_cursor
from pdsync.sandbox.http.problem import not_found
from pdsync.sandbox.store.record import Body, Record

_MADE_AT = "2024-05-23T17:39:11Z"
_MAKER = "PNBURS9"


@dataclass(frozen=True, slots=True)
class WorkflowIntegration:
    """``configuration`` and ``secrets`` are the names that a connection may give, ``required`` those of secrets that it must."""

    id: str
    name: str
    says: str
    configuration: tuple[str, ...]
    secrets: tuple[str, ...]
    required: tuple[str, ...] = ()
    is_deprecated: bool = False


INTEGRATIONS = {
    it.id: it
    for it in (
        WorkflowIntegration(
            "http-api",
            "Web API",
            "Create fast, custom connections to apps without integrations.",
            ("Health Check URL", "Allowed Hostnames", "Health Check Method"),
            ("Authentication Headers",),
        ),
        WorkflowIntegration(
            "sample-tracker",
            "Sample Tracker",
            "Keeps tickets.",
            ("Project", "Region"),
            ("User", "Password"),
            required=("Password",),
        ),
        WorkflowIntegration("sample-chat", "Sample Chat", "Posts messages.", (), ("Token",), ("Token",), True),
    )
}
"""By id."""


def workflow_integration_routes() -> list[Route]:
    return [
        Route("GET", "/workflows/integrations", _list),
        Route("GET", "/workflows/integrations/<id>", _get),
    ]


def _list(call: Call) -> Answer:
    """Without those that are deprecated, unless ``include_deprecated`` asks for them (its name in PagerDuty's API description says so)."""
    has_deprecated = call.arg("include_deprecated") == "true"
    rows = [
        Record(number, "workflow_integration", it.id, None, {})
        for number, it in enumerate(INTEGRATIONS.values(), start=1)
        if has_deprecated or not it.is_deprecated
    ]

    def serve(limit: int, after: int | None) -> list[Record]:
        return [row for row in rows if after is None or row.number > after][:limit]

    return Answer(200, paginate_cursor(call, "integrations", serve, lambda it: _show(call, INTEGRATIONS[it.id])))


def _get(call: Call, id: str) -> Answer:
    if id not in INTEGRATIONS:
        raise not_found()
    return Answer(200, _show(call, INTEGRATIONS[id]))


def _show(call: Call, it: WorkflowIntegration) -> Body:
    return {
        "id": it.id,
        "type": "workflow_integration",
        "summary": it.name,
        "self": f"{call.links.base_url}/workflows/integrations/{it.id}",
        "html_url": None,
        "domain_name": "pagerduty.com",
        "package_name": it.id,
        "name": it.name,
        "description": it.says,
        "icon_svg": "<svg/>",
        "tags": [],
        "search_keywords": it.name.lower().split(),
        "is_deprecated": it.is_deprecated,
        "entitled": True,
        "application": it.name,
        "configuration_schema": _schema(it.configuration, ()),
        "secrets_schema": _schema(it.secrets, it.required),
        "created_at": _MADE_AT,
        "created_by": {"id": _MAKER, "type": "user_reference", "summary": "PagerDuty"},
    }


def _schema(names: Sequence[str], required: Sequence[str]) -> Body:
    return {"type": "object", "properties": {name: {"type": "string"} for name in names}, "required": list(required)}
