"""The keyword arguments that constructors and requests pass through, as types."""

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter
from requests.auth import AuthBase

if TYPE_CHECKING:
    from pdsync.client.auth_method import AuthMethod

__all__ = ["ClientOptions", "RequestOptions", "Timeout", "check_flag", "check_options", "set_up"]

Timeout: TypeAlias = float | tuple[float | None, float | None]
"""Seconds to wait for an answer, or (seconds to connect, seconds to wait for an answer)."""

Auth: TypeAlias = tuple[str, str] | AuthBase | Callable[[PreparedRequest], PreparedRequest]
Hook: TypeAlias = Callable[[Response], Any]


class ClientOptions(TypedDict, total=False):
    """Keyword-only arguments of every client.

    auth_method: an authentication object, in place of the key.
    proxy: the address of a proxy for all requests, whatever the environment says; as ``proxies``.
    mounts: an adapter of ``requests`` for each beginning of a URL, as ``mount`` takes it; ``all://`` is both schemes. A request
        by such an adapter has no bound in time but its ``timeout``.
    headers: added to the attribute ``headers``. cert, params, trust_env, verify: as the attributes of ``requests.Session``.
    timeout: as the attribute ``timeout``. retry: as the attribute, copied. retry_ambiguous_posts: as the attribute.
    retry_total_time_s: bound of the waits of one call; no attempt begins later. None, the default, for no bound.
    total_time_s, max_answer_bytes: as the attributes.
    pool_size: connections kept open for re-use; more threads than this work too, but connect again.
    in_flight: how many requests of all threads may be under way at a time; ``math.inf`` for as many as there are threads. None,
        the default, lets the answers decide: see ``pdsync.client.concurrency``.
    sleep, clock: replace ``time.sleep`` and ``time.monotonic``. random: replaces ``random.random``, for the stagger.
    """

    auth_method: "AuthMethod | None"
    proxy: str | None
    mounts: Mapping[str, BaseAdapter] | None
    headers: Mapping[str, str] | None
    params: Mapping[str, Any] | None
    verify: bool | str
    cert: str | tuple[str, str] | None
    trust_env: bool
    timeout: Timeout | None
    retry: Mapping[int, int]
    retry_ambiguous_posts: bool
    retry_total_time_s: float | None
    total_time_s: float | None
    max_answer_bytes: int | None
    pool_size: int
    in_flight: float | None
    sleep: Callable[[float], None]
    clock: Callable[[], float]
    random: Callable[[], float]


def check_options(client: str, options: Mapping[str, object]) -> None:
    """Raises TypeError for a keyword that no client has: a `proxies` that is not used would send the credential past it."""
    for name in options:
        if name in ClientOptions.__annotations__:
            continue
        close = get_close_matches(
            _OTHER_NAMES.get(name, name), [*ClientOptions.__annotations__, *_SESSION_ATTRIBUTES], n=1
        )
        hint = ""
        if close:
            attribute = f"; set the attribute {close[0]!r} of the client"
            hint = attribute if close[0] in _SESSION_ATTRIBUTES else f"; did you mean {close[0]!r}?"
        raise TypeError(f"{client} has no option {name!r}{hint}")


def check_flag(name: str, value: object) -> None:
    """Raises TypeError for text: a credential in the wrong place must not turn something on. The text is not quoted."""
    if isinstance(value, str | bytes):
        raise TypeError(f"{name} must be True or False, not a {type(value).__name__}")


def set_up(session: Session, options: ClientOptions) -> None:
    """Sets what ``requests.Session`` has of the options.

    Raises:
        TypeError: a mount that is not an adapter of ``requests``.
    """
    proxy = options.get("proxy")
    if proxy is not None:
        session.proxies = {"http": proxy, "https": proxy}
    for prefix, adapter in (options.get("mounts") or {}).items():
        if not isinstance(adapter, BaseAdapter):
            raise TypeError(f"mounts has a {type(adapter).__name__} where an adapter of requests must be")
        for one in ("https://", "http://") if prefix == "all://" else (prefix,):
            session.mount(one, adapter)
    session.headers.update(options.get("headers") or {})
    session.params = options.get("params") or {}
    session.verify = options.get("verify", True)
    session.cert = options.get("cert")
    session.trust_env = options.get("trust_env", True)


_OTHER_NAMES = {"auth": "auth_method", "limits": "pool_size", "transport": "mounts"}
"""What the HTTP library of other clients calls options that there are."""
_SESSION_ATTRIBUTES = ("hooks", "proxies", "stream")
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
