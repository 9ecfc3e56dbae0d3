"""Maintenance window: a time in which services create no incidents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pdsync.sandbox.api.collection import Collection
from pdsync.sandbox.http.call import ACCOUNT_TIME_ZONE, Call, pointer
from pdsync.sandbox.http.form import Form
from pdsync.sandbox.http.problem import Problem, invalid
from pdsync.sandbox.http.requester import author
from pdsync.sandbox.paging.service_status import window_states
from pdsync.sandbox.store.instant import loaded, shown, stored
from pdsync.sandbox.store.record import Body, Record
from pdsync.sandbox.store.store import Store

_OTHER_ZONE = "Asia/Tokyo"
_FILTERS = ("past", "future", "ongoing", "open", "all")


class MaintenanceWindows(Collection):
    kind = "maintenance_window"
    plural = "maintenance_windows"
    query_fields = ("description",)
    known_includes = frozenset({"teams", "services", "users"})

    def create(self, call: Call, body: Body) -> Record:
        created_by = pointer(author(call))
        number = max((it.body["sequence_number"] for it in call.store.all(self.kind)), default=0) + 1
        draft: Body = {"description": None, "created_by": created_by, "sequence_number": number}
        return call.store.put(self.kind, call.store.new_id(), self._checked(call, body, draft, None))

    def update(self, call: Call, record: Record, body: Body) -> Record:
        return call.store.put(self.kind, record.id, self._checked(call, body, dict(record.body), record))

    def remove(self, call: Call, record: Record) -> None:
        """A window that is on ends now, a window that is over cannot be deleted: 405 (PagerDuty API description; code:
        terraform-provider-pagerduty #396; the text is a guess)."""
        if loaded(record.body["end_time"]) <= call.now:
            raise Problem(405, 5003, "Invalid Input Provided", ["The maintenance window has already ended"])
        if loaded(record.body["start_time"]) < call.now:
            call.store.put(self.kind, record.id, {**record.body, "end_time": stored(call.now)})
        else:
            call.store.delete(record.id)

    def filtered(self, call: Call, records: Iterable[Record]) -> Sequence[Record]:
        wanted = call.arg("filter") or "all"
        if wanted not in _FILTERS:
            raise invalid(f"Filter must be one of: {', '.join(_FILTERS)}")
        teams, services = set(call.many("team_ids")), set(call.many("service_ids"))
        return [
            it
            for it in sorted(records, key=lambda it: it.number)
            if (wanted == "all" or wanted in window_states(it, call.now))
            and (not services or any(service["id"] in services for service in it.body["services"]))
            and (not teams or any(team["id"] in teams for team in _teams(call, it)))
        ]

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        body = record.body
        return {
            **call.links.head(record),
            **body,
            **{name: shown(body[name], _shown_zone(call)) for name in ("start_time", "end_time")},
            "services": [call.embed(it, whole="services" in includes) for it in body["services"]],
            "teams": [call.embed(it, whole="teams" in includes) for it in _teams(call, record)],
            "created_by": call.embed(body["created_by"], whole="users" in includes),
        }

    def _checked(self, call: Call, body: Body, draft: Body, record: Record | None) -> Body:
        form = Form(body, draft, creating=record is None)
        form.description()
        for name in ("start_time", "end_time"):
            form.moment(name, ACCOUNT_TIME_ZONE, required=True)
        form.references("services", "service", call.store)
        if not draft.get("services"):
            form.error("Services can't be blank")
        if "start_time" in draft and (record is None or draft["start_time"] != record.body["start_time"]):
            # Code 2001: terraform-provider-pagerduty PR 467; the text is a guess.
            if record is not None and loaded(record.body["start_time"]) <= call.now:
                form.error("Start time of a window that has begun cannot be changed")
            # A start in the past becomes now (PagerDuty API description).
            draft["start_time"] = max(draft["start_time"], stored(call.now))
        if "start_time" in draft and "end_time" in draft:
            if loaded(draft["end_time"]) <= call.now:
                form.error("End time must be in the future")
            elif draft["end_time"] <= draft["start_time"]:
                form.error("End time must be after start time")
        form.finish()
        return draft


def leave_windows(store: Store, service: Record) -> None:
    """Takes a service that is about to be deleted out of all windows."""
    for window in store.referrers("maintenance_window", service.id):
        left = [it for it in window.body["services"] if it["id"] != service.id]
        if left or store.profile.reads("window_of_deleted_service", "stays"):
            store.put("maintenance_window", window.id, {**window.body, "services": left})
        else:
            store.delete(window.id)


def _shown_zone(call: Call) -> str:
    return _OTHER_ZONE if call.profile.reads("window_times", "offset") else ACCOUNT_TIME_ZONE


def _teams(call: Call, window: Record) -> list[Body]:
    """Those of the services' policies (read-only, PagerDuty API description)."""
    found: dict[str, Body] = {}
    for service in window.body["services"]:
        record = call.store.get("service", service["id"])
        policy = call.store.get("escalation_policy", record.body["escalation_policy"]["id"]) if record else None
        found |= {team["id"]: team for team in (policy.body["teams"] if policy else [])}
    return list(found.values())


MAINTENANCE_WINDOWS = MaintenanceWindows()
