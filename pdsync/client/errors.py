"""Every error the client raises.

    Error
    ├── UrlError                a URL, path, method or argument the API cannot be asked with; nothing was sent
    ├── NetworkError            no answer arrived; also an instance of the error of the HTTP library
    ├── AmbiguousWriteError     a POST may or may not have been processed; it was not sent again
    ├── IncompleteListError     a listing cannot be read as a whole; what was read is not all there is
    ├── DuplicateError          more than one object matches where one was asked for
    └── HttpError               the API answered, and the answer is the error
        └── HttpServerError     (also ServerHttpError) a 5xx, or an answer that breaks the API's own description

No message holds a credential or a request body. ``HttpError`` and ``HttpServerError`` always carry the
``requests.Response``; its prepared request does hold the token in its headers, so log messages, not requests.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from requests import Response
from requests.exceptions import RequestException

__all__ = [
    "AmbiguousWriteError",
    "DuplicateError",
    "Error",
    "HttpError",
    "HttpServerError",
    "IncompleteListError",
    "NetworkError",
    "ServerHttpError",
    "UrlError",
]


class Error(Exception):
    """Base of all errors of this package. ``response`` is None where the API gave no answer."""

    response: Response | None = None

    def __init__(self, message: str, response: Response | None = None) -> None:
        super().__init__(message)
        self.msg = message
        self.response = response


class UrlError(Error, ValueError):
    """An unsupported URL or malformed input; raised before anything is sent. It is a ValueError too, which the
    predecessors of this library raised for some of it."""


class IncompleteListError(Error):
    """A listing that is not the whole collection. The message says how to go on.

    ``read`` is the number of objects read, ``total`` what the API says there are (None when it does not say).
    """

    def __init__(self, message: str, *, read: int, total: int | None = None) -> None:
        super().__init__(message)
        self.read = read
        self.total = total


class DuplicateError(Error):
    """More than one object matches where only one may. ``found`` holds them, ``ids`` their ids in order."""

    def __init__(self, what: str, found: Sequence[Mapping[str, Any]]) -> None:
        self.found = tuple(found)
        self.ids = tuple(sorted(str(item.get("id")) for item in self.found))
        super().__init__(f"{what}: {', '.join(self.ids)}")


class AmbiguousWriteError(Error):
    """A POST that may have been processed although its answer was lost, or was a server error.

    Sending it again could create a second object. Look for the object first. ``method`` and ``url`` say which
    request it was; the body is deliberately not kept. ``response`` is set when the cause was a 5xx answer.
    """

    def __init__(self, message: str, *, method: str, url: str, response: Response | None = None) -> None:
        super().__init__(message, response)
        self.method = method
        self.url = url


class NetworkError(Error, RequestException):
    """No answer from the API after all attempts.

    Instances also inherit from the type of the underlying error, so ``except requests.ReadTimeout`` works.
    """

    @classmethod
    def caused_by(cls, cause: BaseException, message: str) -> "NetworkError":
        """The error to raise (``from cause``) for this error of the HTTP library."""
        return _network_error_type(cls, type(cause))(message)


_types: dict[tuple[type[NetworkError], type[BaseException]], type[NetworkError]] = {}


def _network_error_type(base: type[NetworkError], cause: type[BaseException]) -> type[NetworkError]:
    if not issubclass(cause, RequestException) or issubclass(base, cause):
        return base
    if (base, cause) not in _types:
        body = {"__doc__": base.__doc__, "__module__": __name__}
        _types[base, cause] = type(f"Network{cause.__name__}", (base, cause), body)
    return _types[base, cause]


class HttpError(Error):
    """The API answered with an error.

    Attributes: ``response``; ``status`` (int); ``code`` (PagerDuty's own error code, int or None); ``message``
    (PagerDuty's sentence, or the reason phrase); ``errors`` (its list of details, always strings);
    ``request_id`` (for PagerDuty's support; None if absent).
    """

    response: Response

    def __init__(self, message: str, response: Response) -> None:
        super().__init__(message, response)
        self.status: int = response.status_code
        self.request_id: str | None = response.headers.get("x-request-id")
        parsed = parse_error_body(response)
        self.code: int | None = parsed[0]
        self.message: str = parsed[1]
        self.errors: list[str] = parsed[2]


class HttpServerError(HttpError):
    """The server failed (5xx) or answered something its own API description does not allow."""


ServerHttpError: TypeAlias = HttpServerError


def parse_error_body(response: Response) -> tuple[int | None, str, list[str]]:
    """(code, message, details) of an error answer, whatever its form.

    The usual body is ``{"error": {"message", "code", "errors": [...]}}``. Also seen on the live API: a bare
    string, a bare list, a map of field to messages (v3 schedules), and nothing at all (facts gathered from
    terraform-provider-pagerduty's decoder and its fallbacks).
    """
    try:
        return _parse_error(response.json(), response.reason or "")
    except (ValueError, RecursionError):  # no JSON, or nested deeper than Python follows
        return None, response.reason or "", []


def _parse_error(body: Any, fallback: str) -> tuple[int | None, str, list[str]]:
    error = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(error, str):
        # OAuth (RFC 6749, 5.2) says it twice: for machines, and in a sentence.
        return None, error, _details(body.get("error_description")) if isinstance(body, dict) else []
    if isinstance(error, list):
        return None, fallback, _details(error)
    if not isinstance(error, dict):
        return None, fallback, []
    code = error.get("code")
    message = error.get("message")
    return (
        code if isinstance(code, int) and not isinstance(code, bool) else None,
        message if isinstance(message, str) else fallback,
        _details(error.get("errors")),
    )


def _details(errors: Any) -> list[str]:
    if errors is None:
        return []
    if isinstance(errors, dict):
        return [f"{field}: {detail}" for field, value in errors.items() for detail in _details(value)]
    if isinstance(errors, list):
        return [detail for value in errors for detail in _details(value)]
    return [str(errors)]
