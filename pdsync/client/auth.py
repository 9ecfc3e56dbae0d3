"""Credentials, put on a request at the last moment so that no header dictionary holds them."""

from collections.abc import Mapping

from requests import PreparedRequest
from requests.auth import AuthBase

from pdsync.client.errors import UrlError
from pdsync.client.text import last_4

__all__ = ["AUTH_TYPES", "BearerAuth", "CredentialAuth", "TokenAuth"]


class CredentialAuth(AuthBase):
    """Sets the ``Authorization`` header, unless the caller set one: of the call or of the session, as documented.

    Its text form shows the last four characters only.
    """

    scheme = ""

    def __init__(self, credential: str) -> None:
        self._credential = credential

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers.setdefault("Authorization", self.header_value)
        return request

    @property
    def header_value(self) -> str:
        return self.scheme + self._credential

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {last_4(self._credential)}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CredentialAuth) and other.header_value == self.header_value

    __hash__ = None  # type: ignore[assignment]


class TokenAuth(CredentialAuth):
    """A REST API key, of an account or of a user."""

    scheme = "Token token="


class BearerAuth(CredentialAuth):
    """An OAuth access token."""

    scheme = "Bearer "


AUTH_TYPES: dict[str, type[CredentialAuth]] = {"token": TokenAuth, "bearer": BearerAuth, "oauth2": BearerAuth}
"""What ``auth_type`` may be; ``bearer`` and ``oauth2`` are the same."""


def check_credential(credential: object, what: str = "the API key") -> str:
    """The credential, if it can be a header value. `what` names it in errors.

    Checked here because the HTTP library quotes a header value it refuses, and so would print the secret.

    Raises:
        UrlError: not a string, empty, or with white space or characters other than printable ASCII.
    """
    if not isinstance(credential, str):
        raise UrlError(f"{what} must be a string, not {type(credential).__name__}")
    if not credential:
        raise UrlError(f"{what} is empty")
    if not _fits_header(credential) or " " in credential:
        raise UrlError(f"{what} holds white space or characters that no key has (is a line break attached?)")
    return credential


def check_auth_header(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The headers of an overridden ``auth_header``, if they can be sent. Raises UrlError, which quotes no value."""
    for name, value in headers.items():
        if not isinstance(value, str) or not _fits_header(value) or value != value.strip():
            raise UrlError(f"auth_header gives {name!r} a value that no header can have (is a line break attached?)")
    return headers


def _fits_header(value: str) -> bool:
    return value.isascii() and value.isprintable()
