"""Exchange: a request of a client and its answer, as the recorder of the sandbox sees them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, request

from pdsync.sandbox import app as sandbox_app
from pdsync.sandbox.control.control_route import CONTROL
from pdsync.sandbox.http.inside import inside

HEADERS = ("Accept", "Content-Type", "From", "X-Early-Access")
"""The headers of a request that PagerDuty looks at. The authorization is not kept: no recording has a token."""
NUMBER = "X-Recorded"
"""The header that numbers an answer, so that a client's process can say what it read of it."""


@dataclass(slots=True)
class Exchange:
    """``reads`` are JSON pointers to what the client read of the answer; None where that is not known."""

    number: int
    step: str
    at: datetime
    method: str
    path: str
    query: dict[str, str | list[str]]
    headers: dict[str, str]
    body: Any
    status: int
    answer: Any
    reads: list[str] | None = None


@dataclass(slots=True)
class Recorder:
    """Keeps the requests of clients, in the order in which they were answered."""

    exchanges: list[Exchange] = field(default_factory=list)
    step: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def watch(self, app: Flask) -> Flask:
        @app.before_request
        def keep() -> None:
            request.get_data(cache=True)  # the sandbox reads it once and does not keep it

        @app.after_request
        def note(response: Response) -> Response:
            if inside() is None and not request.path.startswith(CONTROL):
                with self._lock:
                    self.exchanges.append(self._exchange(response))
                    response.headers[NUMBER] = str(len(self.exchanges))
            return response

        return app

    def begin_step(self, name: str) -> None:
        self.step = name

    def add_reads(self, lines: Iterable[str]) -> None:
        """Lines of JSON, ``{"n": the number of an answer, "reads": [pointers]}``."""
        for line in map(json.loads, lines):
            exchange = self.exchanges[line["n"] - 1]
            exchange.reads = sorted({*(exchange.reads or []), *line["reads"]})

    def _exchange(self, response: Response) -> Exchange:
        query = request.args.to_dict(flat=False)
        return Exchange(
            number=len(self.exchanges) + 1,
            step=self.step,
            at=datetime.now(UTC),
            method=request.method,
            path=request.path,
            query={
                name: values if len(values) > 1 or name.endswith("[]") else values[0] for name, values in query.items()
            },
            headers={name: request.headers[name] for name in HEADERS if name in request.headers},
            body=_json(request.get_data()),
            status=response.status_code,
            answer=_json(response.get_data()),
        )


@contextmanager
def recording(recorder: Recorder) -> Iterator[None]:
    """Every sandbox that is started in this process meanwhile is watched."""
    make_app: Callable[..., Flask] = sandbox_app.make_app
    sandbox_app.make_app = lambda *args, **options: recorder.watch(make_app(*args, **options))
    try:
        yield
    finally:
        sandbox_app.make_app = make_app


def _json(data: bytes) -> Any:
    return json.loads(data) if data.strip() else None
