"""Schedule: who is on call when (version 2, with layers)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pdsync.sandbox.call import Call
from pdsync.sandbox.collection import Collection
from pdsync.sandbox.field import Form
from pdsync.sandbox.instant import zones
from pdsync.sandbox.membership import enroll
from pdsync.sandbox.problem import invalid
from pdsync.sandbox.schedule_layer import current_users, merged_layers, shown_layers
from pdsync.sandbox.store import Body, Record


class Schedules(Collection):
    kind = "schedule"
    plural = "schedules"
    known_includes = frozenset({"schedule_layers", "overrides_subschedule", "final_schedule"})

    def create(self, call: Call, body: Body) -> Record:
        # A name may be left out (PagerDuty API description), and need not be unique; "New Schedule" is a guess.
        draft: Body = {"name": "New Schedule", "description": "", "teams": [], "schedule_layers": []}
        id = call.store.new_id()
        return self._save(call, id, self._checked(call, body, draft, creating=True))

    def update(self, call: Call, record: Record, body: Body) -> Record:
        return self._save(call, record.id, self._checked(call, body, dict(record.body), creating=False))

    def remove(self, call: Call, record: Record) -> None:
        if call.store.referrers("escalation_policy", record.id):
            # Text: terraform-provider-pagerduty, resource_pagerduty_schedule.go, which compares it to the byte.
            raise invalid("Schedule can't be deleted if it's being used by escalation policies")
        if call.store.referrers("escalation", record.id):
            # Text: the same place. It stays after the policy was changed, until the incidents are closed (#567, #902).
            raise invalid(
                "Schedule can't be deleted if it's being used by an escalation policy snapshot with open incidents"
            )
        for override in call.store.children("override", record.id):
            call.store.delete(override.id)
        call.store.delete(record.id)

    def filtered(self, call: Call, records: Iterable[Record]) -> Sequence[Record]:
        teams = set(call.many("team_ids"))
        return [it for it in records if not teams or any(team["id"] in teams for team in it.body["teams"])]

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        body, links = record.body, call.links
        zone = call.arg("time_zone") or body["time_zone"]
        if zone not in zones():
            raise invalid("Time zone is not a valid time zone")
        shown: Body = {
            **links.head(record),
            "name": body["name"],
            "time_zone": body["time_zone"],
            "description": body["description"],
            "escalation_policies": [links.reference(it) for it in call.store.referrers("escalation_policy", record.id)],
            "users": [links.resolve({"id": id, "type": "user_reference"}) for id in current_users(body, call.now)],
            "teams": [links.resolve(team) for team in body["teams"]],
        }
        # Lists carry layers only when asked to (PagerDuty API description, include[] of GET /schedules).
        if "schedule_layers" in includes:
            shown["schedule_layers"] = list(shown_layers(call, body, zone))
        for field, name in (("overrides_subschedule", "Overrides"), ("final_schedule", "Final Schedule")):
            if field in includes:
                # Null unless since or until are given (PagerDuty API description); the sandbox never renders.
                shown[field] = {"name": name, "rendered_schedule_entries": [], "rendered_coverage_percentage": None}
        return shown

    def show_one(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        return self.show(call, record, includes | {"schedule_layers", "overrides_subschedule", "final_schedule"})

    def _checked(self, call: Call, body: Body, draft: Body, *, creating: bool) -> Body:
        form = Form(body, draft, creating=creating)
        form.text("name", max_length=255, min_length=1, null=draft["name"])
        form.description(null="")
        form.zone("time_zone", required=True)
        form.references("teams", "team", call.store)
        sent = form.objects("schedule_layers", null=None if creating else draft["schedule_layers"])
        if sent is not None:
            zone = draft.get("time_zone", "Etc/UTC")
            old = [] if creating else draft["schedule_layers"]
            draft["schedule_layers"] = merged_layers(call, form, sent, old, zone)
        form.finish()
        draft["schedule_layers"] = draft["schedule_layers"] or []
        return draft

    def _save(self, call: Call, id: str, body: Body) -> Record:
        record = call.store.put("schedule", id, body)
        for team in body["teams"]:
            enroll(call, team["id"], current_users(body, call.now))
        # Whoever joins a schedule that a team's policy uses joins that team as well.
        for policy in call.store.referrers("escalation_policy", id):
            for team in policy.body["teams"]:
                enroll(call, team["id"], current_users(body, call.now))
        return record


SCHEDULES = Schedules()
