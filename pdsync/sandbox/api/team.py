"""Team: a group of people and what belongs to it. Its members are in membership.py."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Collection, check_name
from pdsync.sandbox.api.loose_end import tie_loose_ends
from pdsync.sandbox.api.tag import drop_tags
from pdsync.sandbox.http.call import Answer, Call, pointer
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.problem import Problem, invalid
from pdsync.sandbox.store.record import Body, Record


class Teams(Collection):
    kind = "team"
    plural = "teams"

    def create(self, call: Call, body: Body) -> Record:
        # default_role: PagerDuty API description. parent: terraform-provider-pagerduty, resource_pagerduty_team.go.
        draft: Body = {"description": None, "default_role": "manager", "parent": None}
        return call.store.put("team", call.store.new_id(), self._checked(call, body, draft, None))

    def update(self, call: Call, record: Record, body: Body) -> Record:
        return call.store.put("team", record.id, self._checked(call, body, dict(record.body), record))

    def remove(self, call: Call, record: Record) -> None:
        store = call.store
        # Services count too; they belong to a team through their policy, which already prevents the deletion.
        if any(store.referrers(kind, record.id) for kind in ("escalation_policy", "schedule", "schedule_v3", "team")):
            # Code and texts: terraform-provider-pagerduty PR 129.
            text = (
                "Cannot delete team with existing associations; "
                "associations could be Escalation Policies, Services, Schedules or Subteams"
            )
            raise Problem(400, 6006, "Team has existing associations", [text])
        self._reassign(call, record)
        for membership in store.children("membership", record.id):
            store.delete(membership.id)
        drop_tags(store, record)
        tie_loose_ends(store, record)
        store.delete(record.id)

    def _reassign(self, call: Call, record: Record) -> None:
        """Open incidents go to ``reassignment_team`` (PagerDuty API description), or lose this team."""
        other = call.arg("reassignment_team")
        target = call.record("team", other) if other else None
        if target is record:
            raise invalid("Reassignment team must be another team")
        for incident in call.store.referrers("incident", record.id):
            if incident.body["status"] != "resolved":
                kept = [it for it in incident.body["teams"] if it["id"] not in (record.id, other)]
                teams = [*kept, pointer(target)] if target is not None else kept
                call.store.put("incident", incident.id, {**incident.body, "teams": teams})

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        parent = record.body["parent"]
        return {
            **call.links.head(record),
            **record.body,
            "parent": call.links.resolve(parent) if parent else None,
        }

    def _get(self, call: Call, id: str) -> Answer:
        """Only here ``include[]=privileges`` (PagerDuty API description)."""
        record = call.record("team", id)
        shown = self.show(call, record, call.includes())
        if "privileges" in call.includes() and call.profile.reads("team_privileges", "permissions"):
            permissions = ["read"] if call.token.read_only else ["read", "update", "delete"]
            shown["privileges"] = {"permissions": permissions}
        return Answer(200, {"team": shown})

    def _checked(self, call: Call, body: Body, draft: Body, record: Record | None) -> Body:
        form = Form(body, draft, creating=record is None)
        form.text("name", Text(100, min_length=1), required=True)
        form.description()
        form.choice("default_role", ("manager", "none"))
        form.reference("parent", "team", call.store, null=None)
        if call.profile.reads("team_names", "unique"):
            check_name(call, form, self.kind, record)
        if record is not None and self._is_below(call, draft["parent"], record.id):
            form.error("Parent cannot be the team itself or a team below it")
        form.finish()
        return draft

    def _is_below(self, call: Call, parent: Body | None, id: str) -> bool:
        while parent is not None:
            if parent["id"] == id:
                return True
            above = call.store.get("team", parent["id"])
            parent = above.body["parent"] if above is not None else None
        return False


TEAMS = Teams()
