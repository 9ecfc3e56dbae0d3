"""Responder request: a call for help on an incident, sent to users and to escalation policies.

No endpoint accepts or declines one: users do that where they are notified. So a responder is pending until the request is
cancelled, and ``joined`` or ``declined`` only where a restored state says so. Form of what is shown: recorded webhooks of
real incidents.
"""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call, pointer
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.period import asked_zone
from pdsync.sandbox.http.problem import arguments_error
from pdsync.sandbox.paging.escalation import Pointer, first_level
from pdsync.sandbox.paging.incident_log import WEBSITE, Cause, add_log_entry
from pdsync.sandbox.store.instant import checked, shown, stored
from pdsync.sandbox.store.record import Body, Record

KIND = "responder_request"
STATES = ("pending", "joined", "declined", "user_cancelled")
_TARGETS = ("user", "escalation_policy")
_MAX_MESSAGE = 25_000  # as for a note (a guess)


def responder_request_routes() -> list[Route]:
    path = "/incidents/<id>/responder_requests"
    return [Route("POST", path, _post), Route("PUT", f"{path}/cancel", _cancel)]


def show_responder_request(call: Call, record: Record, includes: frozenset[str]) -> Body:
    body = record.body
    return {
        "id": record.id,
        **_about(call, record),
        "responder_request_targets": [
            {
                "responder_request_target": {
                    "type": it["target"]["type"].removesuffix("_reference"),
                    "id": it["target"]["id"],
                    "summary": it["summary"],
                    "incidents_responders": [_show_responder(call, record, one) for one in it["responders"]],
                }
            }
            for it in body["targets"]
        ],
    }


def show_responders(call: Call, incident: Record) -> Body:
    """What an incident shows of them; nothing in an account without this feature (PagerDuty API description, Incident)."""
    if "responder_requests" in call.profile.missing:
        return {}
    requests = [call.show(it) for it in call.store.children(KIND, incident.id)]
    return {"incidents_responders": _responder_rows(call, incident), "responder_requests": requests}


def _responder_rows(call: Call, incident: Record) -> list[Body]:
    """One row for each user, of the last request that names them, and the policies through which they were asked."""
    rows: dict[str, Body] = {}
    policies: dict[str, list[str]] = {}
    for request in call.store.children(KIND, incident.id):
        for target in request.body["targets"]:
            for responder in target["responders"]:
                id = responder["user"]["id"]
                rows[id] = _show_responder(call, request, responder)
                names = policies.setdefault(id, [])
                if target["target"]["type"] == "escalation_policy_reference":
                    names.append(target["summary"])
    return [{**row, "escalation_policy_requests": policies[id]} for id, row in rows.items()]


def states_of(request: Record) -> list[str]:
    """Raises ValueError, KeyError and the like for a request that cannot be shown or cancelled."""
    checked(request.body["requested_at"])
    responders = [it for target in request.body["targets"] for it in target["responders"]]
    for it in responders:
        checked(it["updated_at"])
        if it["state"] not in STATES:
            raise ValueError(f"the state of a responder must be one of: {', '.join(STATES)}")
    return [it["state"] for it in responders]


def _show_responder(call: Call, request: Record, responder: Body) -> Body:
    return {
        "state": responder["state"],
        "user": call.links.resolve(responder["user"]),
        "updated_at": shown(responder["updated_at"], asked_zone(call)),
        **_about(call, request),
    }


def _about(call: Call, request: Record) -> Body:
    """What a request and its responders both say."""
    return {
        "incident": call.links.reference(call.record("incident", request.parent or "")),
        "message": request.body["message"],
        "requester": call.links.resolve(request.body["requester"]),
        "requested_at": shown(request.body["requested_at"], asked_zone(call)),
    }


