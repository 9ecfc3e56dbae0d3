"""Judging and decoding answers."""

from typing import Any

from requests import Response

from pdsync.client.errors import HttpError, HttpServerError, parse_error_body
from pdsync.client.text import last_4, printable, truncate_text

__all__ = ["http_error_message", "successful_response", "try_decoding"]


def http_error_message(r: Response, context: str | None = None) -> str:
    """One line on an error answer: method, URL, status, what PagerDuty said, its code and the request id.

    At most ``TEXT_LEN_LIMIT`` characters of each text of the API are quoted; control characters are escaped, and
    the credential of the request is blotted out should the server repeat it.
    """
    code, message, details = parse_error_body(r)
    said = [truncate_text(printable(text)) for text in (message, *details) if text]
    text = f"{_request_line(r)}: {context + ': ' if context else ''}HTTP {r.status_code}"
    if said:
        text += f" ({'; '.join(said)})"
    if code is not None:
        text += f", code {code}"
    request_id = r.headers.get("x-request-id")
    if request_id:
        text += f", request id {printable(request_id)}"
    return _without_credential(r, text)


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
    """The decoded JSON body; None where there is no body (204 and the like).

    Raises:
        HttpServerError: the body is not JSON.
    """
    if not r.content:
        return None
    try:
        return r.json()
    except ValueError:
        raise HttpServerError(http_error_message(r, "the answer is not JSON"), r) from None


def _request_line(r: Response) -> str:
    request = r.request
    # Only hand-made responses have no request.
    return f"{request.method} {printable(request.url or '')}" if request is not None else r.url or "response"


def _without_credential(r: Response, text: str) -> str:
    header = r.request.headers.get("Authorization") if r.request is not None else None
    if not header:
        return text
    shown = header if isinstance(header, str) else header.decode("latin-1")
    credential = shown.rpartition("=")[2] if shown.startswith("Token token=") else shown.rpartition(" ")[2]
    return text.replace(credential, last_4(credential)) if credential else text
