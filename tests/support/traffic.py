"""Traffic: what goes through every sandbox of the test run, judged by PagerDuty's API description.

Of exchanges that look alike (same endpoint, same fields, same types) one is judged in each process: that is all of them at a cost
that no one notices. An answer must conform in every test. A request must conform where pdsync makes it; the tests of the
client library and of the sandbox send what no plan would, and so do edits by hand (which say so in their User-Agent).
"""

from __future__ import annotations

import json
import threading
from typing import Any

from flask import Flask, Response, request

from pdsync.sandbox.control.control_route import CONTROL
from pdsync.sandbox.http.inside import inside
from tests.support.api_description import ApiDescription

PAGING = {"limit", "offset", "total"}  # every list takes them, whether the description says so or not
SERVERS_OWN = {"self", "html_url", "rendered_coverage_percentage"}
# Of this one the description of since and until speaks, but the list of parameters does not.
NOT_LISTED = {("get", "/schedules/{id}"): {"include[]"}}


class Traffic:
    def __init__(self, description: ApiDescription) -> None:
        self._description = description
        self._lock = threading.Lock()
        self._seen: set[Any] = set()
        self._found: list[tuple[bool, str]] = []
        self.judged = 0

    def watch(self, app: Flask) -> Flask:
        @app.before_request
        def keep() -> None:
            if not request.path.startswith(CONTROL):  # where a body may be too long to be kept
                request.get_data(cache=True)  # the sandbox reads it once and does not keep it

        @app.after_request
        def note(response: Response) -> Response:
            if inside() is None and request.url_rule is not None:
                self._note(str(request.url_rule), response)
            return response

        return app

    def problems(self, *, of_requests: bool) -> list[str]:
        """What was wrong since this was last asked."""
        with self._lock:
            found, self._found = self._found, []
        return [text for is_request, text in found if of_requests or not is_request]

    def _note(self, rule: str, response: Response) -> None:
        path, method, status = self._description.path_of(rule), request.method.lower(), response.status_code
        if path is None or method not in self._description.document["paths"][path]:
            return
        if status == 400 and response.mimetype == "text/html":
            return  # an account profile asked for the error that is not JSON
        sent, answered = _json(request.get_data()), _json(response.get_data())
        names = frozenset(request.args)
        look = (method, path, status, names, _look(sent), _look(answered))
        with self._lock:
            if look in self._seen:
                return
            self._seen.add(look)
            self.judged += 1
        wrong = [(False, it) for it in self._description.answer_problems(method, path, status, answered)]
        by_pdsync = request.user_agent.string.startswith("pdsync") and not _is_echo(sent)
        if status < 300 and by_pdsync:
            if sent is not None:
                wrong += [(True, f"request {it}") for it in self._description.request_problems(method, path, sent)]
            unknown = names - self._description.parameters(method, path) - PAGING
            unknown -= NOT_LISTED.get((method, path), set())
            wrong += [(True, f"query parameter {name} is not described") for name in sorted(unknown)]
        if wrong:
            where = f"{method.upper()} {request.full_path} {status}: "
            with self._lock:
                self._found += [(is_request, where + text) for is_request, text in wrong]


def _is_echo(sent: Any) -> bool:
    """Whether something is sent back as it was read, with what only the server writes: people and tests do that."""
    if isinstance(sent, dict):
        return not SERVERS_OWN.isdisjoint(sent) or any(_is_echo(it) for it in sent.values())
    return isinstance(sent, list) and any(_is_echo(it) for it in sent)


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _look(value: Any) -> Any:
    """Fields and types; of strings only those that choose a type."""
    if isinstance(value, dict):
        return tuple(
            sorted(
                (key, item if key == "type" and isinstance(item, str) else _look(item)) for key, item in value.items()
            ),
        )
    if isinstance(value, list):
        return ("list", frozenset(_look(item) for item in value))
    return type(value).__name__
