"""Errors of the client, in words for a user of pdsync, with what to do next."""

from __future__ import annotations

from urllib.parse import urlsplit

from requests import exceptions

from pdsync.cli.invocation import Invocation
from pdsync.client import Error, HttpError, IncompleteListError, NetworkError

HINT_403 = "A read-only key can plan. An apply needs a key that may write, from a person who manages these objects."
HINT_403_READ = "The token must be able to read everything here. A read-only key of the whole account can."
_QUOTED = 300


def explain_client_error(error: Error, invocation: Invocation) -> tuple[str, str]:
    """What went wrong, and what to do next."""
    limit = invocation.time_limit
    if isinstance(error, NetworkError) and limit is not None and limit.is_over:
        message = f"the time limit is reached (--timeout, {limit}), and {_host(invocation)} did not answer: {error}"
        return message, "Try again, or give it more time with --timeout."
    if isinstance(error, NetworkError):
        return _explain_network(error, invocation)
    if isinstance(error, HttpError):
        return _explain_http(error, invocation)
    if isinstance(error, IncompleteListError):
        return str(error), "pdsync does not work with an incomplete list."
    return str(error), ""


def _host(invocation: Invocation) -> str:
    parts = urlsplit(invocation.base_url)
    return parts.netloc or "PagerDuty"


def _explain_network(error: NetworkError, invocation: Invocation) -> tuple[str, str]:
    host, where = _host(invocation), invocation.base_url_source
    check = f"The address is from {where}." if where else "The region is us; see --region."
    if isinstance(error, exceptions.SSLError):
        hint = "Behind a proxy that inspects TLS, set REQUESTS_CA_BUNDLE to its certificate."
        return f"{host}: its certificate is not trusted, so nothing was sent ({_innermost(error)})", hint
    if isinstance(error, exceptions.ProxyError):
        return f"{host}: the proxy cannot be reached ({_innermost(error)})", "See HTTPS_PROXY and NO_PROXY."
    if isinstance(error, exceptions.Timeout):
        return f"{host}: no answer in time", "Try again; https://status.pagerduty.com lists incidents."
    return f"{host}: cannot be reached ({_innermost(error)})", f"{check} Is the network up?"


def _innermost(error: NetworkError) -> str:
    from pdsync.client.network import innermost_text

    text = innermost_text(error.__cause__) if error.__cause__ is not None else str(error)
    return text.rpartition("] ")[2].rstrip(")")[:_QUOTED]


def _explain_http(error: HttpError, invocation: Invocation) -> tuple[str, str]:
    if error.status < 400:
        return str(error), f"Is {_host(invocation)} PagerDuty's API? A proxy or a login page may have answered."
    said = "; ".join(text for text in (error.message, *error.errors) if text)[:_QUOTED]
    code = f", code {error.code}" if error.code is not None else ""
    request = f", request {error.request_id}" if error.request_id else ""
    message = f"{_host(invocation)} answered HTTP {error.status}{f': {said}' if said else ''}{code}{request}"
    source = invocation.token_source or "the token"
    if error.status == 401:
        return f"the token from {source} is refused. {message}", _hint_401(invocation)
    sent = error.response.request
    method, path = (sent.method or "", urlsplit(sent.url or "").path) if sent is not None else ("", "")
    if error.status == 403:
        asked = f"may not {method} {path}" if method else "may not do this"
        return f"the token from {source} {asked}. {message}", HINT_403_READ if method == "GET" else HINT_403
    if error.status == 429:
        limit = (
            f" pdsync tried until its time limit (--timeout, {invocation.time_limit})." if invocation.time_limit else ""
        )
        return message, f"The token's rate limit is used up, possibly by other programs.{limit} Try again in a minute."
    if error.status >= 500:
        return message, "Try again; https://status.pagerduty.com lists incidents."
    return f"{method} {path}: {message}".lstrip(" :"), ""


def _hint_401(invocation: Invocation) -> str:
    if invocation.base_url.endswith(".pagerduty.com"):
        return "Is it a REST API key of this account, and of this region (--region us|eu)?"
    return "Is it a token for this address?"
