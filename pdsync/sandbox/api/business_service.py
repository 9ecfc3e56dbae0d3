"""Business service: what customers know a group of services as, and who wants to hear of its state."""

from __future__ import annotations

from typing import Any

from pdsync.sandbox.api.collection import Collection, Route
from pdsync.sandbox.api.service_dependency import drop_dependencies
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import REFUSE, Form, Text
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.record import Body, Record

ACCOUNT_ID = "PSANDB0X"
_MAX = 5_000  # per account (PagerDuty API description)
_SUBSCRIBERS = ("user", "team")


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
        return call.store.put(self.kind, call.store.new_id(), self._checked(call, body, draft, creating=True))

    def update(self, call: Call, record: Record, body: Body) -> Record:
        return call.store.put(self.kind, record.id, self._checked(call, body, dict(record.body), creating=False))

    def remove(self, call: Call, record: Record) -> None:
        for subscription in call.store.children("subscription", record.id):
            call.store.delete(subscription.id)
        drop_dependencies(call.store, record)
        call.store.delete(record.id)

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        team = record.body["team"] and call.links.resolve(record.body["team"])
        return {**call.links.head(record), **record.body, "team": team and {k: team[k] for k in ("id", "type", "self")}}

    def _checked(self, call: Call, body: Body, draft: Body, *, creating: bool) -> Body:
        form = Form(body, draft, creating=creating)
        form.text("name", Text(255, min_length=1), required=True)
        form.description()
        form.text("point_of_contact", Text(255), null=None)
        form.reference("team", "team", call.store, null=None)
        form.finish()
        return draft

    def _subscribers(self, call: Call, id: str) -> Answer:
        rows = call.store.children("subscription", call.record(self.kind, id).id)
        page = paginate(call, "subscribers", rows, lambda it: dict(it.body))
        return Answer(200, {**page, "account_id": ACCOUNT_ID})

    def _subscribe(self, call: Call, id: str) -> Answer:
        """Asked as ``subscribers``, answered as ``subscriptions`` (PagerDuty API description)."""
        service = call.record(self.kind, id)
        answers = []
        for kind, subscriber in self._given(call):
            key = _subscription_id(service, kind, subscriber)
            body = {"subscriber_id": subscriber, "subscriber_type": kind}
            # An unknown id is answered like that of another account (a guess: there are only these three results).
            result = "success" if call.store.get(kind, subscriber) else "unauthorized"
            if call.store.find(key) is not None:
                result = "duplicate"
            elif result == "success":
                call.store.put("subscription", key, body, service.id)
            answers.append(
                {
                    **body,
                    "subscribable_id": service.id,
                    "subscribable_type": "business_service",
                    "account_id": ACCOUNT_ID,
                    "result": result,
                }
            )
        return Answer(200, {"subscriptions": answers})

    def _unsubscribe(self, call: Call, id: str) -> Answer:
        service = call.record(self.kind, id)
        given = self._given(call)
        keys = dict.fromkeys(_subscription_id(service, kind, subscriber) for kind, subscriber in given)
        there = [key for key in keys if call.store.find(key) is not None]
        for key in there:
            call.store.delete(key)
        counts = {"deleted_count": len(there), "unauthorized_count": 0, "non_existent_count": len(given) - len(there)}
        return Answer(200, counts)

    def _given(self, call: Call) -> list[tuple[str, str]]:
        draft: dict[str, Any] = {}
        form = Form(call.json(), draft, creating=True)
        found = []
        for item in form.objects("subscribers", required=True) or []:
            inner = form.nested(item, draft, "Subscribers: ")
            inner.choice("subscriber_type", _SUBSCRIBERS, required=True)
            id = inner.value("subscriber_id", required=True, null=REFUSE)
            if isinstance(id, str) and not form.errors:
                found.append((draft["subscriber_type"], id))
            elif id is not REFUSE and not isinstance(id, str):
                inner.error("Subscriber id must be a string")
        form.finish()
        return found


def _subscription_id(service: Record, kind: str, subscriber: str) -> str:
    return f"{service.id}:{kind}:{subscriber}"


BUSINESS_SERVICES = BusinessServices()
