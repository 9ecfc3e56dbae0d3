"""The keyword arguments that constructors and requests pass through, as types."""

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from difflib import get_close_matches
from typing import Any, TypeAlias, TypedDict

from requests import PreparedRequest, Response
from requests.auth import AuthBase

__all__ = ["ClientOptions", "RequestOptions", "Timeout", "check_flag", "check_options"]

Timeout: TypeAlias = float | tuple[float | None, float | None]
"""Seconds to wait for an answer, or (seconds to connect, seconds to wait for an answer)."""

Auth: TypeAlias = tuple[str, str] | AuthBase | Callable[[PreparedRequest], PreparedRequest]
Hook: TypeAlias = Callable[[Response], Any]


class ClientOptions(TypedDict, total=False):
    """Keyword-only arguments of every client.

    timeout: as the attribute ``timeout``. retry: as the attribute, copied. retry_ambiguous_posts: as the attribute.
    retry_total_time_s: bound of the waits of one call; no attempt begins later. None, the default, for no bound.
    total_time_s, max_answer_bytes: as the attributes.
    pool_size: connections kept open for re-use; more threads than this work too, but connect again.
    sleep, clock: replace ``time.sleep`` and ``time.monotonic``. random: replaces ``random.random``, for the stagger.
    """

    timeout: Timeout | None
    retry: Mapping[int, int]
    retry_ambiguous_posts: bool
    retry_total_time_s: float | None
    total_time_s: float | None
    max_answer_bytes: int | None
    pool_size: int
    sleep: Callable[[float], None]
    clock: Callable[[], float]
    random: Callable[[], float]


def check_options(client: str, options: Mapping[str, object]) -> None:
    """Raises TypeError for a keyword that no client has: a `proxy` that is not used would send the credential past it."""
    for name in options:
        if name in ClientOptions.__annotations__:
            continue
        close = get_close_matches(name, [*ClientOptions.__annotations__, *_SESSION_ATTRIBUTES], n=1)
        hint = ""
        if close:
            attribute = f"; set the attribute {close[0]!r} of the client"
            hint = attribute if close[0] in _SESSION_ATTRIBUTES else f"; did you mean {close[0]!r}?"
        raise TypeError(f"{client} has no option {name!r}{hint}")


def check_flag(name: str, value: object) -> None:
    """Raises TypeError for text: a credential in the wrong place must not turn something on. The text is not quoted."""
    if isinstance(value, str | bytes):
        raise TypeError(f"{name} must be True or False, not a {type(value).__name__}")


_SESSION_ATTRIBUTES = ("cert", "headers", "hooks", "params", "proxies", "stream", "trust_env", "verify")
"""What ``requests.Session`` has as attributes only."""


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
