"""Schedule: who is on call when (version 2, with layers)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from pdsync.sandbox.api.collection import Collection, Route, check_name
from pdsync.sandbox.api.membership import enroll
from pdsync.sandbox.api.schedule_layer import merged_layers, shown_layers, zone_of_moments
from pdsync.sandbox.api.schedule_version import pointing_to
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.period import asked_period, asked_zone
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.paging.rendering import Rendering, render
from pdsync.sandbox.paging.rotation import current_users
from pdsync.sandbox.paging.span import Span, coverage_percent, cut
from pdsync.sandbox.store.instant import shown as show_instant
from pdsync.sandbox.store.instant import stored, zones
from pdsync.sandbox.store.record import Body, Record

_HORIZON = timedelta(days=90)


class _NotKept(Exception):  # noqa: N818 (no error: it ends the transaction of a preview)
    pass


class Schedules(Collection):
    kind = "schedule"
    plural = "schedules"
    known_includes = frozenset({"schedule_layers", "overrides_subschedule", "final_schedule"})

    def routes(self) -> list[Route]:
        return [Route("POST", "/schedules/preview", self._preview), *pointing_to("schedule_v3", super().routes())]

    def create(self, call: Call, body: Body) -> Record:
        # A name may be left out (PagerDuty API description), and names may repeat; "New Schedule" is a guess.
        draft: Body = {"name": "New Schedule", "description": "", "teams": [], "schedule_layers": []}
        id = call.store.new_id()
        return self._save(call, id, self._checked(call, body, draft, None))

    def update(self, call: Call, record: Record, body: Body) -> Record:
        return self._save(call, record.id, self._checked(call, body, dict(record.body), record))

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
        if not teams:  # as most pages of a large account are asked for
            return list(records)
        return [it for it in records if any(team["id"] in teams for team in it.body["teams"])]

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        body, links = record.body, call.links
        zone = asked_zone(call) if call.arg("time_zone") else body["time_zone"]
        if zone not in zones(aliases=True):
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
        wanted = includes & self.known_includes
        period = asked_period(call) if wanted else None
        rendering = render(call.store, record, *period) if period is not None else Rendering({}, [], [])
        # Lists carry layers only when asked to (PagerDuty API description, include[] of GET /schedules).
        if "schedule_layers" in wanted:
            shown["schedule_layers"] = [
                {**it, **_show_spans(call, rendering.layers.get(it["id"], ()), period, zone)}
                for it in shown_layers(call, body, zone)
            ]
        if "overrides_subschedule" in wanted:
            shown["overrides_subschedule"] = {
                "name": "Overrides",
                **_show_spans(call, rendering.overrides, period, zone),
            }
        if "final_schedule" in wanted:
            shown["final_schedule"] = {"name": "Final Schedule", **_show_spans(call, rendering.final, period, zone)}
        following = self._next_on_call(call, record, call.arg("include_next_oncall_for_user"), zone)
        if following is not None:
            shown["next_oncall_for_user"] = following
        return shown

    def _next_on_call(self, call: Call, record: Record, user: str | None, zone: str) -> Body | None:
        """The shift that is on or the next one, within 90 days (a guess, as long as /oncalls looks ahead)."""
        if user is None:
            return None
        for span in render(call.store, record, call.now, call.now + _HORIZON).final:
            if span.user == user:
                return {
                    "start": show_instant(stored(span.start), zone),
                    "end": show_instant(stored(span.end), zone),
                    "user": call.links.resolve({"id": user, "type": "user_reference"}),
                }
        return None

    def _preview(self, call: Call) -> Answer:
        """What a POST would make, with ``since`` and ``until`` rendered; nothing is kept."""
        try:
            with call.store.transaction():
                shown = self.show_one(call, self.create(call, call.wrapped(self.kind)), frozenset())
                raise _NotKept
        except _NotKept:
            if call.profile.reads("preview_id", "none"):
                del shown["id"]
            return Answer(200, {self.kind: {**shown, "self": None, "html_url": None}})

    def show_one(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        return self.show(call, record, includes | {"schedule_layers", "overrides_subschedule", "final_schedule"})

    def _checked(self, call: Call, body: Body, draft: Body, record: Record | None) -> Body:
        creating = record is None
        form = Form(body, draft, creating=creating)
        form.text("name", Text(255, min_length=1), null=draft["name"])
        form.description(null="")
        form.zone("time_zone", required=True, aliases=call.profile.reads("zone_aliases", "kept"))
        if call.profile.reads("schedule_teams", "written"):
            form.references("teams", "team", call.store)
        sent = form.objects("schedule_layers", null=None if creating else draft["schedule_layers"])
        if sent is not None:
            zone = zone_of_moments(call, draft.get("time_zone", "Etc/UTC"))
            old = [] if creating else draft["schedule_layers"]
            draft["schedule_layers"] = merged_layers(call, form, sent, old, zone)
        if call.profile.reads("schedule_names", "unique"):
            check_name(call, form, self.kind, record)
        form.finish()
        draft["schedule_layers"] = draft["schedule_layers"] or []
        return draft

    def _save(self, call: Call, id: str, body: Body) -> Record:
        record = call.store.put("schedule", id, body)
        for team in body["teams"]:
            enroll(call, team["id"], current_users(body, call.now))
        # A user who joins a schedule that a team's policy uses joins that team as well.
        for policy in call.store.referrers("escalation_policy", id):
            for team in policy.body["teams"]:
                enroll(call, team["id"], current_users(body, call.now))
        return record


def _show_spans(call: Call, spans: Sequence[Span], period: tuple[datetime, datetime] | None, zone: str) -> Body:
    """``rendered_schedule_entries`` and ``rendered_coverage_percentage``; without a period there are none (PagerDuty
    API description). Entries are cut off at the period unless ``overflow=true``."""
    if period is None:
        return {"rendered_schedule_entries": [], "rendered_coverage_percentage": None}
    entries = spans if call.arg("overflow") == "true" else cut(spans, *period)
    return {
        "rendered_schedule_entries": [
            {
                "start": show_instant(stored(it.start), zone),
                "end": show_instant(stored(it.end), zone),
                "user": call.links.resolve({"id": it.user, "type": "user_reference"}),
            }
            for it in entries
        ],
        "rendered_coverage_percentage": coverage_percent(spans, *period),
    }


SCHEDULES = Schedules()
