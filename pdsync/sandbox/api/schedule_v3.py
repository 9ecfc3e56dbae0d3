"""Schedule, version 3: a shift-based schedule, with rotations whose events say who has which shift.

PagerDuty's API description asks for no ``X-Early-Access`` header; the Terraform provider sends one, and it is passed over.
"""

from __future__ import annotations

from dataclasses import replace

from pdsync.sandbox.api.collection import Collection, Route
from pdsync.sandbox.api.custom_shift import custom_shift_routes
from pdsync.sandbox.api.final_schedule import show_final_schedule
from pdsync.sandbox.api.override_shift import override_shift_routes
from pdsync.sandbox.api.private import visible
from pdsync.sandbox.api.rotation import drop_rotation, rotation_routes, rotations_of, show_rotation
from pdsync.sandbox.api.rotation_event import rotation_event_routes
from pdsync.sandbox.api.schedule_version import pointing_to
from pdsync.sandbox.http.call import ACCOUNT_TIME_ZONE, Answer, Call
from pdsync.sandbox.http.field_form import FieldForm, by_field
from pdsync.sandbox.http.form import Text, label
from pdsync.sandbox.http.pagination import matching, paginate
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.paging.event_state import ROTATION
from pdsync.sandbox.paging.on_call_schedule import users_of
from pdsync.sandbox.paging.shift_rendering import CUSTOM_SHIFT, OVERRIDE
from pdsync.sandbox.store.record import Body, Record

_LIST_LIMITS = (100, 1_000)  # PagerDuty API description, GET /v3/schedules


class SchedulesV3(Collection):
    kind = "schedule_v3"
    plural = "schedules"
    path = "v3/schedules"
    wrapper = "schedule"
    known_includes = frozenset({"final_schedule", "users"})

    def routes(self) -> list[Route]:
        routes = [
            replace(route, handler=by_field(route.handler, path))
            for path, some in (
                ("schedule", super().routes()),
                ("rotation", rotation_routes()),
                ("event", rotation_event_routes()),
                ("overrides", override_shift_routes()),
                ("custom_shifts", custom_shift_routes()),
            )
            for route in some
        ]
        return pointing_to("schedule", routes)

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
            form.problem("teams", "Teams cannot be in the body")
        form.finish()
        return call.store.put(self.kind, record.id, draft)

    def remove(self, call: Call, record: Record) -> None:
        policies = call.store.referrers("escalation_policy", record.id)
        if policies:
            # Refused (PagerDuty API description); the text is the sandbox's own.
            names = ", ".join(f"'{it.body['name']}'" for it in policies)
            raise invalid(f"Schedule can't be deleted while escalation policies use it: {names}")
        for rotation in call.store.children(ROTATION, record.id):
            drop_rotation(call, rotation)
        for kind in (OVERRIDE, CUSTOM_SHIFT):
            for child in call.store.children(kind, record.id):
                call.store.delete(child.id)
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
            "rotations": [show_rotation(call, it) for it in rotations_of(call, record)],
            **self._included(call, record, includes),
        }

    def _included(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        """The final schedule is there only with both ends of its period (PagerDuty API description)."""
        shown: Body = {}
        if "users" in includes:
            ids = users_of(call.store, record, call.now)
            shown["users"] = [call.links.resolve({"id": it, "type": "user_reference"}) for it in ids]
        if "final_schedule" in includes and call.arg("since") and call.arg("until"):
            shown["final_schedule"] = show_final_schedule(call, record)
        return shown

    def _list(self, call: Call) -> Answer:
        teams = set(call.many("team_ids"))
        rows = [
            it
            for it in matching(call, visible(call, call.store.sorted_by_name(self.kind)), "name")
            if not teams or any(team["id"] in teams for team in it.body.get("teams", []))
        ]
        # Only references (PagerDuty API description).
        return Answer(200, paginate(call, self.plural, rows, call.links.reference, limits=_LIST_LIMITS))

    def _form(self, call: Call, body: Body, draft: Body, *, creating: bool) -> FieldForm:
        """``rotations`` and ``escalation_policies`` are refused (PagerDuty API description), if perhaps not the empty list
        that the Terraform provider always sends."""
        takes_empty = call.profile.reads("empty_rotations", "taken")
        form = FieldForm(body, draft, "schedule", creating=creating)
        form.text("name", Text(255, min_length=1), required=True)
        form.zone("time_zone", required=True)
        if draft.get("time_zone") == "UTC":
            draft["time_zone"] = ACCOUNT_TIME_ZONE  # terraform-provider-pagerduty #1127
        form.text("description", Text(1024, clean=str.rstrip), null="")
        for name in ("rotations", "escalation_policies"):
            if body.get(name) or (form.has(name) and not takes_empty):
                form.problem(name, f"{label(name)} cannot be in the body")
        return form


SCHEDULES_V3 = SchedulesV3()
