"""The client of PagerDuty's SCIM API."""

from collections.abc import Iterator
from typing import Any, ClassVar, Unpack

from pdsync.client.auth_method import Credential
from pdsync.client.endpoints import EndpointIndex
from pdsync.client.entity_client import EntityClient
from pdsync.client.errors import HttpServerError, UrlError
from pdsync.client.options import ClientOptions
from pdsync.client.response import http_error_message, successful_response, try_decoding

__all__ = ["ScimApiClient"]


class ScimApiClient(EntityClient):
    """A session with the SCIM API, by which identity providers manage users.

    SCIM (RFC 7644) wraps nothing and counts from 1, so of the methods of other clients ``get`` and its like and the
    ``j*`` methods are of use.

    Args:
        api_key: a REST API key, an OAuth access token, or an authentication object.
        auth_type: as for ``RestApiV2BaseClient``. Others as for ``ApiClient``.
    """

    default_url: ClassVar[str] = "https://api.pagerduty.com/scim/v2"
    accept: ClassVar[str] = "application/scim+json, application/json"
    endpoints: EndpointIndex = EndpointIndex(
        (("*", "/Users", None, None, None), ("*", "/Users/{id}", None, None, None))
    )

    def __init__(
        self,
        api_key: Credential | None = None,
        debug: bool = False,
        base_url: str | None = None,
        *,
        auth_type: str = "token",
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(api_key, auth_type, debug, base_url, **options)

    def list_users(self, fltr: str | None = None, start_index: int = 1, page_size: int = 100) -> list[dict[str, Any]]:
        """All users from ``start_index`` (1 is the first) on, as a list; see ``iter_users``."""
        return list(self.iter_users(fltr, start_index, page_size))

    def iter_users(
        self, fltr: str | None = None, start_index: int = 1, page_size: int = 100
    ) -> Iterator[dict[str, Any]]:
        """All users, fetched page by page as the iteration goes on.

        Args:
            fltr: a filter of SCIM, such as ``userName eq "jane@example.com"``.

        Raises:
            UrlError: an index or page size below 1; raised by the call itself.
            HttpError: a page could not be had. HttpServerError: a page is not a list, or is empty before the end.
        """
        if start_index < 1 or page_size < 1:
            raise UrlError("start_index and page_size must be at least 1")
        return self._iter_users(fltr, start_index, page_size)

    def _iter_users(self, fltr: str | None, index: int, page_size: int) -> Iterator[dict[str, Any]]:
        while True:
            params = {"startIndex": index, "count": page_size, "filter": fltr or None}
            response = successful_response(self.get("Users", params=params), "listing SCIM users")
            page = try_decoding(response)
            users = page.get("Resources", []) if isinstance(page, dict) else None
            if not isinstance(users, list):
                raise HttpServerError(http_error_message(response, "no 'Resources' in the answer"), response)
            yield from users
            total = page.get("totalResults")
            if type(total) is not int:
                raise HttpServerError(http_error_message(response, "no 'totalResults' in the answer"), response)
            # The page may be smaller than asked for, so the users decide where the next begins.
            index += len(users)
            if index > total:
                return
            if not users:
                raise HttpServerError(http_error_message(response, "an empty page before the end"), response)
