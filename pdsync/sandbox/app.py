"""App: the web application: routing, authentication, limits, errors and recording around the resources.

Importing this module needs Flask, which comes with the extra ``sandbox``.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import unquote_plus

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from pdsync.sandbox.admission import Admission
from pdsync.sandbox.alert import alert_routes
from pdsync.sandbox.alert_grouping_setting import ALERT_GROUPING_SETTINGS
from pdsync.sandbox.audit import Auditor, audit_routes
from pdsync.sandbox.business_service import BUSINESS_SERVICES
from pdsync.sandbox.call import Answer, Call
from pdsync.sandbox.catalog import catalog_routes
from pdsync.sandbox.collection import Handler, Route
from pdsync.sandbox.contact_method import contact_method_routes
from pdsync.sandbox.escalation_policy import ESCALATION_POLICIES
from pdsync.sandbox.event import event_routes
from pdsync.sandbox.flakiness import Flakiness
from pdsync.sandbox.incident_update import incident_routes
from pdsync.sandbox.integration import integration_routes
from pdsync.sandbox.log_entry import log_entry_routes
from pdsync.sandbox.membership import membership_routes
from pdsync.sandbox.note import note_routes
from pdsync.sandbox.notification_rule import notification_rule_routes
from pdsync.sandbox.oauth import OAUTH_PATHS, oauth_routes
from pdsync.sandbox.override import override_routes
from pdsync.sandbox.problem import Problem, internal, method_not_allowed, not_found
from pdsync.sandbox.rate import RateLimiter
from pdsync.sandbox.recording import Recording
from pdsync.sandbox.reference import Links
from pdsync.sandbox.schedule import SCHEDULES
from pdsync.sandbox.service import SERVICES
from pdsync.sandbox.store import Store
from pdsync.sandbox.team import TEAMS
from pdsync.sandbox.user import USERS

_CONTROL = "/_sandbox/"
_log = logging.getLogger("pdsync.sandbox")


def utc_now() -> datetime:
    return datetime.now(UTC)


def all_routes() -> list[Route]:
    """Every path of the imitated API."""
    return [
        *USERS.routes(),
        *contact_method_routes(),
        *notification_rule_routes(),
        *TEAMS.routes(),
        *membership_routes(),
        *SCHEDULES.routes(),
        *ESCALATION_POLICIES.routes(),
        *SERVICES.routes(),
        *ALERT_GROUPING_SETTINGS.routes(),
        *integration_routes(),
        *override_routes(),
        *BUSINESS_SERVICES.routes(),
        *audit_routes(),
        *incident_routes(),
        *alert_routes(),
        *log_entry_routes(),
        *note_routes(),
        *event_routes(),
        *oauth_routes(),
        *catalog_routes(),
    ]


def make_app(
    store: Store,
    links: Links,
    recording: Recording,
    *,
    rate_limit_per_minute: int,
    flakiness: Flakiness,
    now: Callable[[], datetime] = utc_now,
    clock: Callable[[], float] = time.monotonic,
) -> Flask:
    """The WSGI application. ``now`` is what schedules live by, ``clock`` (seconds) what the rate limit counts with."""
    app = Flask("pdsync.sandbox", static_folder=None)
    app.url_map.merge_slashes = False  # a redirect would be an HTML page
    admission = Admission(store, RateLimiter(rate_limit_per_minute, clock), flakiness, now)

    @app.before_request
    def admit() -> None:
        g.headers = {}
        if not request.path.startswith(_CONTROL):
            g.token = admission.admit()

    def dispatch(handler: Handler, **parts: str) -> Response:
        body = request.get_data(cache=False)
        admission.check_size(len(body))  # a chunked body says its length only at its end
        call = Call(
            store=store,
            links=links,
            token=g.token,
            now=now().replace(microsecond=0),
            args=request.args.to_dict(flat=False),
            raw_body=body,
            from_email=request.headers.get("From"),
        )
        reading = request.method in ("GET", "HEAD") and request.path not in OAUTH_PATHS
        with store.lock if reading else store.transaction():
            auditor = None if reading else Auditor(call, request.method, request.path)
            answer = handler(call, **parts)
            if auditor is not None:
                auditor.note(answer)
        return _response(answer)

    def add(path: str, handlers: dict[str, Handler]) -> None:
        def view(**parts: str) -> Response:
            return dispatch(handlers["GET" if request.method == "HEAD" else request.method], **parts)

        app.add_url_rule(path, path, view, methods=list(handlers), provide_automatic_options=False)

    by_path: defaultdict[str, dict[str, Handler]] = defaultdict(dict)
    for route in all_routes():
        by_path[route.path][route.method] = route.handler
    for path, handlers in by_path.items():
        add(path, handlers)
    _add_control(app, store, recording)

    @app.errorhandler(Exception)
    def explain(error: Exception) -> Response:
        problem = _problem(error)
        return _response(Answer(problem.status, problem.body()))

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["x-request-id"] = str(uuid.uuid4())
        response.headers.update(g.get("headers", {}))
        if not request.path.startswith(_CONTROL):
            query = unquote_plus(request.query_string.decode("latin-1"))
            recording.add(request.method, request.path, query, response.status_code)
        return response

    return app


def _add_control(app: Flask, store: Store, recording: Recording) -> None:
    """What tests and users ask the sandbox itself: no token, not recorded."""

    @app.get(_CONTROL + "requests")
    def requests() -> Response:
        return Response(json.dumps(recording.requests()), mimetype="application/json")

    @app.post(_CONTROL + "reset")
    def reset() -> Response:
        recording.reset()
        return _response(Answer(204))

    @app.get(_CONTROL + "state")
    def state() -> Response:
        with store.lock:
            kinds = {
                kind: [{"id": it.id, "parent": it.parent, **it.body} for it in store.all(kind)]
                for kind in store.kinds()
            }
        return _response(Answer(200, kinds))


def _problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        if error.code == 404:
            return not_found()
        if error.code == 405:
            return method_not_allowed()
        return Problem(error.code or 400, 2001, error.name)
    _log.exception("the sandbox failed")
    return internal()


def _response(answer: Answer) -> Response:
    if answer.body is None:
        return Response(status=answer.status, headers=dict(answer.headers))
    text = json.dumps(answer.body, separators=(",", ":"))
    return Response(text, status=answer.status, mimetype="application/json")
