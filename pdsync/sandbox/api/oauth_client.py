"""OAuth client of webhooks: the credentials with which PagerDuty gets an access token for the receiver of a webhook.

The sandbox asks no OAuth server, so each client is active. Its secret is checked and forgotten: no answer has it.
"""

from __future__ import annotations

import re

from pdsync.sandbox.api.collection import Collection
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import Form, Text
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.store.record import Body, Record

_MOST = 10  # PagerDuty API description, POST /webhook_subscriptions/oauth_clients
_URL = re.compile(r"https?://[^\s/]+\S*")


class OAuthClients(Collection):
    kind = "oauth_client"
    plural = "oauth_clients"
    path = "webhook_subscriptions/oauth_clients"

    def create(self, call: Call, body: Body) -> Record:
        if call.store.count(self.kind) >= _MOST:
            raise invalid(f"An account has at most {_MOST} OAuth clients")
        draft: Body = {"scope": None}
        _check(body, draft, creating=True)
        return call.store.put(self.kind, call.store.new_id(), draft)

    def update(self, call: Call, record: Record, body: Body) -> Record:
        draft = dict(record.body)
        _check(body, draft, creating=False)
        return call.store.put(self.kind, record.id, draft)

    def remove(self, call: Call, record: Record) -> None:
        """Subscriptions that use it lose it (PagerDuty API description)."""
        for user in call.store.all("webhook_subscription"):
            if user.body.get("oauth_client_id") == record.id:
                call.store.put(user.kind, user.id, {**user.body, "oauth_client_id": None})
        call.store.delete(record.id)

    def show(self, call: Call, record: Record, includes: frozenset[str]) -> Body:
        return {"id": record.id, "type": self.kind, **record.body, "status": "active"}

    def _list(self, call: Call) -> Answer:
        """All at once: the API description knows no pages of it."""
        rows = call.store.ordered(self.kind)
        return Answer(200, {self.plural: [self.show(call, it, frozenset()) for it in rows]})


def _check(body: Body, draft: Body, *, creating: bool) -> None:
    form = Form(body, draft, creating=creating)
    for name in ("name", "client_id"):
        form.text(name, Text(255, min_length=1), required=True)
    form.text("scope", Text(255), null=None)
    form.text("token_url", Text(255, min_length=1, check=_url_problem), required=True)
    form.choice("grant_type", ("client_credentials",), required=True)
    form.nested(body, {}, "", creating=creating).text("client_secret", Text(255, min_length=1), required=True)
    form.finish()


def _url_problem(text: str) -> str | None:
    return None if _URL.fullmatch(text) else "must be a web address"


OAUTH_CLIENTS = OAuthClients()
