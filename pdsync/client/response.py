"""Judging and decoding answers."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from requests import PreparedRequest, Response

from pdsync.client.errors import HttpError, HttpServerError, parse_error_body
from pdsync.client.text import last_4, printable, truncate_text

__all__ = ["http_error_message", "shown_credential", "successful_response", "try_decoding", "without_credential"]

_CONFIDENTIAL = "routing_key|client_secret|refresh_token|code|code_verifier"
_SECRET_FIELD = re.compile(rf'"(?:{_CONFIDENTIAL})": *"([^"]+)"|(?:^|&)(?:{_CONFIDENTIAL})=([^&]+)', re.MULTILINE)

_SECRET_HEADER = re.compile("auth|key|token|secret|signature", re.IGNORECASE)
"""Headers that a client of Jira Server or of a gateway shows who it is with."""


def http_error_message(r: Response, context: str | None = None) -> str:
    """One line on an error answer: method, URL, status, what PagerDuty said, its code and the request id.

    At most ``TEXT_LEN_LIMIT`` characters of each text of the API are quoted; control characters are escaped, and
    the credential of the request is blotted out should the server repeat it.
    """
    code, message, details = parse_error_body(r)
    # Blotted out first: half of a credential would not be found.
    said = [truncate_text(printable(without_credential(r, text))) for text in (message, *details) if text]
    text = f"{_request_line(r)}: {context + ': ' if context else ''}HTTP {r.status_code}"
    if said:
        text += f" ({'; '.join(said)})"
    if code is not None:
        text += f", code {code}"
    request_id = r.headers.get("x-request-id")
    if request_id:
        text += f", request id {printable(request_id)}"
    return without_credential(r, text)


def successful_response(r: Response, context: str | None = None) -> Response:
    """The response, if its status is 2xx.

    Raises:
        HttpServerError: 5xx. HttpError: any other status.
    """
    if 200 <= r.status_code < 300:
        return r
    error = HttpServerError if r.status_code >= 500 else HttpError
    raise error(http_error_message(r, context), r)


def try_decoding(r: Response) -> Any:
    """The decoded JSON body; None where there is no body, or only white space in it (204 and the like).

    Raises:
        HttpServerError: the body is not JSON.
    """
    try:
        return r.json()
    except (ValueError, RecursionError):  # nested deeper than Python reads is not an answer either
        if not r.content or r.content.isspace():
            return None
        raise HttpServerError(http_error_message(r, "the answer is not JSON"), r) from None


def _request_line(r: Response) -> str:
    request = r.request
    # Only hand-made responses have no request.
    return f"{request.method} {printable(request.url or '')}" if request is not None else r.url or "response"


def without_credential(r: Response, text: str) -> str:
    """The text with the credentials of the request blotted out, should the server repeat them."""
    for credential in _credentials(r.request) if r.request is not None else ():
        text = text.replace(credential, last_4(credential))
    return text


def shown_credential(request: PreparedRequest) -> str:
    """The last four characters of the credential that a request was sent with, or an empty string."""
    return last_4(next(_credentials(request), "")) if request is not None else ""


def _credentials(request: PreparedRequest) -> Iterator[str]:
    """What the request shows who it is with: headers, or fields of the body (Events API, OAuth)."""
    header = _text(request.headers.get("Authorization"))
    credential = header.removeprefix("Token token=").rpartition(" ")[2]
    if credential:
        yield credential
    for name, value in request.headers.items():
        if value and name.lower() != "authorization" and _SECRET_HEADER.search(name):
            yield _text(value)
    for match in _SECRET_FIELD.finditer(_text(request.body)):
        yield match[1] or unquote_plus(match[2])


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value if isinstance(value, str) else ""
