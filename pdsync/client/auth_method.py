"""Authentication objects: a credential, and where a request carries it.

    AuthMethod
        HeaderAuthMethod                  in a header
            TokenAuthMethod               a REST API key
            OAuthTokenAuthMethod          an OAuth access token
            PassThruHeaderAuthMethod      a whole Authorization header, for a proxy or an MCP server
        BodyParameterAuthMethod           in the body
            RoutingKeyAuthMethod          the routing key of an integration
            ClientCredentialsAuthMethod   the secret and the id of an application

A client makes the one it needs from its key. Any client takes one in place of the key, also one of a class of your own.

What a credential looks like is checked here, because the HTTP library quotes a header value it refuses, and so would print the secret.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TypeAlias

from requests import PreparedRequest
from requests.auth import AuthBase

from pdsync.client.errors import UrlError
from pdsync.client.text import last_4

__all__ = [
    "AuthMethod",
    "BodyParameterAuthMethod",
    "ClientCredentialsAuthMethod",
    "Credential",
    "CredentialAuth",
    "HeaderAuthMethod",
    "OAuthTokenAuthMethod",
    "PassThruHeaderAuthMethod",
    "RoutingKeyAuthMethod",
    "TokenAuthMethod",
    "check_auth_header",
    "check_credential",
]


class AuthMethod(ABC):
    """How requests show who they are from. The text form shows the last four characters of the secret only.

    A class of your own decides what its secret is. What it puts into headers is checked when it is sent.

    Args:
        secret: the credential.
    """

    _secret: str = ""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    @property
    def secret(self) -> str:
        """The credential, in clear."""
        return self._secret

    @secret.setter
    def secret(self, secret: str) -> None:
        self._secret = self._checked(secret)

    @property
    def trunc_secret(self) -> str:
        """The last four characters of the credential, for display."""
        secret: object = self.secret
        return last_4(secret if isinstance(secret, str) else "")

    @property
    @abstractmethod
    def auth_header(self) -> dict[str, str]:
        """The headers with the credential, in clear. Empty where it goes into the body."""

    @property
    @abstractmethod
    def auth_param(self) -> dict[str, str]:
        """The parameters of the body with the credential, in clear. Empty where it goes into a header."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.trunc_secret}>"

    def _checked(self, secret: str) -> str:
        return secret


Credential: TypeAlias = str | AuthMethod
"""A key, or an authentication object that has one."""


class HeaderAuthMethod(AuthMethod):
    """A credential that goes into a header."""

    @property
    def auth_param(self) -> dict[str, str]:
        """Empty: the credential is in a header."""
        return {}


class BodyParameterAuthMethod(AuthMethod):
    """A credential that goes into the body."""

    @property
    def auth_header(self) -> dict[str, str]:
        """Empty: the credential is in the body."""
        return {}


class KeyAuthMethod(AuthMethod):
    """A credential without white space.

    Raises:
        UrlError: a secret that no key can be; raised whenever ``secret`` is set.
    """

    def _checked(self, secret: str) -> str:
        return check_credential(secret)


class TokenAuthMethod(KeyAuthMethod, HeaderAuthMethod):
    """A REST API key, of an account or of a user."""

    @property
    def auth_header(self) -> dict[str, str]:
        """``Authorization: Token token=...``"""
        return {"Authorization": f"Token token={self.secret}"}


class OAuthTokenAuthMethod(KeyAuthMethod, HeaderAuthMethod):
    """An OAuth access token."""

    @property
    def auth_header(self) -> dict[str, str]:
        """``Authorization: Bearer ...``"""
        return {"Authorization": f"Bearer {self.secret}"}


class PassThruHeaderAuthMethod(HeaderAuthMethod):
    """A whole ``Authorization`` header, which is sent as it is: for a proxy or an MCP server that passes one on."""

    @property
    def auth_header(self) -> dict[str, str]:
        """``Authorization`` with the secret as its value."""
        return {"Authorization": self.secret}

    def _checked(self, secret: str) -> str:
        return check_header_value(secret, "the Authorization header")


class RoutingKeyAuthMethod(KeyAuthMethod, BodyParameterAuthMethod):
    """The routing key of an integration, which the Events API reads from the event."""

    @property
    def auth_param(self) -> dict[str, str]:
        """The ``routing_key``."""
        return {"routing_key": self.secret}


class ClientCredentialsAuthMethod(KeyAuthMethod, BodyParameterAuthMethod):
    """The secret and the id of an application, which the identity service reads from the form."""

    def __init__(self, secret: str, client_id: str) -> None:
        super().__init__(secret)
        self.client_id = client_id

    @property
    def auth_param(self) -> dict[str, str]:
        """The ``client_id`` and the ``client_secret``."""
        return {"client_id": self.client_id, "client_secret": self.secret}


class CredentialAuth(AuthBase):
    """Keeps the HTTP library from taking a credential of its own, out of ``.netrc``. The client puts its ``auth_header`` on every
    request, so that no header dictionary of the session holds it."""

    def __init__(self, method: AuthMethod) -> None:
        self._method = method

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        return request

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._method.trunc_secret}>"


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
