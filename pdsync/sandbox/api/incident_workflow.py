"""Incident workflow: steps that PagerDuty runs for an incident. The sandbox stores workflows and runs none.

What starts it is in workflow_trigger.
"""

from __future__ import annotations

from pdsync.sandbox.api.collection import Collection, Route, check_name
from pdsync.sandbox.api.line_break import description_cleaner
from pdsync.sandbox.api.workflow_step import StepReader, ids_of, show_step
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body, Record

TRIGGER = "workflow_trigger"
_DEFAULTS: Body = {"description": "", "team": None, "is_enabled": True, "steps": []}


class IncidentWorkflows(Collection):
    """Its list has steps and team only where ``include[]`` asks for them (PagerDuty API description)."""

    kind = "incident_workflow"
    plural = "incident_workflows"
    known_includes = frozenset({"steps", "team"})

    def routes(self) -> list[Route]:
        return [*super().routes(), Route("POST", "/incident_workflows/<id>/instances", self._start)]

    def create(self, call: Call, body: Body) -> Record:
        draft = self._checked(call, body, {**_DEFAULTS, "created_at": stored(call.now)}, None)
        return call.store.put(self.kind, call.store.new_id(), draft)

    def update(self, call: Call, record: Record, body: Body) -> Record:
        is_whole = call.profile.reads("workflow_put", "whole")
        draft = {**record.body, **_DEFAULTS} if is_whole else workflow_body(record)
        return call.store.put(self.kind, record.id, self._checked(call, body, draft, record))

    def remove(self, call: Call, record: Record) -> None:
        for trigger in call.store.children(TRIGGER, record.id):
            call.store.delete(trigger.id)
        call.store.delete(record.id)

    def _delete(self, call: Call, id: str) -> Answer:
        self.remove(call, call.record(self.kind, id))
        return Answer(200)  # PagerDuty API description

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        body = workflow_body(record)
        shown = {
            **call.links.head(record),
            "name": body["name"],
            "description": body["description"],
            "created_at": body["created_at"],
            "is_enabled": body["is_enabled"],
        }
        if "steps" in includes:
            shown["steps"] = [show_step(call, it) for it in body["steps"]]
        if "team" in includes and body["team"] is not None:
            shown["team"] = {"id": body["team"]["id"], "type": "team_reference"}
        return shown

    def show_one(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        return self.show(call, record, self.known_includes)

    def _start(self, call: Call, id: str) -> Answer:
        """Nothing is run, so nothing is kept. An instance may bring its id (PagerDuty API description)."""
        call.record(self.kind, id)
        given = call.wrapped("incident_workflow_instance")
        draft: Body = {"id": call.store.new_id()}
        form = Form(given, draft, creating=True)
        form.text("id", Text(255, min_length=1))
        form.reference("incident", "incident", call.store, required=True)
        form.finish()
        incident = call.links.resolve(draft["incident"])
        shown = {"id": draft["id"], "type": "incident_workflow_instance", "incident": incident}
        return Answer(201, {"incident_workflow_instance": shown})

    def _checked(self, call: Call, body: Body, draft: Body, record: Record | None) -> Body:
        form = Form(body, draft, creating=record is None)
        form.text("name", Text(255, min_length=1), required=True)
        if call.profile.reads("workflow_names", "unique"):
            check_name(call, form, self.kind, record)
        form.description(null="", clean=description_cleaner(call, "workflow_line_breaks"))
        form.reference("team", "team", call.store, null=None)
        form.boolean("is_enabled", null=True)
        steps = StepReader(call, ids_of(workflow_body(record)["steps"]) if record is not None else set()).read(form)
        if steps is not None:
            draft["steps"] = steps
        form.finish()
        return draft


def workflow_body(record: Record) -> Body:
    """A state may leave out what has a default."""
    return {**_DEFAULTS, **record.body}


INCIDENT_WORKFLOWS = IncidentWorkflows()
