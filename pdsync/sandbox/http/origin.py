"""Origin: which requests to the sandbox itself may be answered.

They need no token. So a page in a browser on this machine must not be able to make them: neither one of another site (a cross-site
POST), nor one whose name was made to lead here (DNS rebinding; the Host header then holds that name).
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from pdsync.sandbox.http.problem import Problem

_SAFE = ("GET", "HEAD", "OPTIONS")
_WILDCARDS = ("", "0.0.0.0", "::")  # noqa: S104 (compared, not bound)
# Names that no one can register: a stranger's domain cannot be below them (RFC 6761, RFC 6762, RFC 8375, ICANN for internal).
_PRIVATE = (".localhost", ".local", ".internal", ".test", ".home.arpa")
# A form of another site can send these without a question to the server first (Fetch standard: CORS-safelisted). curl -d sends the
# third of them, application/x-www-form-urlencoded; a browser that does so says its Origin.
_FORMS = ("text/plain", "multipart/form-data")


def check_origin(method: str, headers: Mapping[str, str], bound_host: str) -> None:
    """Raises Problem (403) for a request that a foreign page may have made. `bound_host` is where the sandbox listens."""
    host = headers.get("Host", "")
    name = _hostname(host)
    if not _is_own(name, bound_host):
        raise _refused(f"Host {host!r} is not a name of this sandbox")
    if method in _SAFE:
        return
    site = headers.get("Sec-Fetch-Site", "none")
    if site not in ("same-origin", "none"):
        raise _refused(f"a page of another site sent it (Sec-Fetch-Site: {site})")
    origin = headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
        raise _refused(f"a page of another site sent it (Origin: {origin})")
    content_type = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if content_type in _FORMS:
        raise _refused(f"the body must be application/json, not {content_type}")


def reachable_host(bound_host: str) -> str:
    """Where a client on this machine reaches a sandbox that listens there: a wildcard is not an address to connect to."""
    return {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(bound_host, bound_host)  # noqa: S104


def _hostname(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").removesuffix(".")
    except ValueError:
        return ""


def _is_own(name: str, bound_host: str) -> bool:
    """Whether the name in Host can only be meant for this sandbox."""
    if name == "localhost" or name.endswith(".localhost") or (name and name == bound_host.lower()):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        is_name_here = "." not in name or name.endswith(_PRIVATE)
        return bool(name) and _listens_outside(bound_host) and is_name_here
    # An address was typed as such, and no name of a stranger led to it.
    return address.is_loopback or _listens_outside(bound_host)


def _listens_outside(bound_host: str) -> bool:
    """Whether other machines, such as containers next to this one, are to reach it under names of their own."""
    if bound_host in _WILDCARDS:
        return True
    try:
        return not ip_address(bound_host).is_loopback
    except ValueError:
        return bound_host != "localhost"


def _refused(why: str) -> Problem:
    return Problem(403, 2010, "Access Denied", [f"The sandbox does not answer this: {why}."])
