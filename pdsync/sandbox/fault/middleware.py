"""Middleware: what happens to the connection itself: waiting, and hanging up before, after or midway."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from waitress.channel import ClientDisconnected  # type: ignore[import-untyped]

from pdsync.sandbox.fault.injector import FaultInjector, Strike
from pdsync.sandbox.http.recording import Recording

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEY = "pdsync.sandbox.strike"
_TOKEN = re.compile(r"(?:Token token=|Bearer )(\S+)")


class FaultMiddleware:
    """Around the application. ``wait`` takes seconds and comes back at once when the server stops;
    ``spared`` says which requests no fault may strike."""

    def __init__(
        self,
        app: WSGIApplication,
        injector: FaultInjector,
        recording: Recording,
        wait: Callable[[float], Any],
        spared: Callable[[WSGIEnvironment], bool],
    ) -> None:
        self._app, self._injector, self._recording = app, injector, recording
        self._wait, self._spared = wait, spared

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if self._spared(environ):
            return self._app(environ, start_response)
        found = _TOKEN.fullmatch(environ.get("HTTP_AUTHORIZATION", ""))
        strike = environ[KEY] = self._injector.strike(method, path, found[1] if found else None)
        if strike.delay_s:
            self._wait(strike.delay_s)
        if strike.drops("before"):
            self._recording.add(method, path, environ.get("QUERY_STRING", ""), 0, strike.names())
            _hang_up()
        if strike.drops("after") or strike.drops("midway"):
            return self._cut(environ, start_response, strike)
        return self._app(environ, start_response)

    def _cut(self, environ: WSGIEnvironment, start_response: StartResponse, strike: Strike) -> Iterable[bytes]:
        """The request is carried out whole, then the line goes dead."""
        held: list[Any] = []

        def hold(*args: Any) -> Any:
            held[:] = args
            return None

        rows = self._app(environ, hold)
        body = b"".join(rows)
        if close := getattr(rows, "close", None):
            close()
        if strike.drops("after") or len(body) < 2:
            _hang_up()
        start_response(*held)
        return _half(body)


def _half(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    _hang_up()


def _hang_up() -> NoReturn:
    """What waitress raises for a client that has gone: it closes the connection and writes nothing more."""
    raise ClientDisconnected
