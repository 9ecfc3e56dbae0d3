"""Failures of the transport: which are worth another attempt, and which surely left the request unprocessed."""

from collections.abc import Iterator
from ssl import SSLCertVerificationError
from typing import Any

from requests import exceptions
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
from urllib3.exceptions import ProxyError as PoolProxyError

from pdsync.client.text import printable

__all__ = ["TRANSPORT_ERRORS", "innermost_text", "is_transient", "surely_not_processed"]

# urllib3's errors come through where requests has no name for them.
TRANSPORT_ERRORS = (exceptions.RequestException, HTTPError)

_TRANSIENT = (
    exceptions.ConnectionError,
    exceptions.Timeout,
    exceptions.ChunkedEncodingError,
    exceptions.ContentDecodingError,
    HTTPError,
)


def is_transient(error: BaseException) -> bool:
    """Whether the same request may succeed a moment later. A certificate that is not trusted stays so."""
    if any(isinstance(cause, SSLCertVerificationError) for cause in _causes(error)):
        return False
    return isinstance(error, _TRANSIENT) and not isinstance(error, ValueError)


def surely_not_processed(error: BaseException) -> bool:
    """Whether the request cannot have reached the API: no connection, name not found, proxy or TLS refused it."""
    if isinstance(error, (exceptions.ConnectTimeout, exceptions.ProxyError)):
        return True
    unsent = (NewConnectionError, ConnectTimeoutError, PoolProxyError, SSLCertVerificationError)
    return any(isinstance(cause, unsent) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything it wraps: as ``reason``, as argument or as cause.

    Not as context: that may be an error which the *caller* was handling when it made this request.
    """
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        current = waiting.pop()
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [getattr(current, "reason", None), current.__cause__, *current.args]


def innermost_text(error: BaseException) -> str:
    """What went wrong, in a line: the innermost error says it best."""
    inner: Any = error
    while True:
        deeper = getattr(inner, "reason", None) or next(
            (argument for argument in reversed(inner.args) if isinstance(argument, BaseException)), None
        )
        if not isinstance(deeper, BaseException):
            return printable(str(inner)) or type(inner).__name__
        inner = deeper
