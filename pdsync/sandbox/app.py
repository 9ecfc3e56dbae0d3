"""App: the web application: routing, authentication, limits, faults, errors and recording around the resources.

Importing this module needs Flask, which comes with the extra ``sandbox``.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date

from pdsync.sandbox.api.audit import Auditor
from pdsync.sandbox.api.collection import Handler
from pdsync.sandbox.api.endpoint import SHOWS, all_routes
from pdsync.sandbox.api.identity_provider import replace_addresses
from pdsync.sandbox.api.private import check_visible
from pdsync.sandbox.control.account_page import PAGE, add_account_page
from pdsync.sandbox.control.clock import Clock
from pdsync.sandbox.control.control_route import CONTROL, Parts, add_control
from pdsync.sandbox.fault import FaultInjector, Strike
from pdsync.sandbox.fault.action import ContentType, Lag, Refuse, Truncate
from pdsync.sandbox.fault.flakiness import Flakiness
from pdsync.sandbox.fault.injector import NOTHING
from pdsync.sandbox.fault.lagging import Lagging
from pdsync.sandbox.fault.listing import misreported, shifted
from pdsync.sandbox.fault.middleware import KEY, FaultMiddleware
from pdsync.sandbox.http.admission import OAUTH_PATHS, Admission
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.inside import inside, is_inside, request_inside
from pdsync.sandbox.http.links import Links
from pdsync.sandbox.http.origin import check_origin
from pdsync.sandbox.http.overlap import KEY as ARRIVED
from pdsync.sandbox.http.overlap import Overlap, noting_arrival
from pdsync.sandbox.http.plan import check_request
from pdsync.sandbox.http.problem import Problem, UnreadableProblem, internal, method_not_allowed, not_found, struck
from pdsync.sandbox.http.rate import RateLimiter
from pdsync.sandbox.http.recording import Recording
from pdsync.sandbox.http.token import NO_ONE
from pdsync.sandbox.http.web_app import WebApp
from pdsync.sandbox.paging.deadline import Deadlines
from pdsync.sandbox.profile import Profile
from pdsync.sandbox.profile.resource import resource_of
from pdsync.sandbox.store.store import Store

_log = logging.getLogger("pdsync.sandbox")


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class AppSettings:
    """``host`` is where it listens, ``now`` is what schedules live by, ``clock`` (seconds) what the rate limit counts with, ``wait`` (seconds) how latency
    passes."""

    rate_limit_per_minute: int
    flakiness: Flakiness
    injector: FaultInjector
    host: str = "127.0.0.1"
    now: Callable[[], datetime] = utc_now
    clock: Callable[[], float] = time.monotonic
    wait: Callable[[float], Any] = time.sleep


def make_app(store: Store, links: Links, recording: Recording, settings: AppSettings) -> Flask:
    """The WSGI application."""
    app = WebApp()
    clock = Clock(settings.now)

    def call_without_token() -> Call:
        now = clock.now().replace(microsecond=0)
        return Call(store=store, links=links, token=NO_ONE, now=now, args={}, shows=SHOWS)

    parts = Parts(
        call_without_token,
        settings.injector,
        Lagging(store, settings.clock),
        Deadlines(store),
        clock,
        lambda *asked: request_inside(app, *asked),
    )
    overlap = Overlap()
    pipeline = _Pipeline(store, recording, parts, _admission(store, settings, clock), overlap, settings.host)
    app.before_request(pipeline.admit)
    app.after_request(pipeline.finish)
    app.register_error_handler(Exception, pipeline.explain)
    by_path: defaultdict[str, dict[str, Handler]] = defaultdict(dict)
    routes = all_routes()
    for route in routes:
        by_path[route.path][route.method] = route.handler
    slashed = {route.path for route in routes if route.may_end_in_slash}
    for path, handlers in by_path.items():
        view = pipeline.view(handlers)
        app.add_url_rule(
            path,
            path,
            view,
            methods=list(handlers),
            provide_automatic_options=False,
            strict_slashes=path not in slashed,
        )
    add_control(app, parts, recording)
    add_account_page(app, parts.present, recording)

    def spared(environ: Mapping[str, Any]) -> bool:
        return is_inside(environ) or _is_own(environ["PATH_INFO"])

    struck = FaultMiddleware(app.wsgi_app, settings.injector, recording, settings.wait, spared)
    app.wsgi_app = noting_arrival(struck, overlap)  # type: ignore[method-assign, assignment]
    return app


def _admission(store: Store, settings: AppSettings, clock: Clock) -> Admission:
    # PUT /incidents: 500 a minute where all requests together have 960 (changelog of PagerDuty's API description).
    limit = settings.rate_limit_per_minute
    return Admission(
        store,
        RateLimiter(limit, settings.clock),
        RateLimiter(max(1, limit * 500 // 960), settings.clock),
        settings.flakiness.strikes,
        clock.now,
    )


@dataclass(frozen=True, slots=True)
class _Pipeline:
    """What happens to a request to PagerDuty's paths: it is admitted, carried out and finished."""

    store: Store
    recording: Recording
    parts: Parts
    admission: Admission
    overlap: Overlap
    host: str
    """Where the sandbox listens."""

    def admit(self) -> None:
        g.headers = {}
        g.strike = request.environ.get(KEY, NOTHING)
        if inside() is not None:
            g.token = inside()
        elif not _is_own(request.path):
            g.token = self.admission.admit()
            _refuse(g.strike)
        else:
            check_origin(request.method, dict(request.headers), self.host)
            return
        check_request(self.store.profile, request.path, _parameters())

    def view(self, handlers: Mapping[str, Handler]) -> Callable[..., Response]:
        def view(**path_parts: str) -> Response:
            return self._carry_out(handlers["GET" if request.method == "HEAD" else request.method], path_parts)

        return view

    def finish(self, response: Response) -> Response:
        strike: Strike = g.get("strike", NOTHING)
        self._edit(strike, "after")
        response = _spoiled(response, strike)
        # By the clock that everything in the account goes by: a client that takes the time from here stays right.
        response.headers["Date"] = http_date(self.parts.clock.now())
        response.headers["x-request-id"] = str(uuid.uuid4())
        response.headers.update(g.get("headers", {}))
        if inside() is None and not _is_own(request.path):
            query = request.query_string.decode("latin-1")
            self.recording.add(request.method, request.path, query, response.status_code, strike.names())
        return response

    def _carry_out(self, handler: Handler, path_parts: Mapping[str, str]) -> Response:
        body = request.get_data(cache=False)
        self.admission.check_size(len(body))  # a chunked body says its length only at its end
        strike: Strike = g.strike
        asked = dataclasses.replace(
            self.parts.call(),
            token=g.token,
            args=request.args.to_dict(flat=False),
            raw_body=body,
            from_email=request.headers.get("From"),
            is_inside=inside() is not None,
        )
        with self.store.lock:
            self.parts.deadlines.meet(asked)
            replace_addresses(asked)
            check_visible(asked, path_parts.values())
        self._edit(strike, "before")
        is_read = request.method in ("GET", "HEAD") and request.path not in OAUTH_PATHS
        answer = (self._read if is_read else self._write)(handler, shifted(asked, strike), path_parts)
        return _response(misreported(asked, strike, answer))

    def _read(self, handler: Handler, call: Call, path_parts: Mapping[str, str]) -> Answer:
        is_list = not str(request.url_rule).endswith(">") or resource_of(request.path) == "service_dependencies"
        view = self.parts.lagging.view(is_list=is_list) if inside() is None else nullcontext()
        with self.store.lock, view:
            return handler(call, **path_parts)

    def _write(self, handler: Handler, call: Call, path_parts: Mapping[str, str]) -> Answer:
        with self.store.lock:
            call = dataclasses.replace(
                call,
                is_overlapped=self.overlap.carry_out(request.path, request.environ[ARRIVED]),
                unseen=self.parts.lagging.unseen if inside() is None else frozenset,
            )
            with self.store.transaction() as changes:
                auditor = Auditor(call, request.method, request.path)
                answer = handler(call, **path_parts)
                auditor.note(answer)
            lag = g.strike.find(Lag) or _lag_of(call.profile, request.path)
            if lag is not None:
                self.parts.lagging.add(lag, changes)
            self.parts.deadlines.note(changes)
        return answer

    def explain(self, error: Exception) -> Response:
        problem = _problem(error)
        if (
            problem.status == 405
            and not _is_own(request.path)
            and self.store.profile.reads("unknown_method", "not_found")
        ):
            problem = not_found()
        if isinstance(problem, UnreadableProblem):
            return Response(problem.message, status=problem.status, mimetype="text/html")
        return _response(Answer(problem.status, problem.body(), problem.headers))

    def _edit(self, strike: Strike, moment: str) -> None:
        for edit in strike.edits_at(moment):
            self.parts.edit(*edit)


