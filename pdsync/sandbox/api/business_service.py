"""Business service: what customers call a group of services, and who subscribes to its status."""

from __future__ import annotations

from pdsync.sandbox.api.business_impact import drop_impacts
from pdsync.sandbox.api.collection import Collection, Route, check_name
from pdsync.sandbox.api.service_dependency import drop_dependencies
from pdsync.sandbox.api.subscriber import list_subscribers, subscribe, unsubscribe
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.problem import Problem, invalid
from pdsync.sandbox.store.record import Body, Record

_MAX = 5_000  # per account (PagerDuty API description)


class BusinessServices(Collection):
    kind = "business_service"
    plural = "business_services"
    created = 200  # PagerDuty API description, POST /business_services

    def routes(self) -> list[Route]:
        return [
            *super().routes(),
            Route("GET", "/business_services/<id>/subscribers", self._subscribers),
            Route("POST", "/business_services/<id>/subscribers", self._subscribe),
            Route("POST", "/business_services/<id>/unsubscribe", self._unsubscribe),
        ]

    def create(self, call: Call, body: Body) -> Record:
        if call.store.count(self.kind) >= _MAX:
            raise invalid(f"An account has at most {_MAX} business services")
        draft: Body = {"description": None, "point_of_contact": None, "team": None}
        return call.store.put(self.kind, call.store.new_id(), self._checked(call, body, draft, None))

    def update(self, call: Call, record: Record, body: Body) -> Record:
        if not call.token.of_user and call.profile.reads("business_service_key", "refused"):
            raise Problem(403, 2010, "Access Denied", ["A business service can only be changed with a user's API key."])
        return call.store.put(self.kind, record.id, self._checked(call, body, dict(record.body), record))

    def _get(self, call: Call, id: str) -> Answer:
        if call.store.get(self.kind, id) is None and call.profile.reads("deleted_business_service", "array"):
            return Answer(200, [])
        return super()._get(call, id)

    def _put(self, call: Call, id: str) -> Answer:
        before, answer = call.record(self.kind, id), super()._put(call, id)
        if call.profile.reads("renamed_summary", "old") and isinstance(answer.body, dict):
            answer.body[self.kind]["summary"] = before.body["name"]
        return answer

    def remove(self, call: Call, record: Record) -> None:
        for subscription in call.store.children("subscription", record.id):
            call.store.delete(subscription.id)
        drop_impacts(call.store, record)
        drop_dependencies(call.store, record)
        call.store.delete(record.id)

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        team = record.body["team"] and call.links.resolve(record.body["team"])
        return {**call.links.head(record), **record.body, "team": team and {k: team[k] for k in ("id", "type", "self")}}

    def _checked(self, call: Call, body: Body, draft: Body, record: Record | None) -> Body:
        form = Form(body, draft, creating=record is None)
        form.text("name", Text(255, min_length=1), required=True)
        if call.profile.reads("business_service_names", "unique"):
            check_name(call, form, self.kind, record)
        form.description()
        form.text("point_of_contact", Text(255), null=None)
        _check_team(call, form, record)
        form.finish()
        return draft

    def _subscribers(self, call: Call, id: str) -> Answer:
        return list_subscribers(call, call.record(self.kind, id))

    def _subscribe(self, call: Call, id: str) -> Answer:
        return subscribe(call, call.record(self.kind, id))

    def _unsubscribe(self, call: Call, id: str) -> Answer:
        return unsubscribe(call, call.record(self.kind, id))


def _check_team(call: Call, form: Form, record: Record | None) -> None:
    """What takes a service out of its team, a null or an empty id, is a question."""
    given = form.body.get("team")
    is_empty = isinstance(given, dict) and given.get("id") == ""
    if record is None or not (is_empty or (given is None and form.has("team"))):
        form.reference("team", "team", call.store, null=None)
        return
    reading = call.profile.reading("business_service_empty_team" if is_empty else "business_service_without_team")
    if reading == "cleared":
        form.draft["team"] = None
    elif reading == "refused":
        form.error("Team Not Found" if is_empty else "Team can't be blank")


BUSINESS_SERVICES = BusinessServices()
