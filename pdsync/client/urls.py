"""URLs: what the caller may write, and the one host the credential may go to."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from pdsync.client.errors import UrlError

__all__ = ["check_base_url", "normalize_url", "same_origin"]

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
