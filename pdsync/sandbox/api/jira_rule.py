"""Jira rule: how the incidents of a service become issues of a project in Jira Cloud. Nothing is sent to Jira from here.

PagerDuty's API description does not have this API. Paths, members, bodies without a wrapper: terraform-provider-pagerduty,
jira_cloud_account_mapping_rule, and the go-pagerduty that it is built with. Mappings can only be read: Jira makes them.
"""

from __future__ import annotations

from typing import Any

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.api.priority import PRIORITIES
from pdsync.sandbox.api.slack_connection import check_user_token
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.problem import Problem, invalid
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

KIND = "jira_rule"
MAPPINGS: dict[str, str] = {"PJIRAACME1": "https://acme.atlassian.net", "PJIRALABS2": "https://labs.atlassian.net"}
"""The sites that the account is connected to, by the id of the mapping."""
_MANY = "/integration-jira-cloud/accounts_mappings"
_RULES = f"{_MANY}/<id>/rules"
_TEXT = Text(255, min_length=1)
_LATER: Body = {
    "autocreate_jql": None,
    "create_issue_on_incident_trigger": False,
    "custom_fields": [],
    "priorities": [],
}
_JIRA: Body = {**_LATER, "status_mapping": None, "sync_notes_user": None}


def jira_rule_routes() -> list[Route]:
    one = f"{_RULES}/<rule_id>"
    return [
        Route("GET", _MANY, _list_mappings),
        Route("GET", f"{_MANY}/<id>", _get_mapping),
        Route("GET", _RULES, _list),
        Route("POST", _RULES, _post),
        Route("GET", one, _get),
        Route("PUT", one, _put),
        Route("DELETE", one, _delete),
    ]


def drop_jira_rules(store: Store, gone: Record) -> None:
    """Those of a service that is deleted: a rule without its service has no meaning (a guess)."""
    for it in store.referrers(KIND, gone.id) if gone.kind == "service" else ():
        store.delete(it.id)


def _show_mapping(id: str) -> Body:
    return {
        "id": id,
        "jira_cloud_account": {"base_url": MAPPINGS[id]},
        "pagerduty_account": {"subdomain": "sandbox"},
        "created_at": "2026-01-05T09:00:00Z",
        "updated_at": "2026-01-05T09:00:00Z",
    }


def _list_mappings(call: Call) -> Answer:
    check_user_token(call)
    return Answer(200, paginate(call, "accounts_mappings", sorted(MAPPINGS), _show_mapping))


def _get_mapping(call: Call, id: str) -> Answer:
    _check_mapping(call, id)
    return Answer(200, _show_mapping(id))


def _check_mapping(call: Call, id: str) -> None:
    check_user_token(call)
    if id not in MAPPINGS:
        raise Problem(404, 2100, "Not Found")


def show_jira_rule(record: Record) -> Body:
    body = record.body
    ids = {"accounts_mapping": {"id": body["mapping"], "type": "accounts_mapping_reference"}}
    jql = {"autocreate_jql_disabled_reason": None, "autocreate_jql_disabled_until": None}
    return {"id": record.id, "name": body["name"], "enabled": body["enabled"], **ids, **jql, "config": body["config"]}


def _rules(call: Call, id: str) -> list[Record]:
    _check_mapping(call, id)
    return [it for it in call.store.ordered(KIND) if it.body["mapping"] == id]


def _one(call: Call, id: str, rule_id: str) -> Record:
    found = next((it for it in _rules(call, id) if it.id == rule_id), None)
    if found is None:
        raise Problem(404, 2100, "Not Found")
    return found


def _list(call: Call, id: str) -> Answer:
    return Answer(200, paginate(call, "rules", _rules(call, id), show_jira_rule))


def _get(call: Call, id: str, rule_id: str) -> Answer:
    return Answer(200, show_jira_rule(_one(call, id, rule_id)))


def _post(call: Call, id: str) -> Answer:
    there, body = _rules(call, id), call.json()
    draft: Body = {"enabled": True, "mapping": id, "config": {"service": None, "jira": dict(_JIRA)}}
    form = _checked(call, body, draft, creating=True)
    config, jira = _part(body, "config"), _part(_part(body, "config"), "jira")
    project = _part(jira, "project")
    service = form.pointer(_part(config, "service"), "service", call.store)
    for name in ("id", "key", "name"):
        if not isinstance(project.get(name), str):
            form.error(f"Project {name} can't be blank")
    form.finish()
    draft["config"]["service"] = service
    draft["config"]["jira"]["project"] = {name: project[name] for name in ("id", "key", "name")}
    same = (service, project["id"])
    if any((it.body["config"]["service"], it.body["config"]["jira"]["project"]["id"]) == same for it in there):
        raise invalid("A rule for this service and project exists already")  # a guess
    return Answer(201, show_jira_rule(call.store.put(KIND, call.store.new_id(), draft)))


def _put(call: Call, id: str, rule_id: str) -> Answer:
    """The service and the project stay (terraform-provider-pagerduty leaves them out)."""
    record = _one(call, id, rule_id)
    held = record.body["config"]
    draft = {**record.body, "config": {**held, "jira": dict(held["jira"])}}
    _checked(call, call.json(), draft, creating=False).finish()
    return Answer(200, show_jira_rule(call.store.put(KIND, record.id, draft)))


def _delete(call: Call, id: str, rule_id: str) -> Answer:
    call.store.delete(_one(call, id, rule_id).id)
    return Answer(204)


def _part(body: Body, name: str) -> Body:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _checked(call: Call, body: Body, draft: Body, *, creating: bool) -> Form:
    form = Form(body, draft, creating=creating)
    form.text("name", _TEXT, required=True)
    form.boolean("enabled")
    jira, held = _part(_part(body, "config"), "jira"), draft["config"]["jira"]
    part = form.nested(jira, held, "Config jira: ", creating=creating)
    part.boolean("create_issue_on_incident_trigger", null=False)
    part.text("autocreate_jql", Text(4096), null=None)
    for name in ("issue_type", "status_mapping"):
        found = part.object(name, required=True)
        if found is not None:
            held[name] = found
    user = part.object("sync_notes_user", null=None)
    if user is not None:
        held["sync_notes_user"] = part.pointer(user, "user", call.store)
    for name in ("custom_fields", "priorities"):
        items = part.objects(name, null=[])
        if items is not None:
            held[name] = items
    if not _are_known(held["priorities"]):
        part.error("Priorities must name priorities of the account")
    if "triggered" not in (held["status_mapping"] or {}):
        part.error("Status mapping triggered can't be blank")
    return form


def _are_known(priorities: list[Any]) -> bool:
    return all(it.get("pagerduty_id") in PRIORITIES for it in priorities)
