"""What tests put in place of the network and of time."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

Handler = Callable[[PreparedRequest], "Response | BaseException"]


class VirtualTime:
    """A clock that is still until someone sleeps. Sleeps of several threads overlap, as real ones do."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.sleeps: list[float] = []
        self._lock = threading.Lock()

    def clock(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.sleeps.append(seconds)
            self.now_s = max(self.now_s, self.now_s + seconds)


class WorkersTime:
    """Virtual time of several threads that really talk to a server: the clock moves when all of them are asleep, to
    the moment when the first one wakes. So sleeps overlap, and no request takes time."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._working = 0
        self._wakes: list[float] = []
        self._changed = threading.Condition()

    def clock(self) -> float:
        return self.now_s

    @contextmanager
    def working(self) -> Iterator[None]:
        """Around all that a thread does."""
        with self._changed:
            self._working += 1
        try:
            yield
        finally:
            with self._changed:
                self._working -= 1
                self._advance()

    def sleep(self, seconds: float) -> None:
        with self._changed:
            wake_s = self.now_s + seconds
            self._wakes.append(wake_s)
            self._advance()
            assert self._changed.wait_for(lambda: self.now_s >= wake_s, timeout=60)

    def _advance(self) -> None:
        if self._wakes and len(self._wakes) >= self._working:
            self.now_s = max(self.now_s, min(self._wakes))
            self._wakes = [wake_s for wake_s in self._wakes if wake_s > self.now_s]
            self._changed.notify_all()


class Transport(BaseAdapter):
    """Answers requests by a function, or by a list in turn, and remembers them."""

    def __init__(self, answers: Handler | Iterable[Any]) -> None:
        super().__init__()
        self.requests: list[PreparedRequest] = []
        self.timeouts: list[Any] = []
        self.proxies: list[Any] = []
        if callable(answers):
            self._answer: Handler = answers
        else:
            queue = iter(list(answers))
            self._answer = lambda request: next(queue)
        self._lock = threading.Lock()

    def send(
        self, request: PreparedRequest, *args: Any, timeout: Any = None, proxies: Any = None, **kwargs: Any
    ) -> Response:
        with self._lock:
            self.requests.append(request)
            self.timeouts.append(timeout)
            self.proxies.append(proxies)
        answered = self._answer(request)
        if isinstance(answered, BaseException):
            raise answered
        answered.request = request
        answered.url = request.url or ""
        return answered

    def close(self) -> None:
        pass

    @property
    def lines(self) -> list[str]:
        """METHOD PATH?QUERY of each request."""
        return [f"{request.method} {request.path_url}" for request in self.requests]

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.body) if request.body else None for request in self.requests]


def answer(status: int = 200, body: Any = None, headers: Mapping[str, str] | None = None) -> Response:
    response = Response()
    response.status_code = status
    response.reason = "Reason"
    response.headers = CaseInsensitiveDict(headers or {})
    if isinstance(body, str):
        response._content = body.encode()
    else:
        response._content = b"" if body is None else json.dumps(body).encode()
    return response


def query_of(request: PreparedRequest) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.url or "").query))
