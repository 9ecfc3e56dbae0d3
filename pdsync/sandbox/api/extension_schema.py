"""Extension schema: the kinds of outbound extensions. The list is fixed: the API cannot add to it."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.links import WEB_URL
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.problem import not_found
from pdsync.sandbox.store.record import Body

_TYPES = ("trigger", "acknowledge", "resolve", "delegate", "escalate", "unacknowledge", "assign")
# The id and key of the first webhook are those of PagerDuty's API description; the others only look like real ones. The
# documentation of terraform-provider-pagerduty looks up the second one by its label.
SCHEMAS = {
    "PJFWPEP": ("generic_webhook", "Generic Webhook"),
    "PGNV2WH": ("generic_v2_webhook", "Generic V2 Webhook"),
    "PSRVN0W": ("servicenow", "ServiceNow (v7)"),
    "PSLCK3X": ("slack", "Slack"),
    "PZNDSK2": ("zendesk", "Zendesk"),
    "PJIRA5V": ("jira_server", "Jira Server"),
    "PTEAMS1": ("microsoft_teams", "Microsoft Teams"),
}
"""Key and label by id."""
NEEDS_OAUTH = frozenset({"PSLCK3X", "PTEAMS1"})
"""Schemas that the web application configures, with OAuth (terraform-provider-pagerduty #73, #444)."""


def extension_schema_routes() -> list[Route]:
    return [Route("GET", "/extension_schemas", _list), Route("GET", "/extension_schemas/<id>", _get)]


def _list(call: Call) -> Answer:
    return Answer(200, paginate(call, "extension_schemas", list(SCHEMAS), lambda id: _show(call, id)))


def _get(call: Call, id: str) -> Answer:
    if id not in SCHEMAS:
        raise not_found()
    return Answer(200, {"extension_schema": _show(call, id)})


def _show(call: Call, id: str) -> Body:
    key, label = SCHEMAS[id]
    return {
        "id": id,
        "type": "extension_schema",
        "summary": label,
        "self": f"{call.links.base_url}/extension_schemas/{id}",
        "html_url": None,
        "key": key,
        "label": label,
        "description": f"Tells {label} of incidents.",
        "guide_url": f"{WEB_URL}/docs/extensions/{key}",
        "icon_url": f"{WEB_URL}/extensions/{key}/icon.png",
        "logo_url": f"{WEB_URL}/extensions/{key}/logo.png",
        "send_types": list(_TYPES),
        "url": "",
    }
