"""Admission: what is checked before a request is carried out: token, refusals at random, budget, rights, size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import g, request

from pdsync.sandbox.http.problem import (
    EventProblem,
    Problem,
    event_too_large,
    forbidden,
    rate_limited,
    scope_missing,
    too_large,
)
from pdsync.sandbox.http.rate import RateLimiter
from pdsync.sandbox.http.scope import is_allowed, required_scope
from pdsync.sandbox.http.token import NO_ONE, Token, parse_token, with_grant
from pdsync.sandbox.store.store import Store

EVENT_PATHS = frozenset({"/v2/enqueue", "/v2/change/enqueue"})
OAUTH_PATHS = frozenset({"/oauth/token", "/oauth/authorize"})
"""These two need no token: events carry a key in their body, and OAuth is where tokens come from."""
MAX_BODY_BYTES = 1_000_000
_MAX_EVENT_BYTES = 512 * 1024
_EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Admission:
    """``is_unlucky`` draws for each request whether it is refused at random."""

    store: Store
    limiter: RateLimiter
    incident_limiter: RateLimiter
    is_unlucky: Callable[[], bool]
    now: Callable[[], datetime]

    def admit(self) -> Token:
        """The token that makes the request; rate-limit headers go to ``g.headers``. Raises the problem of a request that
        is refused: 401, 429, 403 or 413, in this order."""
        if request.path in EVENT_PATHS:
            self._strike(_EVENTS)
            self.check_size(request.content_length or 0)
            return NO_ONE
        if request.path in OAUTH_PATHS:
            self.check_size(request.content_length or 0)
            return NO_ONE
        token = with_grant(self.store, parse_token(request.headers.get("Authorization")), self.now())
        self._strike(token.text)
        allowance = self.limiter.take(token.text)
        g.headers = allowance.headers()
        if allowance.granted and (request.method, request.path) == ("PUT", "/incidents"):
            own = self.incident_limiter.take(token.text)
            if not own.granted:
                allowance, g.headers = own, own.headers()
        if not allowance.granted:
            raise rate_limited()
        if request.routing_exception is not None:
            return token  # 404 and 405 come before the rest
        self._check_rights(token)
        self.check_size(request.content_length or 0)
        return token

    def check_size(self, size: int) -> None:
        """``size`` in bytes. Raises the 413 (events: 512 KB, PagerDuty's description of the Events API)."""
        if request.path in EVENT_PATHS:
            if size > _MAX_EVENT_BYTES:
                raise event_too_large(_MAX_EVENT_BYTES)
        elif size > MAX_BODY_BYTES:
            raise too_large(MAX_BODY_BYTES)

    def _strike(self, budget: str) -> None:
        """A refusal takes nothing from the budget, and asks for the shortest wait that a header can say."""
        if not self.is_unlucky():
            return
        g.headers = self.limiter.refusal().headers()
        raise _too_many() if budget == _EVENTS else rate_limited()

    def _check_rights(self, token: Token) -> None:
        if token.read_only and request.method not in ("GET", "HEAD"):
            raise forbidden()
        if token.grant is not None:
            required = required_scope(request.method, request.path)
            if not is_allowed(token.grant.scopes, required):
                raise scope_missing(required)


def _too_many() -> Problem:
    """In the form of the Events API. The texts are from memory: PagerDuty's description of it has only the status."""
    return EventProblem(429, "throttle exceeded", "Requests for this service are arriving too quickly.")
