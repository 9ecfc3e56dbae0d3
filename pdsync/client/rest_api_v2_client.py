"""The client of PagerDuty's REST API v2."""

from collections.abc import Mapping
from typing import ClassVar, Unpack
from urllib.parse import urlsplit

from requests.structures import CaseInsensitiveDict

from pdsync.client.endpoints import REST_API_V2, EndpointIndex
from pdsync.client.options import ClientOptions
from pdsync.client.response import successful_response
from pdsync.client.rest_api_v2_base_client import RestApiV2BaseClient

__all__ = ["RestApiV2Client"]

_BAD_REQUEST = 400


class RestApiV2Client(RestApiV2BaseClient):
    """A session with PagerDuty's REST API v2.

    Args:
        api_key: a REST API key, or an OAuth access token.
        default_from: sets ``default_from``.
        auth_type: ``token``, or ``bearer`` or ``oauth2`` for an OAuth access token.
        debug: prints all log messages to ``sys.stderr``.
        base_url: for other service regions (``https://api.eu.pagerduty.com``) or a local API. Plain http is for
            loopback addresses only.
        options: see ``ClientOptions``.

    Raises:
        UrlError: a key, ``auth_type`` or URL that cannot be used.
    """

    default_url: ClassVar[str] = "https://api.pagerduty.com"
    endpoints: ClassVar[EndpointIndex] = REST_API_V2

    default_from: str | None
    """Login email sent as ``From``, which an account-level API key needs for some changes (of incidents, for one)."""

    def __init__(
        self,
        api_key: str,
        default_from: str | None = None,
        auth_type: str = "token",
        debug: bool = False,
        base_url: str | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(api_key, auth_type, debug, base_url, **options)
        self.default_from = default_from
        self._subdomain: str | None = None
        self._api_key_access: str | None = None

    def prepare_headers(
        self, method: str, user_headers: Mapping[str, str | bytes | None] | None = None
    ) -> Mapping[str, str | bytes | None]:
        headers: CaseInsensitiveDict[str | bytes | None] = CaseInsensitiveDict()
        if self.default_from is not None:
            headers["From"] = self.default_from
        headers.update(super().prepare_headers(method, user_headers))
        return headers

    @property
    def subdomain(self) -> str | None:
        """The account's subdomain, or None for an account without users. Makes a request, the first time."""
        if self._subdomain is None:
            users = self.rget("users", params={"limit": 1})
            host = urlsplit(users[0].get("html_url") or "").hostname if users else None
            self._subdomain = host.partition(".")[0] if host else None
        return self._subdomain

    @property
    def api_key_access(self) -> str:
        """``user`` or ``account``, whom the API key belongs to. Makes a request, the first time.

        Raises:
            HttpError: the API answers neither a user nor 400.
        """
        if self._api_key_access is None:
            response = self.get("users/me")
            # An account's key has no "me", and the request nothing else to be bad (API description, GET /users/me).
            if response.status_code == _BAD_REQUEST:
                self._api_key_access = "account"
            else:
                successful_response(response)
                self._api_key_access = "user"
        return self._api_key_access
