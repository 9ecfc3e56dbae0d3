"""Recorder: what arrives at the sandbox, with headers and bodies, before a fault strikes; and answers that the sandbox does not give."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask

from pdsync.sandbox.control.control_route import CONTROL
from pdsync.sandbox.http.inside import is_inside

# How the two HTTP libraries speak for themselves. A call of its own looks at User-Agent.
_OF_THE_STACK = {"host", "connection", "accept-encoding", "content-length", "transfer-encoding", "user-agent"}


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it arrived. The order of the query and of the members of a body means nothing, and is not compared."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: Any


@dataclass(frozen=True, slots=True)
class Canned:
    """An answer for the next request, in place of the sandbox's."""

    body: Any = None
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()

    def content(self) -> bytes:
        if self.body is None:
            return b""
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


@dataclass(slots=True)
class Recorder:
    sent: list[Sent] = field(default_factory=list)
    canned: list[Canned] = field(default_factory=list)
    wrote: bool = False
    """Whether a request may have changed the account."""

    def begin(self, canned: Iterable[Canned]) -> None:
        """Forgets what came so far."""
        self.sent, self.canned, self.wrote = [], list(canned), False

    def watch(self, app: Flask) -> Flask:
        app.wsgi_app = self._around(app.wsgi_app)  # type: ignore[method-assign]
        return app

    def _around(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        def call(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
            if is_inside(environ) or environ["PATH_INFO"].startswith(CONTROL):
                return inner(environ, start)
            self._note(environ)
            if not self.canned:
                self.wrote = self.wrote or environ["REQUEST_METHOD"] != "GET"
                return inner(environ, start)
            answer = self.canned.pop(0)
            headers = [("Content-Type", "application/json"), *answer.headers]
            start(f"{answer.status} Canned", headers if answer.body is not None else list(answer.headers))
            return [answer.content()]

        return call

    def _note(self, environ: dict[str, Any]) -> None:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        raw = environ["wsgi.input"].read(length) if length else b""
        environ["wsgi.input"] = io.BytesIO(raw)
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_") or name == "CONTENT_TYPE"
        }
        kept = tuple(sorted((name, value) for name, value in headers.items() if name not in _OF_THE_STACK))
        query = tuple(sorted(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True), key=lambda pair: pair[0]))
        body = _decoded(raw, headers.get("content-type", ""))
        self.sent.append(Sent(environ["REQUEST_METHOD"], environ["PATH_INFO"], query, kept, body))


def _decoded(raw: bytes, content_type: str) -> Any:
    if not raw:
        return None
    if content_type.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(raw.decode(), keep_blank_values=True))
    return json.loads(raw)