def _lag_of(profile: Profile, path: str) -> Lag | None:
    """How late the account's reads see a write to this path."""
    consistency = profile.lags.get(resource_of(path))
    return Lag(consistency.seconds, consistency.reads, consistency.everywhere) if consistency is not None else None


def _parameters() -> frozenset[str]:
    """The names of the query parameters, and ``name=value`` for each of their values."""
    pairs = list(request.args.items(multi=True))
    return frozenset(name for name, _ in pairs) | {f"{name}={value}" for name, value in pairs}


def _is_own(path: str) -> bool:
    """Paths of the sandbox itself: no token, no limit, no fault, not recorded."""
    return path == PAGE or path.startswith(CONTROL)


def _refuse(strike: Strike) -> None:
    refusal = strike.find(Refuse)
    if refusal is not None and not refusal.commit:
        g.headers = {**g.headers, **refusal.headers}
        raise struck(refusal.status, refusal.body)


def _spoiled(response: Response, strike: Strike) -> Response:
    """The answer to a request that was carried out, as a fault changes it."""
    refusal, content_type, truncate = strike.find(Refuse), strike.find(ContentType), strike.find(Truncate)
    if refusal is not None and refusal.commit:
        problem = struck(refusal.status, refusal.body)
        response = _response(Answer(problem.status, problem.body(), refusal.headers))
    if content_type is not None:
        if content_type.text is not None:
            response.set_data(content_type.text)
        response.headers["Content-Type"] = content_type.content_type
    if truncate is not None:
        data = response.get_data()
        response.set_data(data[: int(len(data) * truncate.keep)])
    return response


def _problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        if error.code == 404:
            return not_found()
        if error.code == 405:
            return method_not_allowed(getattr(error, "valid_methods", None) or ())
        return Problem(error.code or 400, 2001, error.name)
    _log.exception("the sandbox failed")
    return internal()


def _response(answer: Answer) -> Response:
    if answer.body is None:
        empty = Response(status=answer.status, headers=dict(answer.headers))
        del empty.headers["Content-Type"]  # of nothing
        return empty
    text = json.dumps(answer.body, separators=(",", ":"))
    return Response(text, status=answer.status, mimetype="application/json", headers=dict(answer.headers))
