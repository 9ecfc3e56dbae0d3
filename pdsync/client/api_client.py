"""The HTTP client that all API clients are built on."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any, Unpack, cast

import requests
from requests import Response
from requests.exceptions import InvalidJSONError
from requests.structures import CaseInsensitiveDict

from pdsync.client.auth import CredentialAuth, TokenAuth, check_auth_header, check_credential
from pdsync.client.errors import Error, HttpError, NetworkError, UrlError
from pdsync.client.network import TRANSPORT_ERRORS
from pdsync.client.options import Auth, ClientOptions, Timeout, check_flag
from pdsync.client.response import http_error_message, shown_credential
from pdsync.client.retrying_session import RetryingSession
from pdsync.client.text import last_4
from pdsync.client.urls import Params, normalize_params, normalize_url, url_path
from pdsync.version import __version__

__all__ = ["ApiClient"]

UNAUTHORIZED = 401
USER_AGENT = f"pdsync/{__version__} python-requests/{requests.__version__}"


class ApiClient(RetryingSession):
    """A ``requests.Session`` for one API, one base URL and one credential.

    It retries as its settings say, waits where the server asks to, and sends the credential to the host of ``url`` only.

    One client may be used from several threads; that is what makes it so, as ``requests.Session`` promises nothing:

    - the cookie jar stores nothing, and sends nothing that a caller did not give with the call;
    - no call changes ``headers``, ``params``, ``auth`` or any other shared attribute;
    - connections come from urllib3's pool, which is thread-safe and keeps ``pool_size`` of them;
    - the counters are changed under a lock, and the state of retrying belongs to the call;
    - all threads share one pace (see ``pdsync.client.pace``), so a 429 to one holds back all.

    Set attributes up before the threads start.

    Args:
        api_key: the credential.
        debug: sets ``print_debug``.
        base_url: sets ``url``.
        options: see ``ClientOptions``.

    Raises:
        UrlError: a credential that cannot be a header value, or a base URL that must not have one.
    """

    permitted_methods: tuple[str, ...] = ("GET", "POST", "PUT", "PATCH", "DELETE")
    """The methods this API knows; others raise ``Error``."""

    def __init__(
        self, api_key: str, debug: bool = False, base_url: str | None = None, **options: Unpack[ClientOptions]
    ) -> None:
        check_flag("debug", debug)
        super().__init__(**options)
        self.url = base_url or self.default_url
        self.api_key = api_key
        self.headers["User-Agent"] = USER_AGENT
        self._counters_lock = Lock()
        self.api_call_counts: Counter[str] = Counter()
        self.api_time: dict[str, float] = {}
        self.print_debug = debug

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url} {self.trunc_key}>"

    @property
    def api_key(self) -> str:
        """The credential."""
        return self._api_key

    @api_key.setter
    def api_key(self, api_key: str) -> None:
        self._api_key = check_credential(api_key)
        self.auth = self._credential_auth()
        self.after_set_api_key()

    def after_set_api_key(self) -> None:
        """Called when ``api_key`` has been set, the first time too. Subclasses may extend it."""

    @property
    def parent(self) -> requests.Session:
        """This client as ``requests.Session`` has it: its ``request`` takes complete URLs and adds no rules of the API.
        Retries, and the one host that the credential goes to, are below that and stay."""
        return cast(requests.Session, super(RetryingSession, self))

    @property
    def auth_header(self) -> dict[str, str]:
        """The header with the credential, in clear; the client itself never keeps it among ``headers``."""
        return {"Authorization": self._credential_auth().header_value}

    @property
    def user_agent(self) -> str:
        """The ``User-Agent`` of every request, unless ``headers`` or the call have one."""
        return USER_AGENT

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """As ``requests.Session`` has it. ``auth_header`` and ``user_agent`` are asked here, so a subclass may override them."""
        shared = {name: value for name, value in self.headers.items() if value != USER_AGENT}
        given = CaseInsensitiveDict({**shared, **(request.headers or {})})
        added = {"User-Agent": self.user_agent}
        if request.auth is None and isinstance(self.auth, CredentialAuth):  # and not what a caller gave in its place
            added.update(check_auth_header(self.auth_header))
        missing = {name: value for name, value in added.items() if name not in given}
        request.headers = {**(request.headers or {}), **missing}
        return super().prepare_request(request)

    @property
    def trunc_key(self) -> str:
        """The last four characters of the credential, for display."""
        return last_4(self._api_key)

    @property
    def total_call_count(self) -> int:
        """The number of API calls made by this client; retries are not counted apart."""
        with self._counters_lock:
            return sum(self.api_call_counts.values())

    @property
    def total_call_time(self) -> float:
        """The time in seconds spent waiting for answers; the waits before retries are not in it."""
        with self._counters_lock:
            return sum(self.api_time.values())

    def normalize_url(self, url: str) -> str:
        """A complete URL, from a path below ``url`` or a full URL there. Raises UrlError for any other."""
        return normalize_url(self.url, url)

    def normalize_params(self, params: Params) -> list[tuple[str, str]]:
        """The parameters as pairs, names of list values ending in ``[]``; what was passed in is not changed."""
        return normalize_params(params)

    def prepare_headers(
        self, method: str, user_headers: Mapping[str, str | bytes | None] | None = None
    ) -> Mapping[str, str | bytes | None]:
        """The headers of one request beyond the shared ``headers``; those given with the call win."""
        return CaseInsensitiveDict(user_headers or {})

    def postprocess(self, response: Response, suffix: str | None = None) -> None:
        """Record a call; called once for each, with the last response it got. Subclasses may extend it."""
        method = response.request.method or ""
        endpoint = f"{method} {self._endpoint_name(response.request.url or '')}{':' + suffix if suffix else ''}"
        seconds = response.elapsed.total_seconds()
        with self._counters_lock:
            self.api_call_counts[endpoint] += 1
            self.api_time[endpoint] = self.api_time.get(endpoint, 0.0) + seconds
        self.log.debug(
            "%s: HTTP %d in %.3f s, request id %s",
            endpoint,
            response.status_code,
            seconds,
            response.headers.get("x-request-id"),
        )

    def request(  # type: ignore[override]  # narrower than requests in that bytes are no method or URL
        self,
        method: str,
        url: str,
        params: Params = None,
        data: Any = None,
        headers: Mapping[str, str | bytes | None] | None = None,
        cookies: Any = None,
        files: Any = None,
        auth: Auth | None = None,
        timeout: Timeout | None = None,
        allow_redirects: bool = True,
        proxies: Any = None,
        hooks: Mapping[str, Any] | None = None,
        stream: bool | None = None,
        verify: bool | str | None = None,
        cert: str | tuple[str, str] | None = None,
        json: Any = None,
    ) -> Response:
        """Make an API call: ``requests.Session.request`` with the rules of this API.

        ``url`` is a path or a full URL below ``self.url``. A ``timeout`` of None means ``self.timeout``. Redirects
        are followed for GET only (a followed POST would turn into a GET) and to this host only.

        Returns:
            The response, whatever its status except 401, once ``retry`` has run out.

        Raises:
            UrlError: unsupported URL or malformed input; nothing was sent.
            HttpError: 401 (unless ``retry`` has it), which no repetition helps.
            HttpServerError: a redirect to another host.
            NetworkError: no answer. AmbiguousWriteError: see ``retry_ambiguous_posts``.
        """
        verb = method.upper()
        if verb not in self.permitted_methods:
            raise Error(f"method {verb} is not one of this API: {', '.join(self.permitted_methods)}")
        full_url = self.normalize_url(url)
        with _own_errors(f"{verb} {full_url}"):
            response = super().request(
                verb,
                full_url,
                params=self.normalize_params(params),
                data=data,
                headers=self.prepare_headers(verb, headers),
                cookies=cookies,
                files=files,
                auth=auth,
                timeout=self.timeout if timeout is None else timeout,
                allow_redirects=allow_redirects and verb == "GET",
                proxies=proxies,
                hooks=hooks,
                stream=stream,
                verify=verify,
                cert=cert,
                json=json,
            )
        self.postprocess(response)
        self._check_accepted(response)
        return response

    def _check_accepted(self, response: Response) -> None:
        """Raises HttpError where the credential was refused, unless ``retry`` has that status."""
        if response.status_code == UNAUTHORIZED and UNAUTHORIZED not in self.retry:
            credential = shown_credential(response.request)
            raise HttpError(http_error_message(response, f"the credential {credential} was refused"), response)

    def _credential_auth(self) -> CredentialAuth:
        return TokenAuth(self._api_key)

    def _endpoint_name(self, url: str) -> str:
        try:
            return url_path(self.url, url)
        except UrlError:
            return url.partition("?")[0]


@contextmanager
def _own_errors(what: str) -> Iterator[None]:
    """Raises what the HTTP library raises as an error of this package."""
    try:
        yield
    except Error:
        raise
    except (ValueError, InvalidJSONError) as error:
        # The library's name for what it could not prepare (InvalidHeader, InvalidJSONError, ...).
        raise UrlError(f"{what}: malformed input ({type(error).__name__})") from error
    except TRANSPORT_ERRORS as error:
        raise NetworkError.caused_by(error, f"{what}: {type(error).__name__}") from error
