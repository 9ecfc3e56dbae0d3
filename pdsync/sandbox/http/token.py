"""Token: who makes a request, by its Authorization header. The sandbox takes every token of the right form."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime

from pdsync.sandbox.http.problem import unauthorized
from pdsync.sandbox.store.instant import loaded
from pdsync.sandbox.store.store import Store

ACCESS_PREFIX = "pdus+"
"""What access tokens of /oauth/token begin with."""
# Both forms: PagerDuty API description, securitySchemes (API keys and OAuth).
_HEADER = re.compile(r"(?:Token token=|Bearer )([A-Za-z0-9_+-]{20,})")


@dataclass(frozen=True, slots=True)
class Grant:
    """What an access token from /oauth/token may do, and whether it acts for a user or for an app."""

    scopes: frozenset[str]
    acts_for_user: bool
    client_id: str


@dataclass(frozen=True, slots=True)
class Token:
    """A read-only key may only GET; a user token acts as the account's owner; others stand for the account."""

    text: str = field(repr=False)
    grant: Grant | None = None

    @property
    def read_only(self) -> bool:
        return self.text.startswith("readonly")

    @property
    def of_user(self) -> bool:
        return self.grant.acts_for_user if self.grant is not None else self.text.startswith("u+")


NO_ONE = Token("")
"""For the paths that need no token."""


def parse_token(header: str | None) -> Token:
    """Raises the 401 for a header that is missing or malformed."""
    found = _HEADER.fullmatch(header or "")
    if found is None:
        raise unauthorized()
    return Token(found[1])


def with_grant(store: Store, token: Token, now: datetime) -> Token:
    """The token with what it may do, if it came from here. Raises the 401 for one that has expired."""
    if not token.text.startswith(ACCESS_PREFIX):
        return token
    with store.lock:
        record = store.get("oauth_access_token", digest_of("access", token.text))
    if record is None:
        return token
    if loaded(record.body["expires_at"]) <= now:
        raise unauthorized()
    body = record.body
    return Token(token.text, Grant(frozenset(body["scope"].split()), body["of_user"], body["client_id"]))


def digest_of(kind: str, secret: str) -> str:
    """The id under which a code or token is stored, which does not give it away."""
    return f"{kind}:{hashlib.sha256(secret.encode('utf-8', 'replace')).hexdigest()}"
