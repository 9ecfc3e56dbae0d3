"""Subscriber: a user or team that gets the news of a business service or an incident."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.form import REFUSE, Form
from pdsync.sandbox.http.pagination import paginate
from pdsync.sandbox.store.record import Body, Record

ACCOUNT_ID = "PSANDB0X"
_KINDS = ("user", "team")


def list_subscribers(call: Call, target: Record, more: Callable[[Record], Body] = lambda it: {}) -> Answer:
    """``more`` gives further fields of a subscriber."""
    rows = call.store.children("subscription", target.id)
    page = paginate(call, "subscribers", rows, lambda it: {**show_subscriber(it), **more(it)})
    return Answer(200, {**page, "account_id": ACCOUNT_ID})


def show_subscriber(subscription: Record) -> Body:
    """Raises KeyError or ValueError for one of a state that cannot be shown."""
    kind, id = subscription.body["subscriber_type"], subscription.body["subscriber_id"]
    if kind not in _KINDS or not isinstance(id, str):
        raise ValueError("a subscriber is the id of a user or a team")
    return {"subscriber_id": id, "subscriber_type": kind}


def subscribe(call: Call, target: Record) -> Answer:
    """Asked as ``subscribers``, answered as ``subscriptions`` (PagerDuty API description)."""
    answers = []
    for kind, subscriber in _given(call):
        key = subscription_id(target.id, kind, subscriber)
        body = {"subscriber_id": subscriber, "subscriber_type": kind}
        # An unknown id is answered like that of another account (a guess: there are only these three results).
        result = "success" if call.store.get(kind, subscriber) else "unauthorized"
        if call.store.find(key) is not None:
            result = "duplicate"
        elif result == "success":
            call.store.put("subscription", key, body, target.id)
        answers.append(
            {
                **body,
                "subscribable_id": target.id,
                "subscribable_type": target.kind,
                "account_id": ACCOUNT_ID,
                "result": result,
            }
        )
    return Answer(200, {"subscriptions": answers})


def unsubscribe(call: Call, target: Record) -> Answer:
    given = _given(call)
    keys = dict.fromkeys(subscription_id(target.id, kind, subscriber) for kind, subscriber in given)
    there = [key for key in keys if call.store.find(key) is not None]
    for key in there:
        call.store.delete(key)
    counts = {"deleted_count": len(there), "unauthorized_count": 0, "non_existent_count": len(given) - len(there)}
    return Answer(200, counts)


def subscription_id(target_id: str, kind: str, subscriber: str) -> str:
    return f"{target_id}:{kind}:{subscriber}"


def _given(call: Call) -> list[tuple[str, str]]:
    draft: dict[str, Any] = {}
    form = Form(call.json(), draft, creating=True)
    found = []
    for item in form.objects("subscribers", required=True) or []:
        inner = form.nested(item, draft, "Subscribers: ")
        inner.choice("subscriber_type", _KINDS, required=True)
        id = inner.value("subscriber_id", required=True, null=REFUSE)
        if isinstance(id, str) and not form.errors:
            found.append((draft["subscriber_type"], id))
        elif id is not REFUSE and not isinstance(id, str):
            inner.error("Subscriber id must be a string")
    form.finish()
    return found
