"""Event orchestration: rules for the events of many services, with keys of its own. Its rules are in orchestration_path."""

from __future__ import annotations

from collections.abc import Sequence

from pdsync.sandbox.api.authorship import changed_now, made_now, show_authors
from pdsync.sandbox.api.collection import Collection, check_name
from pdsync.sandbox.api.line_break import description_cleaner
from pdsync.sandbox.api.orchestration_integration import add_integration, show_integrations
from pdsync.sandbox.api.orchestration_part import drop_parts
from pdsync.sandbox.api.orchestration_path import make_paths, routed_services
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.identifier import new_uuid
from pdsync.sandbox.store.record import Body, Record

_ORDERS = tuple(f"{name}:{way}" for name in ("name", "routes", "created_at") for way in ("asc", "desc"))


class EventOrchestrations(Collection):
    """In the list it lacks its integrations (PagerDuty API description)."""

    kind = "event_orchestration"
    plural = "orchestrations"
    path = "event_orchestrations"
    wrapper = "orchestration"

    def create(self, call: Call, body: Body) -> Record:
        draft = self._checked(call, body, {"description": "", "team": None, **made_now(call)}, None)
        label = f"{draft['name']} Default Integration"
        record = call.store.put(self.kind, new_uuid(), draft)
        add_integration(call.store, record.id, label)
        make_paths(call, record)
        return record

    def update(self, call: Call, record: Record, body: Body) -> Record:
        draft = self._checked(call, body, dict(record.body), record)
        return call.store.put(self.kind, record.id, {**draft, **changed_now(call)})

    def remove(self, call: Call, record: Record) -> None:
        drop_parts(call.store, record)
        call.store.delete(record.id)

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        body = dict(record.body)
        team = body.pop("team")
        return {
            "id": record.id,
            "self": f"{call.links.base_url}/event_orchestrations/{record.id}",
            **body,
            **_shown_team(call, team),
            "routes": len(routed_services(call, record)),
            **show_authors(call, body),
        }

    def show_one(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        return {**self.show(call, record, includes), "integrations": show_integrations(call.store, record)}

    def _list(self, call: Call) -> Answer:
        return Answer(200, paginate(call, self.plural, self._sorted(call), call.show))

    def _sorted(self, call: Call) -> Sequence[Record]:
        order = call.arg("sort_by") or _ORDERS[0]
        if order not in _ORDERS:
            raise invalid(f"Sort by must be one of: {', '.join(_ORDERS)}")
        name, _, way = order.partition(":")
        rows = list(call.store.sorted_by_name(self.kind))
        if name == "routes":
            rows.sort(key=lambda it: len(routed_services(call, it)))
        elif name == "created_at":
            rows.sort(key=lambda it: (it.body["created_at"], it.number))
        return rows[::-1] if way == "desc" else rows

    def _checked(self, call: Call, body: Body, draft: Body, record: Record | None) -> Body:
        form = Form(body, draft, creating=record is None)
        form.text("name", Text(255, min_length=1), required=True)
        if call.profile.reads("orchestration_names", "unique"):
            check_name(call, form, self.kind, record)
        form.description(null="", clean=description_cleaner(call, "orchestration_line_breaks"))
        # The Terraform provider clears a team with an id that is null.
        if body.get("team") == {"id": None}:
            draft["team"] = None
        else:
            form.reference("team", "team", call.store, null=None)
        form.finish()
        return draft


def _shown_team(call: Call, team: Body | None) -> Body:
    if team is not None:
        return {"team": {name: call.links.resolve(team)[name] for name in ("id", "type", "self")}}
    if call.profile.reads("orchestration_without_team", "left_out"):
        return {}
    return {"team": {"id": None} if call.profile.reads("orchestration_without_team", "null_id") else None}


EVENT_ORCHESTRATIONS = EventOrchestrations()