def _post(call: Call, id: str) -> Answer:
    incident, draft = call.record("incident", id), Body()
    if incident.body["status"] == "resolved" and call.profile.reads("responders_when_resolved", "refused"):
        raise arguments_error("Incident Already Resolved")
    form = Form(call.json(), draft, creating=True)
    requester = _requester(call, form)
    form.text("message", Text(_MAX_MESSAGE), required=True)
    targets = _targets(call, form)
    form.finish()
    at = stored(call.now)
    found = [
        {
            "target": pointer(target),
            "summary": target.body["name"],
            "responders": [{"user": it, "state": "pending", "updated_at": at} for it in _responders(call, target)],
        }
        for target in targets
    ]
    body = {"requester": requester, "requested_at": at, "message": draft["message"], "targets": found}
    record = call.store.put(KIND, call.store.new_id(), body, incident.id)
    text = f"Responders requested: {', '.join(it.body['name'] for it in targets)}"
    add_log_entry(call, incident, "responder_request", text, Cause(requester, WEBSITE))
    return Answer(200, {"responder_request": show_responder_request(call, record, frozenset())})


def _responders(call: Call, target: Record) -> list[Pointer]:
    """The user, or those who are on call on the first level of the policy that has any."""
    return [pointer(target)] if target.kind == "user" else first_level(call, target.body["escalation_rules"])[1]


def _requester(call: Call, form: Form) -> Pointer:
    """Named in the body (PagerDuty API description); there is no need of a From header."""
    form.text("requester_id", Text(255, min_length=1), required=True)
    user = call.store.get("user", form.draft.get("requester_id", ""))
    if user is None and "requester_id" in form.draft:
        form.error("Requester User Not Found")
    return pointer(user) if user is not None else {}


def _targets(call: Call, form: Form) -> list[Record]:
    """Each in the wrapper of PagerDuty's example, or as its schema has it, without. Once each."""
    found: dict[str, Record] = {}
    for item in form.objects("responder_request_targets", required=True) or []:
        inner = item.get("responder_request_target", item)
        given = inner if isinstance(inner, dict) else {}
        kind = str(given.get("type")).removesuffix("_reference")
        if kind not in _TARGETS:
            form.error("Responder request targets must be users or escalation policies")
            continue
        known = form.pointer(given, kind, call.store)
        if known is not None:
            found[known["id"]] = call.record(kind, known["id"])
    if not found and not form.errors:
        form.error("Responder request targets can't be blank")
    return list(found.values())


def _cancel(call: Call, id: str) -> Answer:
    incident = call.record("incident", id)
    form = Form(call.json(), {}, creating=True)
    _requester(call, form)
    asked = []
    for item in form.objects("responder_request_targets", required=True) or []:
        inner = form.nested(item, {}, "Responder request targets: ")
        inner.choice("type", [f"{kind}_reference" for kind in _TARGETS], required=True)
        inner.text("id", Text(255, min_length=1), required=True)
        asked.append(inner.draft)
    form.finish()
    results = [{**it, "result": _cancelled(call, incident, it["id"])} for it in asked]
    return Answer(200, {"responder_request_targets": results})


def _cancelled(call: Call, incident: Record, target_id: str) -> str:
    """Ends what is pending for a user, or through a policy, and tells what happened to it. What was cancelled before stays
    cancelled (a guess)."""
    result = "not_found"
    for request in call.store.children(KIND, incident.id):
        body, states = _ended(call, request, target_id)
        if states:
            call.store.put(KIND, request.id, body)
            left = [it for it in states if it in ("joined", "declined")]
            result = "cancelled" if len(left) < len(states) or result == "cancelled" else left[-1]
    if result == "not_found" and any(it["target"]["id"] == target_id for it in _all_targets(call, incident)):
        return "cancelled"  # a policy without a user on call
    return result


def _ended(call: Call, request: Record, target_id: str) -> tuple[Body, list[str]]:
    """The request without what was pending for the target, and the states that were there before."""
    states: list[str] = []
    targets = []
    for target in request.body["targets"]:
        responders = []
        for it in target["responders"]:
            if target_id in (target["target"]["id"], it["user"]["id"]):
                states.append(it["state"])
                if it["state"] == "pending":
                    it = {**it, "state": "user_cancelled", "updated_at": stored(call.now)}
            responders.append(it)
        targets.append({**target, "responders": responders})
    return {**request.body, "targets": targets}, states


def _all_targets(call: Call, incident: Record) -> Iterator[Body]:
    for request in call.store.children(KIND, incident.id):
        yield from request.body["targets"]
