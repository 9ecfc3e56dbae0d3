"""URLs: what the caller may write as path and query, and the one host the credential may go to."""

import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any, TypeAlias
from urllib.parse import SplitResult, unquote, urlsplit

from pdsync.client.errors import UrlError

__all__ = ["Params", "check_base_url", "host_of", "normalize_params", "normalize_url", "route_of", "same_origin"]

Params: TypeAlias = Mapping[str, Any] | Iterable[tuple[str, Any]] | None
"""What callers may pass as ``params``: a mapping, or pairs (a name may then occur more than once)."""


_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:/", re.IGNORECASE)
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
_UNSAFE_IN_PATH = re.compile(r"[\x00-\x1f\x7f\\]")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def check_base_url(base_url: str) -> str:
    """A base URL without its trailing slash.

    Raises:
        UrlError: not https (plain http is for loopback addresses only, since the credential would be readable
            on the way), or with user name, query or fragment.
    """
    parts = _split(base_url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise UrlError(f"the base URL must look like https://api.pagerduty.com, not {_shown(parts)!r}")
    if parts.query or parts.fragment:
        raise UrlError(f"the base URL {_shown(parts)!r} must end with its path")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise UrlError(f"plain http would show the credential to the network: use https for {parts.hostname}")
    _check_path(parts.path)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def normalize_url(base_url: str, url: str) -> str:
    """A complete API URL, from a path (with or without a leading slash) or from a full URL below the base.

    The query string, if any, is kept; a fragment is dropped. The result always begins with ``base_url``, so
    however a URL was spelled, the request cannot go elsewhere.

    Raises:
        UrlError: a URL of another host, scheme, port or base path, or one with a user name, white space or
            ``..`` in it.
    """
    if not isinstance(url, str):
        raise UrlError(f"a URL must be a string, not {type(url).__name__}")
    base = base_url.rstrip("/")
    if not _ABSOLUTE.match(url):
        if _UNSAFE_IN_PATH.search(url):
            raise UrlError(f"control characters or backslashes in the path {url!r}")
        path, rest = _without_fragment("/" + url.lstrip("/").replace(" ", "%20"))
        _check_path(path)
        return base + path + rest
    parts, base_parts = _split(url), _split(base)
    if _origin(parts) != _origin(base_parts):
        raise UrlError(f"{_shown(parts)!r} is not on {base}: the credential of this client must not go there")
    path, rest = _without_fragment(parts.path + (f"?{parts.query}" if parts.query else ""))
    if path != base_parts.path and not path.startswith(base_parts.path + "/"):
        raise UrlError(f"{_shown(parts)!r} is not below {base}")
    _check_path(path)
    return base + path[len(base_parts.path) :] + rest


def same_origin(base_url: str, url: str) -> bool:
    """Whether two complete URLs agree in scheme, host and port."""
    try:
        return _origin(_split(base_url)) == _origin(_split(url))
    except UrlError:
        return False


def url_path(base_url: str, url: str) -> str:
    """The path of an API URL below its base, from a leading slash to before the query."""
    return _without_fragment(normalize_url(base_url, url)[len(base_url.rstrip("/")) :])[0] or "/"


def route_of(method: str | None, url: str | None) -> str:
    """What requests for different objects of a collection have in common: the method, where the path begins, and its length."""
    parts = _split(url or "").path.strip("/").split("/")
    return f"{method} {parts[0]} {len(parts)}"


def host_of(url: object) -> str:
    """The host of an address that an answer holds, such as ``html_url``; empty where it is not one that can be read."""
    try:
        return (urlsplit(url).hostname or "") if isinstance(url, str) else ""
    except ValueError:
        return ""


def _split(url: str) -> SplitResult:
    if not isinstance(url, str):
        raise UrlError(f"a URL must be a string, not {type(url).__name__}")
    if _UNSAFE.search(url):
        raise UrlError("white space, control characters or backslashes in a URL")
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (reading it validates it)
    except ValueError:
        raise UrlError("malformed URL") from None
    if "@" in parts.netloc:
        raise UrlError(f"user name or password in a URL of {parts.hostname}")
    return parts


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme)


def _shown(parts: SplitResult) -> str:
    # Without the query: it may hold what a log should not.
    return f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.netloc else parts.path or parts.scheme


def _without_fragment(target: str) -> tuple[str, str]:
    path, mark, query = target.partition("#")[0].partition("?")
    return path, mark + query if query else ""


def _check_path(path: str) -> None:
    # The HTTP library resolves dot segments, so an id of ".." would address another object than it names.
    if any(unquote(segment) in {".", ".."} for segment in path.split("/")):
        raise UrlError(f"dot segments in the path {path!r}")


def _is_loopback(hostname: str) -> bool:
    if hostname == "localhost":
        return True
    try:
        return ip_address(hostname).is_loopback
    except ValueError:
        return False


def normalize_params(params: Params) -> list[tuple[str, str]]:
    """Pairs ready for the query string. What was passed in is not changed.

    A list, or anything else of several values such as a set or ``keys()``, stands for a set filter: one pair for each
    value, under the name with ``[]`` appended if it does not end so already (REST API v2 requires it). Booleans
    become ``true`` and ``false``; a value of None leaves the parameter out.

    Raises:
        UrlError: not a mapping and not pairs, or a value that is a mapping.
    """
    if params is None:
        return []
    pairs = params.items() if isinstance(params, Mapping) else params
    normal: list[tuple[str, str]] = []
    try:
        for name, value in pairs:
            if isinstance(value, Mapping):
                raise UrlError(f"the parameter {name!r} must be a value or a list of values, not a mapping")
            if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
                key = name if name.endswith("[]") else f"{name}[]"
                normal.extend((key, _as_text(item)) for item in value if item is not None)
            elif value is not None:
                normal.append((name, _as_text(value)))
    except UrlError:
        raise
    except (TypeError, ValueError, AttributeError):
        raise UrlError("params must be a mapping or a list of (name, value) pairs") from None
    return normal


def without(pairs: Iterable[tuple[str, str]], *names: str) -> list[tuple[str, str]]:
    """The pairs but those of these names."""
    return [(name, value) for name, value in pairs if name not in names]


def last_value(pairs: Iterable[tuple[str, str]], name: str) -> str | None:
    """The value of the last pair of this name, or None."""
    found = [value for key, value in pairs if key == name]
    return found[-1] if found else None


def _as_text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode()
    return str(value).lower() if isinstance(value, bool) else str(value)
