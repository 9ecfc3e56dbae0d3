"""Audit: a record of every write to users, teams, schedules, policies and services: who, how, what, when."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.pagination import paginate_cursor
from pdsync.sandbox.http.period import moment
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.http.requester import owner
from pdsync.sandbox.store.journal import Wanted
from pdsync.sandbox.store.record import Body, Record

_KINDS = {
    "users": "user",
    "teams": "team",
    "schedules": "schedule",
    "escalation_policies": "escalation_policy",
    "services": "service",
}
_ACTIONS = ("create", "update", "delete")
_LONGEST = timedelta(days=31)  # PagerDuty API description


def audit_routes() -> list[Route]:
    def of(kind: str) -> Callable[..., Answer]:
        return lambda call, id: _list_of(call, call.record(kind, id))

    own = [Route("GET", f"/{plural}/<id>/audit/records", of(kind)) for plural, kind in _KINDS.items()]
    return [Route("GET", "/audit/records", _list), *own]


class Auditor:
    """Looks at a write before and after it was made, in its transaction."""

    def __init__(self, call: Call, method: str, path: str) -> None:
        self._call, self._method = call, method
        parts = path.strip("/").split("/")
        self._kind = _KINDS.get(parts[0])
        self._is_whole = len(parts) <= 2
        target = call.store.get(self._kind, parts[1]) if self._kind and len(parts) > 1 else None
        self._before = call.links.reference(target) if target is not None else None

    def note(self, answer: Answer) -> None:
        if self._kind is None or answer.status >= 400:
            return
        call, root, action = self._call, self._before, "update"
        if root is None:
            made = answer.body.get(self._kind) if isinstance(answer.body, dict) else None
            record = call.store.get(self._kind, made["id"]) if made and "id" in made else None  # a preview has none
            if record is None:
                return
            root, action = call.links.reference(record), "create"
        elif self._method == "DELETE" and self._is_whole:
            action = "delete"
        resource = {name: root[name] for name in ("id", "type", "summary")}
        body = {
            "execution_time": call.now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "created_at": call.now.isoformat(),
            "actors": [_actor(call)],
            "method": {
                "type": "oauth" if call.token.grant else "api_token",
                # The last four characters, as PagerDuty's API description has it.
                "truncated_token": call.token.text[-4:],
            },
            "root_resource": resource,
            "action": action,
            "details": {"resource": resource},
        }
        call.store.put("audit_record", uuid.uuid4().hex, body)


def _actor(call: Call) -> dict[str, Any]:
    """A user, an app, or the key itself, whose id is made of its digest."""
    if call.token.of_user:
        user = owner(call.store)
        return {"id": user.id, "type": "user_reference", "summary": user.body["name"]}
    grant = call.token.grant
    secret = grant.client_id if grant is not None else call.token.text
    id = "P" + hashlib.sha256(secret.encode()).hexdigest()[:13].upper()
    return {"id": id, "type": "app_reference" if grant is not None else "api_key_reference", "summary": None}


def _list(call: Call) -> Answer:
    return _page(call, None)


def _list_of(call: Call, root: Record) -> Answer:
    return _page(call, root.id)


def _page(call: Call, root_id: str | None) -> Answer:
    """The past day unless asked for more, newest first (PagerDuty API description)."""
    until = moment(call, "until") or call.now + timedelta(seconds=1)
    since = moment(call, "since") or until - timedelta(days=1)
    if until - since > _LONGEST:
        raise invalid("Until must not be more than 31 days after since")
    actions, types = call.many("actions"), set(call.many("root_resource_types"))
    if not set(actions) <= set(_ACTIONS):
        raise invalid(f"Actions must be among: {', '.join(_ACTIONS)}")
    if not types <= set(_KINDS):
        raise invalid(f"Root resource types must be among: {', '.join(_KINDS)}")
    kinds = sorted(f"{_KINDS[it]}_reference" for it in types)
    actor_type, actor_id = call.arg("actor_type"), call.arg("actor_id")
    method, token = call.arg("method_type"), call.arg("method_truncated_token")
    if (actor_id and not actor_type) or (token and not method):
        raise invalid("An actor id needs its actor_type, and a token its method_type")

    asked = {
        "$.root_resource.type": kinds,
        "$.actors[0].type": [actor_type] if actor_type is not None else [],
        "$.actors[0].id": [actor_id] if actor_id is not None else [],
        "$.method.type": [method] if method is not None else [],
        "$.method.truncated_token": [token] if token is not None else [],
    }
    wanted = Wanted(
        "audit_record",
        owner=root_id,
        since=since,
        until=until,
        labels=actions,
        fields={path: options for path, options in asked.items() if options},
    )

    def serve(limit: int, before: int | None) -> list[Record]:
        return call.store.journal.page(replace(wanted, before=before), limit)

    return Answer(200, paginate_cursor(call, "records", serve, show_audit_record))


def show_audit_record(record: Record) -> Body:
    body = {name: value for name, value in record.body.items() if name != "created_at"}
    return {"id": record.id, "self": None, "execution_context": None, **body}
