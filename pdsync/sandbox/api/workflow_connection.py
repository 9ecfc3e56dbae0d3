"""Workflow connection: the account, at the program of a workflow integration, that steps of incident workflows use.

The sandbox connects to nothing. Secrets are sealed when they come in, and are null in every answer (PagerDuty API description).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.workflow_integration import INTEGRATIONS, WorkflowIntegration
from pdsync.sandbox.http.call import ACCOUNT_TIME_ZONE, Answer, Call, pointer
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.links import WEB_URL
from pdsync.sandbox.http.pagination import paginate_cursor
from pdsync.sandbox.http.problem import not_found
from pdsync.sandbox.http.requester import find_requester
from pdsync.sandbox.store.identifier import new_uuid
from pdsync.sandbox.store.instant import shown, stored
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.seal import seal

KIND = "workflow_connection"
_UNSET: Body = {
    "service_url": None,
    "external_id": None,
    "external_id_label": None,
    "scopes": [],
    "is_default": False,
    "configuration": {},
    "teams": [],
    "apps": [],
}
_TEXTS = ("service_url", "external_id", "external_id_label")


def workflow_connection_routes() -> list[Route]:
    many = "/workflows/integrations/<integration_id>/connections"
    return [
        Route("GET", "/workflows/integrations/connections", _list_all),
        Route("GET", many, _list),
        Route("POST", many, _post),
        Route("GET", f"{many}/<id>", _get),
        Route("PATCH", f"{many}/<id>", _patch),
        Route("DELETE", f"{many}/<id>", _delete),
    ]


def show_connection(call: Call, record: Record) -> Body:
    body = record.body
    place = f"workflows/integrations/{body['integration_id']}/connections/{record.id}"
    return {
        "id": record.id,
        "type": "workflow_integration_connection",
        "summary": body["name"],
        "self": f"{call.links.base_url}/{place}",
        "html_url": f"{WEB_URL}/{place}",
        "integration_id": body["integration_id"],
        "name": body["name"],
        **{name: body[name] for name in _UNSET},
        "configuration": {**body["configuration"], **_hints(body["secrets"])},
        "teams": [{"team_id": it["id"], "type": it["type"]} for it in body["teams"]],
        "secrets": None,
        "health": {
            "is_healthy": True,
            "health_message": "Healthy",
            "last_checked_at": shown(body["created_at"], ACCOUNT_TIME_ZONE),
        },
        "created_at": shown(body["created_at"], ACCOUNT_TIME_ZONE),
        "created_by": call.links.resolve(body["created_by"]) if body["created_by"] is not None else None,
    }


def _hints(secrets: Mapping[str, Any]) -> Body:
    """What a configuration shows of headers that are secrets (PagerDuty API description, its example)."""
    return {"Redacted Authentication Headers": "x-api-key: ****"} if "Authentication Headers" in secrets else {}


def _list_all(call: Call) -> Answer:
    return _page(call, call.store.ordered(KIND))


def _list(call: Call, integration_id: str) -> Answer:
    integration = _integration(integration_id)
    return _page(call, [it for it in call.store.ordered(KIND) if it.body["integration_id"] == integration.id])


def _page(call: Call, rows: list[Record]) -> Answer:
    def serve(limit: int, after: int | None) -> list[Record]:
        return [row for row in rows if after is None or row.number > after][:limit]

    return Answer(200, paginate_cursor(call, "connections", serve, lambda it: show_connection(call, it)))


def _post(call: Call, integration_id: str) -> Answer:
    integration = _integration(integration_id)
    maker = find_requester(call)
    draft: Body = {
        **_UNSET,
        "integration_id": integration.id,
        "created_at": stored(call.now),
        "created_by": pointer(maker) if maker is not None else None,
    }
    _check(call, Form(_body(call), draft, creating=True), integration)
    record = call.store.put(KIND, new_uuid(), draft)
    _leave_one_default(call, record)
    return _answer(201, call, record)


def _get(call: Call, integration_id: str, id: str) -> Answer:
    return _answer(200, call, _connection(call, integration_id, id))


def _patch(call: Call, integration_id: str, id: str) -> Answer:
    """What is left out stays, except for secrets: they must come again (PagerDuty API description)."""
    record, integration = _connection(call, integration_id, id), _integration(integration_id)
    draft = dict(record.body)
    _check(call, Form(_body(call), draft, creating=False), integration)
    record = call.store.put(KIND, record.id, draft)
    _leave_one_default(call, record)
    return _answer(200, call, record)


def _delete(call: Call, integration_id: str, id: str) -> Answer:
    call.store.delete(_connection(call, integration_id, id).id)
    return Answer(204)


def _answer(status: int, call: Call, record: Record) -> Answer:
    """Its schema in PagerDuty's API description has no wrapper, the examples there have one, around a list."""
    one = show_connection(call, record)
    return Answer(status, {"connection": [one]} if call.profile.reads("connection_answer", "listed") else one)


