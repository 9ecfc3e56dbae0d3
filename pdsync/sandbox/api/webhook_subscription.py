"""Webhook subscription: a web address to which PagerDuty reports what happens. The sandbox keeps it, and sends nothing to it.

Its signing secret and the values of its headers are checked, answered where PagerDuty answers them, and forgotten.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence

from pdsync.sandbox.api.collection import Collection, Route
from pdsync.sandbox.api.line_break import description_cleaner
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import REFUSE, Form, Text
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.record import Body, Record

_REDACTED = "-- redacted --"  # what the Terraform provider reads, and sends back
_MOST = 10  # for the account, a service or a team (PagerDuty's support page about webhooks)
_TARGETS = ("service", "team")
_URL = re.compile(r"https?://[^\s/]+\S*")


class WebhookSubscriptions(Collection):
    kind = "webhook_subscription"
    plural = "webhook_subscriptions"
    created = 200  # PagerDuty API description, POST /webhook_subscriptions

    def routes(self) -> list[Route]:
        one = f"/{self.plural}/<id>"
        actions = [Route("POST", f"{one}/enable", self._enable), Route("POST", f"{one}/ping", self._ping)]
        return [*super().routes(), *actions]

    def create(self, call: Call, body: Body) -> Record:
        draft: Body = {"description": "", "active": True}
        form = Form(body, draft, creating=True)
        form.choice("type", (self.kind,), required=True)
        self._check_shared(call, form)
        _check_delivery(form)
        form.finish()
        if sum(it.body["filter"] == draft["filter"] for it in call.store.all(self.kind)) >= _MOST:
            raise invalid(f"An account, a service or a team has at most {_MOST} webhook subscriptions")
        delivery = {"id": call.store.new_id(), **draft["delivery_method"]}
        return call.store.put(self.kind, call.store.new_id(), {**draft, "delivery_method": delivery})

    def update(self, call: Call, record: Record, body: Body) -> Record:
        """The delivery method stays as it was made (PagerDuty API description)."""
        draft = dict(record.body)
        form = Form(body, draft, creating=False)
        self._check_shared(call, form)
        form.finish()
        return call.store.put(self.kind, record.id, draft)

    def remove(self, call: Call, record: Record) -> None:
        call.store.delete(record.id)

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        body = record.body
        headers = [{"name": it["name"], "value": _REDACTED} for it in body["delivery_method"]["custom_headers"]]
        delivery = {"temporarily_disabled": False, **body["delivery_method"], "custom_headers": headers, "secret": None}
        shown = {it: value for it, value in body.items() if it != "oauth_client_id"}
        client = call.store.get("oauth_client", body.get("oauth_client_id") or "")
        if client is not None:
            reference = {"id": client.id, "type": "oauth_client_reference", "summary": client.body["name"]}
            shown["oauth_client"] = reference
        filled = {"delivery_method": delivery, "filter": {"id": None, **body["filter"]}}
        return {"id": record.id, **shown, "type": self.kind, **filled}

    def _list(self, call: Call) -> Answer:
        rows = self.filtered(call, call.store.ordered(self.kind))
        return Answer(200, paginate(call, self.plural, rows, call.show))

    def _post(self, call: Call) -> Answer:
        """The secret is in the answer to the POST alone (PagerDuty API description)."""
        record = self.create(call, call.wrapped(self.kind))
        shown = self.show(call, record, frozenset())
        delivery = {**shown["delivery_method"], "secret": secrets.token_hex(32)}
        return Answer(self.created, {self.kind: {**shown, "delivery_method": delivery}})

    def _enable(self, call: Call, id: str) -> Answer:
        """It is delivered again, until its receiver fails again."""
        record = call.record(self.kind, id)
        delivery = {**record.body["delivery_method"], "temporarily_disabled": False}
        record = call.store.put(self.kind, id, {**record.body, "delivery_method": delivery})
        return self._answer(200, call, record, frozenset())

    def _ping(self, call: Call, id: str) -> Answer:
        """Nothing is delivered."""
        call.record(self.kind, id)
        return Answer(202)

    def filtered(self, call: Call, records: Iterable[Record]) -> Sequence[Record]:
        kind, id = call.arg("filter_type"), call.arg("filter_id")
        if kind is None:
            return list(records)
        if kind not in (*_TARGETS, "account"):
            raise invalid("Filter type must be one of: account, service, team")
        if kind in _TARGETS and id is None:
            raise invalid("Filter id can't be blank")  # PagerDuty API description
        wanted = {"type": f"{kind}_reference", **({"id": id} if kind in _TARGETS else {})}
        return [it for it in records if it.body["filter"] == wanted]

    def _check_shared(self, call: Call, form: Form) -> None:
        _check_description(call, form)
        form.boolean("active")
        _check_oauth_client(call, form)
        events = form.body.get("events")
        if form.has("events") or form.creating:
            if isinstance(events, list) and events and all(isinstance(it, str) and it.strip() for it in events):
                # The server sorts them (terraform-provider-pagerduty #934).
                form.draft["events"] = sorted({it.strip() for it in events})
            else:
                form.error("Events must be an array of strings that is not empty")
        target = form.object("filter", required=True)
        if target is not None:
            form.draft["filter"] = _checked_filter(call, form, target)


def _check_oauth_client(call: Call, form: Form) -> None:
    form.text("oauth_client_id", Text(255, min_length=1), null=None)
    identity = form.draft.get("oauth_client_id")
    if identity is not None and call.store.get("oauth_client", identity) is None:
        form.error("Oauth client not found")


def _check_description(call: Call, form: Form) -> None:
    longest = 1024 if call.profile.reads("webhook_description_length", "long") else 255
    cleared = call.profile.reading("webhook_description_null")
    if cleared == "kept" and form.has("description") and form.body["description"] is None:
        return
    clean = description_cleaner(call, "webhook_line_breaks")
    form.text("description", Text(longest, clean=clean), null=REFUSE if cleared == "refused" else "")


def _checked_filter(call: Call, form: Form, target: Body) -> Body | None:
    draft: Body = {}
    types = ("account_reference", *(f"{it}_reference" for it in _TARGETS))
    form.nested(target, draft, "Filter: ").choice("type", types, required=True)
    kind = str(draft.get("type")).removesuffix("_reference")
    return form.pointer(target, kind, call.store) if kind in _TARGETS else draft


def _check_delivery(form: Form) -> None:
    given = form.object("delivery_method", required=True)
    if given is None:
        return
    draft: Body = {"custom_headers": []}
    part = form.nested(given, draft, "Delivery method: ")
    part.choice("type", ("http_delivery_method",), required=True)
    part.text("url", Text(2048, min_length=1, check=_url_problem), required=True)
    for header in part.objects("custom_headers", null=[]) or []:
        found: Body = {}
        inner = part.nested(header, found, "custom headers: ")
        inner.text("name", Text(255, min_length=1), required=True)
        inner.text("value", Text(4096), required=True)
        draft["custom_headers"] = [*draft["custom_headers"], {"name": found.get("name")}]
    form.draft["delivery_method"] = draft


def _url_problem(text: str) -> str | None:
    return None if _URL.fullmatch(text) else "must be a web address"


WEBHOOK_SUBSCRIPTIONS = WebhookSubscriptions()
