"""The client of PagerDuty's REST API v2."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Unpack
from urllib.parse import quote

from requests.structures import CaseInsensitiveDict

from pdsync.client.auth_method import Credential
from pdsync.client.endpoints import REST_API_V2, Endpoint, EndpointIndex
from pdsync.client.errors import HttpServerError, UrlError
from pdsync.client.history import HISTORY_PATHS, Span, iter_spans
from pdsync.client.listing_client import ItemHook
from pdsync.client.options import ClientOptions
from pdsync.client.pagination import Page, iter_cursor_pages
from pdsync.client.response import http_error_message, successful_response, try_decoding
from pdsync.client.rest_api_v2_base_client import RestApiV2BaseClient
from pdsync.client.text import last_4
from pdsync.client.urls import Params, host_of, normalize_params, without

__all__ = ["RestApiV2Client"]

REST_HOST = "rest"
"""The name of the REST API itself among hosts."""
_BAD_REQUEST = 400
_PAYMENT_REQUIRED = 402


class RestApiV2Client(RestApiV2BaseClient):
    """A session with PagerDuty's REST API v2.

    Args:
        api_key: a REST API key, an OAuth access token, or an authentication object; ``auth_method`` among the options takes
            its place.
        default_from: sets ``default_from``.
        auth_type: ``token``, ``bearer`` or ``oauth2`` for an OAuth access token, ``header_passthru`` for a whole
            ``Authorization`` header.
        debug: prints all log messages to ``sys.stderr``.
        base_url: for other service regions (``https://api.eu.pagerduty.com``) or a local API. Plain http is for
            loopback addresses only.
        more_endpoints: endpoints that the built-in table does not have; see ``collection_endpoints``.
        options: see ``ClientOptions``.

    Raises:
        UrlError: a key, ``auth_type``, URL or endpoint that cannot be used.
    """

    default_url: ClassVar[str] = "https://api.pagerduty.com"
    endpoints: EndpointIndex = REST_API_V2

    default_from: str | None = None
    """Login email sent as ``From``, which an account-level API key needs for some changes (of incidents, for one)."""

    def __init__(
        self,
        api_key: Credential | None = None,
        default_from: str | None = None,
        auth_type: str = "token",
        debug: bool = False,
        base_url: str | None = None,
        more_endpoints: Iterable[Endpoint] = (),
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(api_key, auth_type, debug, base_url, more_endpoints, **options)
        if default_from is not None:
            self.default_from = default_from
        self.hosts: dict[str, RestApiV2BaseClient] = {}
        """Clients of other hosts, each with a credential of its own, by the name that `for_host` is asked for."""
        self.missing_hosts: dict[str, str] = {}
        """Why there is no client of a host, and what to do about it, by the same name."""

    def for_host(self, name: str) -> RestApiV2BaseClient:
        """The client of a host: this one for ``rest``, else the one in `hosts`.

        Raises:
            UrlError: there is no client of that name; with what `missing_hosts` says about it.
        """
        if name == REST_HOST:
            return self
        if name not in self.hosts:
            why = f"no credential is known for the host {name!r}: put a client for it into 'hosts'"
            raise UrlError(self.missing_hosts.get(name, why))
        return self.hosts[name]

    def after_set_api_key(self) -> None:
        """Forgets what is known about the account of the key before. Subclasses that extend it call it."""
        super().after_set_api_key()
        self._subdomain: str | None = None
        self._api_key_access: str | None = None

    def prepare_headers(
        self, method: str, user_headers: Mapping[str, str | bytes | None] | None = None
    ) -> Mapping[str, str | bytes | None]:
        """As for the other clients, and ``From``, where there is a ``default_from``."""
        headers: CaseInsensitiveDict[str | bytes | None] = CaseInsensitiveDict()
        if self.default_from is not None:
            headers["From"] = self.default_from
        headers.update(super().prepare_headers(method, user_headers))
        return headers

    @property
    def trunc_token(self) -> str:
        """``trunc_key`` by its older name."""
        return last_4(self.api_key)

    @property
    def subdomain(self) -> str | None:
        """The account's subdomain, or None for an account without users. Makes a request, the first time."""
        if self._subdomain is None:
            users = self.rget("users", params={"limit": 1})
            host = host_of(users[0].get("html_url")) if users else ""
            self._subdomain = host.partition(".")[0] or None
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

    def account_has_ability(self, ability: str) -> bool:
        """Whether the account has an ability, such as ``teams``. One request.

        Raises:
            HttpError: any answer but yes (2xx) and no (402); 404 for a name that PagerDuty does not know.
        """
        response = self.get(f"abilities/{quote(ability, safe='')}")
        if response.status_code == _PAYMENT_REQUIRED:
            return False
        successful_response(response, f"asking for the ability {ability!r}")
        return True

    def iter_history(
        self,
        url: str,
        since: datetime,
        until: datetime,
        params: Params = None,
        page_size: int | None = None,
        item_hook: ItemHook | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Every item of a collection in a span of time, however many: past the API's 10,000 rows it is read in parts.

        Args:
            url: a collection that ``since`` and ``until`` narrow down, such as ``log_entries`` or ``incidents``.
            since, until: datetimes with a time zone; those in ``params`` do not count.
            params, page_size, item_hook: as for ``iter_all``; the hook is not told a total.

        Raises:
            UrlError: another kind of URL or time; raised by the call itself.
            IncompleteListError: more than 10,000 items in one second. HttpError: a page could not be had.
        """
        endpoint = self._collection(url)
        if endpoint.path not in HISTORY_PATHS:
            raise UrlError(f"{endpoint.path} is not narrowed down by since and until; use iter_all")
        whole = Span.of(since, until)
        pairs = without(normalize_params(params), "since", "until", "date_range", "offset", "total")
        if endpoint.pagination != "offset":
            return self.iter_cursor(url, [*pairs, *whole.params()], item_hook, page_size)

        def count(span: Span) -> int | None:
            narrow = [*without(pairs, "limit"), *span.params()]
            query = [*narrow, ("limit", "1"), ("offset", "0"), ("total", "true")]
            return self._page(url, endpoint, query).total

        def read(span: Span) -> Iterator[dict[str, Any]]:
            return self.iter_all(url, [*pairs, *span.params()], page_size)

        return _numbered(iter_spans(whole, count, read), item_hook)

    def iter_incident_notes(
        self,
        incident_id: str | None = None,
        params: Params = None,
        page_size: int | None = None,
        item_hook: ItemHook | None = None,
        total: bool = False,
    ) -> Iterator[dict[str, Any]]:
        """The notes on one incident or on all, as log entries, by the filters of the log (``since``, ``team_ids``, ...).

        Arguments and errors as for ``iter_all``; the ``item_hook`` is called for the other log entries too. For one
        incident ``team_ids`` does not count.
        """
        pairs = normalize_params(params)
        url = "log_entries"
        if incident_id is not None:
            url = f"incidents/{incident_id}/log_entries"
            pairs = without(pairs, "team_ids", "team_ids[]")
        entries = self.iter_all(url, pairs, page_size, item_hook, total)
        return (entry for entry in entries if entry.get("type") == "annotate_log_entry")

    def iter_alert_grouping_settings(
        self, service_ids: Sequence[str] | None = None, limit: int | None = None
    ) -> Iterator[dict[str, Any]]:
        """All alert grouping settings, or those of these services. ``limit`` is the page size; errors as ``iter_all``."""
        return self.iter_all("alert_grouping_settings", {"service_ids": list(service_ids or ())}, limit)

    def iter_analytics_raw_incidents(
        self,
        filters: Mapping[str, Any],
        order: str = "desc",
        order_by: str = "created_at",
        limit: int | None = None,
        time_zone: str | None = None,
    ) -> Iterator[dict[str, Any]]:
        """The analytics of every incident that passes the filters. This listing goes on by a field of a POST's body.

        Args:
            order: ``asc`` or ``desc``. order_by: ``created_at`` or ``seconds_to_resolve``.
            limit: the page size, ``default_page_size`` by default; the API allows 1,000.
            time_zone: of the times in the answer.

        Raises:
            HttpError: a page could not be had. HttpServerError: a page breaks the rules of pagination.
        """
        size = limit or self.default_page_size
        body: dict[str, Any] = {"filters": dict(filters), "order": order, "order_by": order_by, "limit": size}
        if time_zone is not None:
            body["time_zone"] = time_zone

        def fetch(last: str | None) -> Page:
            asked = {**body, "starting_after": last} if last else body
            response = successful_response(self.post("analytics/raw/incidents", json=asked))
            answer = try_decoding(response)
            if not isinstance(answer, dict):
                raise HttpServerError(http_error_message(response, "no 'data' in the answer"), response)
            # The last page has a "last" too; only "more" tells whether to go on from there.
            return Page.of(response, answer.get("data"), answer, "last" if answer.get("more") else "")

        return (item for page in iter_cursor_pages(fetch) for item in page.items)


def _numbered(items: Iterator[dict[str, Any]], item_hook: ItemHook | None) -> Iterator[dict[str, Any]]:
    for number, item in enumerate(items, start=1):
        if item_hook is not None:
            item_hook(item, number, "?")
        yield item
