"""Bounds of a client: how long all of its work may take, and how large an answer may be.

A read timeout counts the time between two bytes. A server that sends one byte a second never meets it, and 400 MB of gzip can be
400 GB of text. So the time that is left bounds every read of a socket, and answers are read a piece at a time.
"""

import io
import math
import socket
from collections.abc import Callable
from functools import partial
from http.client import HTTPResponse
from typing import Any

from requests import Response
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.retry import Retry

__all__ = ["MAX_ANSWER_BYTES", "AnswerTooLarge", "BoundedAdapter", "Bounds", "read_content"]

MAX_ANSWER_BYTES = 64 * 1024 * 1024
"""A page of PagerDuty has at most a hundred objects: a few megabytes."""
_PIECE = 16 * 1024  # gzip makes it a thousand times larger at most
_HEADERS_BYTES = 1024 * 1024


class AnswerTooLarge(Exception):  # noqa: N818 (never leaves the package: the client raises its own errors)
    """An answer is larger than it may be."""


class Bounds:
    """Of one client. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float], total_time_s: float | None, max_answer_bytes: int | None) -> None:
        self._clock = clock
        self._begun_s = clock()
        self.total_time_s = total_time_s
        self.max_answer_bytes = max_answer_bytes

    @property
    def ends_s(self) -> float:
        """The moment of the clock at which all work ends."""
        return math.inf if self.total_time_s is None else self._begun_s + self.total_time_s

    @property
    def left_s(self) -> float:
        """Seconds until then; not below zero."""
        return max(0.0, self.ends_s - self._clock())

    @property
    def most_bytes(self) -> float:
        """How large an answer may be."""
        return math.inf if self.max_answer_bytes is None else self.max_answer_bytes


class BoundedAdapter(HTTPAdapter):
    """Connections whose every read ends when the time is up. urllib3 retries nothing, or a request could be sent more often than
    the client counts."""

    def __init__(self, pool_size: int, bounds: Bounds) -> None:
        self._bounds = bounds
        super().__init__(pool_size, pool_size, max_retries=Retry(0, read=False))

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Makes the pools of direct connections."""
        super().init_poolmanager(*args, **kwargs)
        self._bind(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """The pools of connections by way of a proxy."""
        return self._bind(super().proxy_manager_for(*args, **kwargs))

    def _bind(self, manager: PoolManager) -> PoolManager:
        answer = partial(_BoundedResponse, bounds=self._bounds)

        class Plain(HTTPConnection):
            response_class = staticmethod(answer)  # type: ignore[assignment]

        class Secure(HTTPSConnection):
            response_class = staticmethod(answer)  # type: ignore[assignment]

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        manager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
        return manager


class _BoundedResponse(HTTPResponse):
    """An answer as the HTTP library reads it, headers included."""

    def __init__(self, sock: socket.socket, *args: Any, bounds: Bounds, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_BoundedReader(self.fp.detach(), sock, bounds))


class _BoundedReader(io.RawIOBase):
    """The bytes of one answer, as they came over the network."""

    def __init__(self, raw: Any, sock: socket.socket, bounds: Bounds) -> None:
        self._raw, self._sock, self._bounds = raw, sock, bounds
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Raises TimeoutError when the time is up, and OSError for more bytes than an answer may have."""
        left_s, before_s = self._bounds.left_s, self._sock.gettimeout()
        if left_s <= 0:
            raise TimeoutError("the time is up")
        shortened = math.isfinite(left_s) and (before_s is None or before_s > left_s)
        if shortened:
            self._sock.settimeout(left_s)
        try:
            count: int | None = self._raw.readinto(buffer)
        finally:
            if shortened:
                self._sock.settimeout(before_s)
        self._size += count or 0
        # An endless compressed answer may decompress to nothing.
        if self._size > self._bounds.most_bytes + _HEADERS_BYTES:
            raise OSError("the answer is too large")
        return count

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


def read_content(response: Response, bounds: Bounds) -> None:
    """Reads the body, as `Response.content` does, but no more than `bounds` allow. Raises AnswerTooLarge, and what reading raises."""
    most = bounds.most_bytes
    inner: Any = response  # the library has no other way to give it a body
    if inner._content is not False:
        if len(response.content or b"") > most:
            raise AnswerTooLarge
        return
    declared = response.headers.get("Content-Length", "")
    if declared.isdecimal() and int(declared) > most:
        _refuse(response)
    pieces, size = [], 0
    for piece in response.iter_content(_PIECE):
        size += len(piece)
        if size > most:
            _refuse(response)
        pieces.append(piece)
    inner._content = b"".join(pieces)


def _refuse(response: Response) -> None:
    inner: Any = response
    response.close()
    inner._content, inner._content_consumed = b"", True
    raise AnswerTooLarge