def _integration(id: str) -> WorkflowIntegration:
    if id not in INTEGRATIONS:
        raise not_found()
    return INTEGRATIONS[id]


def _connection(call: Call, integration_id: str, id: str) -> Record:
    record = call.record(KIND, id)
    if record.body["integration_id"] != integration_id:
        raise not_found(KIND)
    return record


def _body(call: Call) -> Body:
    """The schema of the request has no wrapper, its example has one: both are taken."""
    body = call.json()
    return call.wrapped("connection") if "connection" in body else body


def _check(call: Call, form: Form, integration: WorkflowIntegration) -> None:
    form.text("name", Text(255, min_length=1), required=True)
    for name in _TEXTS:
        form.text(name, Text(2048), null=None)
    form.boolean("is_default")
    scopes = form.value("scopes", required=False, null=[])
    if isinstance(scopes, list) and all(isinstance(it, str) for it in scopes):
        form.draft["scopes"] = scopes
    configuration = form.object("configuration", null={})
    if configuration is not None:
        _check_names(form, "Configuration", configuration, integration.configuration)
        form.draft["configuration"] = configuration
    _check_secrets(call, form, integration)
    _check_teams(call, form)
    apps = form.objects("apps", null=[])
    if apps is not None:
        form.draft["apps"] = [{"app_id": str(it.get("app_id")), "type": "pd_app_reference"} for it in apps]
    form.finish()


def _check_secrets(call: Call, form: Form, integration: WorkflowIntegration) -> None:
    is_needed = form.creating or call.profile.reads("connection_secrets", "required")
    secrets = form.nested(form.body, {}, "", creating=is_needed).object("secrets", required=True)
    if secrets is None:
        return
    _check_names(form, "Secrets", secrets, integration.secrets)
    for name in integration.required:
        if not secrets.get(name):
            form.error(f"Secrets: {name} can't be blank")
    form.draft["secrets"] = {name: seal(str(value)) for name, value in secrets.items()}


def _check_names(form: Form, what: str, given: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in given:
        if name not in known:
            form.error(f"{what}: {name} is unknown")


def _check_teams(call: Call, form: Form) -> None:
    teams = form.objects("teams", null=[])
    if teams is None:
        return
    pointers = [{"id": it.get("team_id"), "type": it.get("type", "team_reference")} for it in teams]
    found = [form.pointer(it, "team", call.store) for it in pointers]
    form.draft["teams"] = [it for it in found if it is not None]


def _leave_one_default(call: Call, record: Record) -> None:
    """An integration has one default connection at most (a guess, from the description of the member)."""
    if not record.body["is_default"]:
        return
    for it in call.store.ordered(KIND):
        if it.id != record.id and it.body["integration_id"] == record.body["integration_id"] and it.body["is_default"]:
            call.store.put(KIND, it.id, {**it.body, "is_default": False})
