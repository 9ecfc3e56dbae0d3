"""Authorship: who made and who changed an orchestration or its rules, when, and in which version it is."""

from __future__ import annotations

import secrets

from pdsync.sandbox.http.call import Call, pointer
from pdsync.sandbox.http.requester import find_requester
from pdsync.sandbox.store.instant import stored
from pdsync.sandbox.store.record import Body

_AUTHORS = ("created_by", "updated_by")


def made_now(call: Call) -> Body:
    """The fields of an object that is new."""
    return {"created_at": stored(call.now), **_author(call, "created_by"), **changed_now(call)}


def changed_now(call: Call) -> Body:
    """The fields that every change replaces."""
    return {"updated_at": stored(call.now), "version": secrets.token_urlsafe(24), **_author(call, "updated_by")}


def show_authors(call: Call, body: Body) -> Body:
    """Without the summary and the page of a reference (PagerDuty API description); an author who was deleted has no
    address."""
    authors = {name: call.links.resolve(body[name]) for name in _AUTHORS if name in body}
    return {
        name: {part: it[part] for part in ("id", "type", "self") if it[part] is not None}
        for name, it in authors.items()
    }


def _author(call: Call, name: str) -> Body:
    """Nothing for a key of the account without a From header: it does not say who asks (a guess)."""
    user = find_requester(call)
    return {name: pointer(user)} if user is not None else {}
