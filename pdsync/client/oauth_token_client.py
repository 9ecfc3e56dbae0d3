"""The client that obtains OAuth access tokens."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Unpack
from urllib.parse import urlencode

from requests import Response

from pdsync.client.api_client import ApiClient
from pdsync.client.auth_method import AuthMethod, ClientCredentialsAuthMethod
from pdsync.client.errors import HttpServerError, UrlError
from pdsync.client.options import ClientOptions
from pdsync.client.response import successful_response, try_decoding
from pdsync.client.rest_api_v2_client import RestApiV2Client
from pdsync.client.setting import Setting

__all__ = ["OAuthTokenClient"]

# PKCE (RFC 7636) asks for 43 characters at least; 32 octets make 43.
_VERIFIER_OCTETS = 32


class RefreshedClientOptions(ClientOptions, total=False):
    """What ``refresh_client`` hands on to the constructor of the client it makes."""

    default_from: str | None
    debug: bool


class OAuthTokenClient(ApiClient):
    """A session with PagerDuty's identity service, for one registered application.

    The methods that get a token return the decoded answer as a dictionary, with ``access_token``, for grants of a user
    ``refresh_token``, and in addition ``expiration_date``: when the access token ends, in ISO 8601 with its offset.
    They raise HttpError where the grant is refused, and HttpServerError for an answer that is not a grant.

    Args:
        client_secret, client_id: of the application.
        debug: prints all log messages to ``sys.stderr``; secrets and tokens are not among them.
        base_url: for a local API.
        now: replaces the clock; gives an aware datetime.
        options: see ``ClientOptions``.

    Raises:
        UrlError: a secret or URL that cannot be used.
    """

    default_url: ClassVar[str] = "https://identity.pagerduty.com"
    permitted_methods = ("POST",)

    early_refresh_buffer = Setting(86_400, minimum=0)
    """``refresh_client`` refreshes a token that ends in less than this many seconds."""

    def __init__(
        self,
        client_secret: str,
        client_id: str,
        debug: bool = False,
        base_url: str | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        **options: Unpack[ClientOptions],
    ) -> None:
        self.client_id = client_id
        super().__init__(client_secret, debug, base_url, **options)
        self._now = now

    def authorize_url(self, scope: str, redirect_uri: str) -> str:
        """Where a user's browser goes to authorize the application; it comes back to ``redirect_uri`` with a code."""
        return _authorize_url(self.url, self.client_id, scope, redirect_uri)

    @classmethod
    def get_authorize_url(cls, client_id: str, scope: str, redirect_uri: str, base_url: str | None = None) -> str:
        """``authorize_url`` without a client, and so without the secret."""
        return _authorize_url((base_url or cls.default_url).rstrip("/"), client_id, scope, redirect_uri)

    def generate_s256_pkce_params(self) -> tuple[str, str]:
        """A new (code verifier, code challenge). Keep the verifier until the code is exchanged."""
        verifier = _base64url(secrets.token_bytes(_VERIFIER_OCTETS))
        return verifier, _base64url(hashlib.sha256(verifier.encode("ascii")).digest())

    def get_pkce_authorize_url(self, scope: str, redirect_uri: str, code_challenge: str) -> str:
        """``authorize_url`` with the challenge of ``generate_s256_pkce_params``."""
        challenge = {"code_challenge": code_challenge, "code_challenge_method": "S256"}
        return _authorize_url(self.url, self.client_id, scope, redirect_uri, **challenge)

    def get_new_token(self, **form: str) -> dict[str, Any]:
        """A token by these fields, to which ``request`` adds id and secret of the application; what the other methods build on."""
        return self.amended_auth_response(self.post("oauth/token", data=form))

    def get_new_token_from_code(self, auth_code: str, scope: str, redirect_uri: str) -> dict[str, Any]:
        """A token for the code that came to ``redirect_uri``; the arguments as for the authorize URL."""
        return self.get_new_token(
            grant_type="authorization_code", code=auth_code, scope=scope, redirect_uri=redirect_uri
        )

    def get_new_token_from_code_with_pkce(
        self, auth_code: str, scope: str, redirect_uri: str, code_verifier: str
    ) -> dict[str, Any]:
        """``get_new_token_from_code`` with the verifier of ``generate_s256_pkce_params``."""
        return self.get_new_token(
            grant_type="authorization_code",
            code=auth_code,
            scope=scope,
            redirect_uri=redirect_uri,
            code_verifier=code_verifier,
        )

    def get_refreshed_token(self, refresh_token: str) -> dict[str, Any]:
        """A new token for a refresh token, which ends with this; the answer has a new one."""
        return self.get_new_token(grant_type="refresh_token", refresh_token=refresh_token)

    def get_scoped_app_token(self, scope: str) -> dict[str, Any]:
        """A token of the application itself (``as_account-us.SUBDOMAIN incidents.read``, for one). Has no refresh token."""
        return self.get_new_token(grant_type="client_credentials", scope=scope)

    def refresh_client(
        self,
        access_token: str,
        refresh_token: str,
        expiration_date: str,
        base_url: str | None = None,
        **options: Unpack[RefreshedClientOptions],
    ) -> tuple[RestApiV2Client, dict[str, Any] | None]:
        """A client with an access token that lasts for ``early_refresh_buffer`` at least, if PagerDuty gives such.

        Args:
            expiration_date: of the access token, in ISO 8601 with an offset, as the token methods return it.
            base_url: of the client, for other service regions.
            options: for the constructor of the client.

        Returns:
            The client, and what to store if the token was refreshed: the answer; None if it was not.

        Raises:
            UrlError: ``expiration_date`` is not a date with an offset. HttpError: the refresh was refused.
        """
        remaining = _moment(expiration_date) - self._now()
        refreshed = None
        if remaining < timedelta(seconds=self.early_refresh_buffer):
            refreshed = self.get_refreshed_token(refresh_token)
            access_token = refreshed["access_token"]
        return RestApiV2Client(access_token, auth_type="bearer", base_url=base_url, **options), refreshed

    def amended_auth_response(self, response: Response) -> dict[str, Any]:
        """The decoded answer with its ``expiration_date``.

        Raises:
            HttpError: the grant was refused. HttpServerError: no ``access_token``, or no ``expires_in`` in the answer.
        """
        answer = try_decoding(successful_response(response, "getting an OAuth token"))
        fields = answer if isinstance(answer, dict) else {}
        seconds = fields.get("expires_in")
        if not isinstance(seconds, (int, float)) or not isinstance(fields.get("access_token"), str):
            # Not http_error_message: it would quote the body, and that may hold a token.
            text = (
                f"{response.request.method} {response.request.url}: no 'access_token' with 'expires_in' in the answer"
            )
            raise HttpServerError(text, response)
        ends = self._now() + timedelta(seconds=seconds)
        return {**fields, "expiration_date": ends.isoformat(timespec="seconds")}

    def _method_for(self, api_key: str) -> AuthMethod:
        return ClientCredentialsAuthMethod(api_key, self.client_id)


def _authorize_url(base_url: str, client_id: str, scope: str, redirect_uri: str, **more: str) -> str:
    query = {"client_id": client_id, "redirect_uri": redirect_uri, "response_type": "code", "scope": scope, **more}
    return f"{base_url}/oauth/authorize?{urlencode(query)}"


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode("ascii").rstrip("=")


def _moment(date: str) -> datetime:
    try:
        moment = datetime.fromisoformat(date)
    except (TypeError, ValueError):
        raise UrlError("expiration_date must be a date and time in ISO 8601") from None
    if moment.tzinfo is None:
        raise UrlError("expiration_date must have an offset from UTC")
    return moment
