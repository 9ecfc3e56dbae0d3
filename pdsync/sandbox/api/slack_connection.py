"""Slack connection: a channel that the incidents of a service or a team are posted to. Nothing is posted from here.

PagerDuty's API description does not have this API. Paths, members and what is refused: terraform-provider-pagerduty,
resource_pagerduty_slack_connection.go, and the go-pagerduty that it is built with.
"""

from __future__ import annotations

import re

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.problem import Problem, invalid
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

KIND = "slack_connection"
_SOURCES = {"service_reference": "service", "team_reference": "team"}
_MANY = "/integration-slack/workspaces/<workspace>/connections"
_WORKSPACE = re.compile("[TE][A-Z0-9]{2,31}")
_PRIVATE = "G"
"""What the ids of private channels began with in Slack: here the app is in none of them."""


def slack_connection_routes() -> list[Route]:
    one = f"{_MANY}/<id>"
    return [
        Route("GET", _MANY, _list),
        Route("POST", _MANY, _post),
        Route("GET", one, _get),
        Route("PUT", one, _put),
        Route("DELETE", one, _delete),
    ]


def check_user_token(call: Call) -> None:
    """Raises the refusal of a key of the account (terraform-provider-pagerduty #388, #399, #407, #864)."""
    if not call.token.of_user and not call.is_inside:
        is_known = call.profile.reads("account_key_at_other_hosts", "forbidden")
        raise Problem(
            403 if is_known else 401, 2010 if is_known else 2006, "Access Denied" if is_known else "Unauthorized"
        )


def drop_slack_connections(store: Store, gone: Record) -> None:
    """Those of a service or a team that is deleted."""
    if store.profile.reads("slack_of_deleted_object", "deleted"):
        for it in store.referrers(KIND, gone.id):
            store.delete(it.id)


def show_slack_connection(call: Call, record: Record) -> Body:
    body = record.body
    source = call.store.find(body["source"]["id"])
    return {
        "id": record.id,
        "source_id": body["source"]["id"],
        "source_name": source.body["name"] if source is not None else None,
        "source_type": body["source"]["type"],
        "channel_id": body["channel_id"],
        "channel_name": body["channel_id"].lower(),
        "workspace_id": body["workspace_id"],
        "notification_type": body["notification_type"],
        "config": body["config"],
    }


def _here(call: Call, workspace: str) -> list[Record]:
    check_user_token(call)
    if not _WORKSPACE.fullmatch(workspace):
        raise Problem(404, 2100, "Not Found")
    return [it for it in call.store.ordered(KIND) if it.body["workspace_id"] == workspace]


def _one(call: Call, workspace: str, id: str) -> Record:
    found = next((it for it in _here(call, workspace) if it.id == id), None)
    if found is None:
        raise Problem(404, 2100, "Not Found")
    return found


def _list(call: Call, workspace: str) -> Answer:
    rows = _here(call, workspace)
    return Answer(200, paginate(call, "slack_connections", rows, lambda record: show_slack_connection(call, record)))


def _get(call: Call, workspace: str, id: str) -> Answer:
    return _answer(200, call, _one(call, workspace, id))


def _post(call: Call, workspace: str) -> Answer:
    there = _here(call, workspace)
    draft: Body = {"workspace_id": workspace, "config": {"events": [], "priorities": None, "urgency": None}}
    form = Form(call.wrapped(KIND), draft, creating=True)
    form.choice("source_type", tuple(_SOURCES), required=True)
    form.text("source_id", Text(255, min_length=1), required=True)
    form.text("channel_id", Text(255, min_length=1), required=True)
    _check_shared(form)
    kind, channel = _SOURCES.get(str(draft.get("source_type")), ""), str(draft.get("channel_id"))
    if not form.errors and call.store.get(kind, draft["source_id"]) is None:
        form.error("Source Not Found")
    if channel.startswith(_PRIVATE):  # terraform-provider-pagerduty #954; the status is a guess
        form.error("Channel was not found or is not accessible to the PagerDuty app")
    form.finish()
    source = {"id": draft.pop("source_id"), "type": draft.pop("source_type")}
    taken = [it for it in there if it.body["source"] == source and it.body["channel_id"] == channel]
    if taken and call.profile.reads("slack_channel_twice", "refused"):
        raise invalid("Channel is connected already")
    return _answer(201, call, call.store.put(KIND, call.store.new_id(), {**draft, "source": source}))


def _put(call: Call, workspace: str, id: str) -> Answer:
    """The source and the channel stay: another channel is another connection in the provider (ForceNew)."""
    record = _one(call, workspace, id)
    draft = dict(record.body)
    form = Form(call.wrapped(KIND), draft, creating=False)
    _check_shared(form)
    form.finish()
    return _answer(200, call, call.store.put(KIND, record.id, draft))


def _delete(call: Call, workspace: str, id: str) -> Answer:
    call.store.delete(_one(call, workspace, id).id)
    return Answer(204)


def _check_shared(form: Form) -> None:
    form.choice("notification_type", ("responder", "stakeholder"), required=True)
    given = form.object("config", required=True)
    if given is None:
        return
    draft: Body = {"events": [], "priorities": None, "urgency": None}
    part = form.nested(given, draft, "Config: ")
    events, priorities = given.get("events"), given.get("priorities")
    if not isinstance(events, list) or not events or not all(isinstance(it, str) and it for it in events):
        part.error("Events must be an array of strings that is not empty")
    else:
        # Sorted, and that one is always among them (terraform-provider-pagerduty, slack_connection).
        draft["events"] = sorted({*events, "incident.triggered"})
    if priorities is not None and not (isinstance(priorities, list) and all(isinstance(it, str) for it in priorities)):
        part.error("Priorities must be an array of ids, or null")
    else:
        draft["priorities"] = priorities
    part.choice("urgency", ("high", "low"), null=None)
    form.draft["config"] = draft


def _answer(status: int, call: Call, record: Record) -> Answer:
    return Answer(status, {KIND: show_slack_connection(call, record)})
