"""Schedule, version 3: a shift-based schedule. It has rotations, but not the events that would fill them.

PagerDuty's API description asks for no ``X-Early-Access`` header; the Terraform provider sends one, and it is passed over.
"""

from __future__ import annotations

from dataclasses import replace

from pdsync.sandbox.api.collection import Collection, Handler, Route
from pdsync.sandbox.api.private import visible
from pdsync.sandbox.api.schedule_version import pointing_to
from pdsync.sandbox.http.call import ACCOUNT_TIME_ZONE, Answer, Call
from pdsync.sandbox.http.form import Form, Text, label
from pdsync.sandbox.http.links import WEB_URL
from pdsync.sandbox.http.pagination import matching, paginate
from pdsync.sandbox.http.problem import FieldProblem, Problem, invalid
from pdsync.sandbox.store.identifier import new_ulid
from pdsync.sandbox.store.record import Body, Record

ROTATION = "schedule_rotation"
_MOST_ROTATIONS = 10  # of a schedule (PagerDuty API description)
_FIELDS = {
    "name": "Name",
    "time_zone": "Time zone",
    "description": "Description",
    "teams": "Team",
    "rotations": "Rotations",
    "escalation_policies": "Escalation policies",
}
_LIST_LIMITS = (100, 1_000)  # PagerDuty API description, GET /v3/schedules


class SchedulesV3(Collection):
    kind = "schedule_v3"
    plural = "schedules"
    path = "v3/schedules"
    wrapper = "schedule"

    def routes(self) -> list[Route]:
        many, one = "/v3/schedules/<id>/rotations", "/v3/schedules/<id>/rotations/<rotation_id>"
        routes = [
            *super().routes(),
            Route("GET", many, self._rotations),
            Route("POST", many, self._add_rotation),
            Route("GET", one, self._rotation),
            Route("DELETE", one, self._drop_rotation),
        ]
        explained = [replace(route, handler=_explained(route.handler)) for route in routes]
        return pointing_to("schedule", explained)

    def create(self, call: Call, body: Body) -> Record:
        draft: Body = {"description": "", "teams": []}
        form = self._form(call, body, draft, creating=True)
        form.references("teams", "team", call.store)
        form.finish()
        return call.store.put(self.kind, call.store.new_id(), draft)

    def update(self, call: Call, record: Record, body: Body) -> Record:
        """A PUT has no teams (PagerDuty API description), but the Terraform provider sends them."""
        draft = dict(record.body)
        form, how = self._form(call, body, draft, creating=False), call.profile.reading("teams_of_shift_schedule")
        if how == "written":
            form.references("teams", "team", call.store)
        elif how == "refused" and form.has("teams"):
            form.error("Teams cannot be in the body")
        form.finish()
        return call.store.put(self.kind, record.id, draft)

    def remove(self, call: Call, record: Record) -> None:
        policies = call.store.referrers("escalation_policy", record.id)
        if policies:
            # Refused (PagerDuty API description); the text is the sandbox's own.
            names = ", ".join(f"'{it.body['name']}'" for it in policies)
            raise invalid(f"Schedule can't be deleted while escalation policies use it: {names}")
        for rotation in call.store.children(ROTATION, record.id):
            call.store.delete(rotation.id)
        call.store.delete(record.id)

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        body = record.body
        return {
            **call.links.head(record),
            "name": body["name"],
            "time_zone": body.get("time_zone", ACCOUNT_TIME_ZONE),
            "description": body.get("description", ""),
            "teams": [call.links.resolve(it) for it in body.get("teams", [])],
            "escalation_policies": [
                call.links.reference(it) for it in call.store.referrers("escalation_policy", record.id)
            ],
            "rotations": [show_rotation(call, it) for it in call.store.children(ROTATION, record.id)],
        }

    def _list(self, call: Call) -> Answer:
        teams = set(call.many("team_ids"))
        rows = [
            it
            for it in matching(call, visible(call, call.store.sorted_by_name(self.kind)), "name")
            if not teams or any(team["id"] in teams for team in it.body.get("teams", []))
        ]
        # Only references (PagerDuty API description).
        return Answer(200, paginate(call, self.plural, rows, call.links.reference, limits=_LIST_LIMITS))

    def _form(self, call: Call, body: Body, draft: Body, *, creating: bool) -> Form:
        """``rotations`` and ``escalation_policies`` are refused (PagerDuty API description), if perhaps not the empty list
        that the Terraform provider always sends."""
        takes_empty = call.profile.reads("empty_rotations", "taken")
        form = Form(body, draft, creating=creating)
        form.text("name", Text(255, min_length=1), required=True)
        form.zone("time_zone", required=True)
        form.text("description", Text(1024, clean=str.rstrip), null="")
        for name in ("rotations", "escalation_policies"):
            if body.get(name) or (form.has(name) and not takes_empty):
                form.error(f"{label(name)} cannot be in the body")
        return form

    def _rotations(self, call: Call, id: str) -> Answer:
        rows = call.store.children(ROTATION, call.record(self.kind, id).id)
        return Answer(200, paginate(call, "rotations", rows, lambda it: show_rotation(call, it)))

    def _add_rotation(self, call: Call, id: str) -> Answer:
        """The body is empty, or an empty object (PagerDuty API description)."""
        schedule = call.record(self.kind, id)
        if call.raw_body.strip() and call.json():
            raise invalid("The body must be empty: a rotation has no fields of its own")
        if len(call.store.children(ROTATION, schedule.id)) >= _MOST_ROTATIONS:
            raise invalid(f"A schedule has at most {_MOST_ROTATIONS} rotations")
        rotation = call.store.put(ROTATION, new_ulid(call.now), {}, schedule.id)
        return Answer(201, {"rotation": show_rotation(call, rotation)})

    def _rotation(self, call: Call, id: str, rotation_id: str) -> Answer:
        rotation = call.child(ROTATION, call.record(self.kind, id), rotation_id)
        return Answer(200, {"rotation": show_rotation(call, rotation)})

    def _drop_rotation(self, call: Call, id: str, rotation_id: str) -> Answer:
        call.store.delete(call.child(ROTATION, call.record(self.kind, id), rotation_id).id)
        return Answer(204)


def _explained(handler: Handler) -> Handler:
    """The handler, whose 400 says to which field each sentence belongs."""

    def handle(call: Call, **parts: str) -> Answer:
        try:
            return handler(call, **parts)
        except Problem as problem:
            if problem.status != 400:
                raise
            by_field: dict[str, list[str]] = {}
            for text in problem.errors:
                by_field.setdefault(_field(text), []).append(text)
            raise FieldProblem(by_field) from None

    return handle


def _field(text: str) -> str:
    """Found by the words that a sentence begins with."""
    return next((f"schedule.{name}" for name, words in _FIELDS.items() if text.startswith(words)), "schedule")


def show_rotation(call: Call, record: Record) -> Body:
    path = f"schedules/{record.parent}/rotations/{record.id}"
    return {
        "id": record.id,
        "type": ROTATION,
        "events": [],
        "self": f"{call.links.base_url}/v3/{path}",
        "html_url": f"{WEB_URL}/{path}",
    }


SCHEDULES_V3 = SchedulesV3()
