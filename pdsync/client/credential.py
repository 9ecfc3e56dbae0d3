"""What a credential may look like. Checked here because the HTTP library quotes a header value it refuses, and so would print the secret."""

from collections.abc import Mapping

from pdsync.client.errors import UrlError

__all__ = ["check_auth_header", "check_credential", "check_header_value"]


def check_credential(credential: object, what: str = "the API key") -> str:
    """The credential, if it can be part of a header value. `what` names it in errors.

    Raises:
        UrlError: not a string, empty, or with white space or characters other than printable ASCII.
    """
    text = check_header_value(credential, what)
    if " " in text:
        raise _unfit(what)
    return text


def check_header_value(value: object, what: str) -> str:
    """The value, if it can be a whole header value, in which a blank may be. `what` names it in errors. Raises UrlError."""
    if not isinstance(value, str):
        raise UrlError(f"{what} must be a string, not {type(value).__name__}")
    if not value:
        raise UrlError(f"{what} is empty")
    if not _fits_header(value):
        raise _unfit(what)
    return value


def check_auth_header(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The headers of an overridden ``auth_header``, if they can be sent. Raises UrlError, which quotes no value."""
    for name, value in headers.items():
        if not isinstance(value, str) or not _fits_header(value):
            raise UrlError(f"auth_header gives {name!r} a value that no header can have (is a line break attached?)")
    return headers


def _fits_header(value: str) -> bool:
    return value.isascii() and value.isprintable() and value == value.strip()


def _unfit(what: str) -> UrlError:
    return UrlError(f"{what} holds white space or characters that no key has (is a line break attached?)")
