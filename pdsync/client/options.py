"""The keyword arguments that constructors and requests pass through, as types."""

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any, TypeAlias, TypedDict

from requests import PreparedRequest, Response
from requests.auth import AuthBase

__all__ = ["ClientOptions", "RequestOptions", "Timeout"]

Timeout: TypeAlias = float | tuple[float | None, float | None]
"""Seconds to wait for an answer, or (seconds to connect, seconds to wait for an answer)."""

Auth: TypeAlias = tuple[str, str] | AuthBase | Callable[[PreparedRequest], PreparedRequest]
Hook: TypeAlias = Callable[[Response], Any]


class ClientOptions(TypedDict, total=False):
    """Keyword-only arguments of every client.

    timeout: as the attribute ``timeout``. retry: as the attribute, copied. retry_ambiguous_posts: as the attribute.
    retry_total_time_s: bound of the waits of one call; no attempt begins later. None, the default, for no bound.
    pool_size: connections kept open for re-use; more threads than this work too, but connect again.
    sleep, clock: replace ``time.sleep`` and ``time.monotonic``. random: replaces ``random.random``, for the stagger.
    """

    timeout: Timeout | None
    retry: Mapping[int, int]
    retry_ambiguous_posts: bool
    retry_total_time_s: float | None
    pool_size: int
    sleep: Callable[[float], None]
    clock: Callable[[], float]
    random: Callable[[], float]


class RequestOptions(TypedDict, total=False):
    """Keyword arguments handed on to ``requests.Session.request``, with its meaning."""

    headers: Mapping[str, str | bytes | None] | None
    data: Any
    files: Any
    cookies: MutableMapping[str, str] | None
    auth: Auth | None
    timeout: Timeout | None
    allow_redirects: bool
    proxies: MutableMapping[str, str] | None
    hooks: Mapping[str, Iterable[Hook] | Hook] | None
    stream: bool | None
    verify: bool | str | None
    cert: str | tuple[str, str] | None
