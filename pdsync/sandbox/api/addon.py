"""Add-on: a page of another site that PagerDuty shows inside its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pdsync.sandbox.api.collection import Collection
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.record import Body, Record

KIND = "addon"
_TYPES = ("full_page_addon", "incident_show_addon")
_MOST = 100  # PagerDuty API description, the length of a name


class Addons(Collection):
    """The API cannot say which services show one: that comes from a state."""

    kind = KIND
    plural = "addons"
    query_fields = ()

    def create(self, call: Call, body: Body) -> Record:
        draft: Body = {}
        form = Form(body, draft, creating=True)
        form.choice("type", _TYPES, required=True)
        _check_shared(form)
        return call.store.put(self.kind, call.store.new_id(), draft)

    def update(self, call: Call, record: Record, body: Body) -> Record:
        """Its type stays (terraform-provider-pagerduty makes another add-on for another type)."""
        draft = dict(record.body)
        _check_shared(Form(body, draft, creating=False))
        return call.store.put(self.kind, record.id, draft)

    def remove(self, call: Call, record: Record) -> None:
        call.store.delete(record.id)

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        """In a list its type has the ending of a reference (PagerDuty API description)."""
        return {**self.show_one(call, record, includes), "type": f"{record.body['type']}_reference"}

    def show_one(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        body = record.body
        return {
            "id": record.id,
            "type": body["type"],
            "summary": body["name"],
            "self": f"{call.links.base_url}/addons/{record.id}",
            "html_url": None,
            "name": body["name"],
            "src": body["src"],
            "services": [call.embed(it, whole="services" in includes) for it in body.get("services", [])],
        }

    def filtered(self, call: Call, records: Iterable[Record]) -> Sequence[Record]:
        kind, services = call.arg("filter"), set(call.many("service_ids"))
        if kind is not None and kind not in _TYPES:
            raise invalid(f"Filter must be one of: {', '.join(_TYPES)}")
        return [
            it
            for it in records
            if (kind is None or it.body["type"] == kind)
            and (not services or any(service["id"] in services for service in it.body.get("services", [])))
        ]

    def _list(self, call: Call) -> Answer:
        rows, includes = self.filtered(call, call.store.sorted_by_name(self.kind)), call.includes()
        return Answer(200, paginate(call, self.plural, rows, lambda it: self.show(call, it, includes)))

    def _post(self, call: Call) -> Answer:
        """Its type has the ending of a reference here too (PagerDuty API description)."""
        record = self.create(call, call.wrapped(self.kind))
        return Answer(201, {self.kind: self.show(call, record, frozenset())})


def _check_shared(form: Form) -> None:
    form.text("name", Text(_MOST, min_length=1), required=True)
    form.text("src", Text(2048, min_length=1, check=_url_problem), required=True)
    form.finish()


def _url_problem(text: str) -> str | None:
    """PagerDuty API description: HTTPS is required."""
    return None if text.startswith("https://") else "must be a web address that begins with https://"


ADDONS = Addons()
