"""The HTTP client that all API clients are built on."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from threading import Lock
from typing import Any, Unpack, cast

import requests
from requests import Response
from requests.exceptions import InvalidHeader, InvalidJSONError
from requests.structures import CaseInsensitiveDict

from pdsync.client.auth_method import AuthMethod, Credential, CredentialAuth, TokenAuthMethod, check_auth_header
from pdsync.client.errors import Error, HttpError, NetworkError, UrlError
from pdsync.client.network import TRANSPORT_ERRORS
from pdsync.client.options import Auth, ClientOptions, Timeout, check_flag
from pdsync.client.response import http_error_message, shown_credential
from pdsync.client.retrying_session import RetryingSession
from pdsync.client.setting import replaceable
from pdsync.client.urls import Params, normalize_params, normalize_url, url_path, without
from pdsync.version import __version__

__all__ = ["ApiClient"]

UNAUTHORIZED = 401
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
"""The methods whose requests have a body."""
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
        api_key: the credential: a key, or an authentication object; ``auth_method`` among the options takes its place.
        debug: sets ``print_debug``.
        base_url: sets ``url``.
        options: see ``ClientOptions``.

    Raises:
        UrlError: a credential that cannot be a header value, or a base URL that must not have one.
        TypeError: two credentials.
    """

    permitted_methods: tuple[str, ...] = ("GET", "POST", "PUT", "PATCH", "DELETE")
    """The methods this API knows; others raise ``Error``."""

    def __init__(
        self,
        api_key: Credential | None = None,
        debug: bool = False,
        base_url: str | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        check_flag("debug", debug)
        super().__init__(**options)
        self.url = base_url or self.default_base_url
        if "User-Agent" not in CaseInsensitiveDict(options.get("headers") or {}):
            self.headers["User-Agent"] = USER_AGENT
        self.auth_method = self._given_method(api_key, options.get("auth_method"))
        self._counters_lock = Lock()
        self.api_call_counts: Counter[str] = Counter()
        self.api_time: dict[str, float] = {}
        self.print_debug = debug

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url} {self.trunc_key}>"

    @property
    def auth_method(self) -> AuthMethod:
        """The authentication object: the credential, and where requests carry it."""
        return self._auth_method

    @auth_method.setter
    def auth_method(self, method: AuthMethod) -> None:
        if not isinstance(method, AuthMethod):
            raise UrlError(f"auth_method must be an AuthMethod, not a {type(method).__name__}")
        self._auth_method = method
        self.auth = CredentialAuth(method)
        self.after_set_api_key()
        self.after_set_auth_method()

    @property
    def api_key(self) -> str:
        """The credential. Setting it leaves how it is sent as it is."""
        return self._auth_method.secret

    @api_key.setter
    def api_key(self, api_key: str) -> None:
        method = copy(self._auth_method)  # which other clients may have, too
        method.secret = api_key
        self.auth_method = method

    def after_set_api_key(self) -> None:
        """Called when ``api_key`` or ``auth_method`` has been set, the first time too. Subclasses may extend it."""

    def after_set_auth_method(self) -> None:
        """``after_set_api_key`` by its newer name; both are called."""

    @replaceable
    def parent(self) -> requests.Session:
        """This client as ``requests.Session`` has it: its ``request`` takes complete URLs and adds no rules of the API.
        Retries, and the one host that the credential goes to, are below that and stay. ``request`` sends by it, so a test may replace it."""
        return cast(requests.Session, super(RetryingSession, self))

    @replaceable
    def auth_header(self) -> dict[str, str]:
        """The header with the credential, in clear; the client itself never keeps it among ``headers``.

        Every request asks for it. A subclass may override it, and an instance replace it.
        """
        return self._auth_method.auth_header

    @replaceable
    def user_agent(self) -> str:
        """The ``User-Agent`` of every request, unless ``headers`` or the call have one. May be replaced like ``auth_header``."""
        return USER_AGENT

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """As ``requests.Session`` has it. ``auth_header`` and ``user_agent`` are asked here, so both may be overridden."""
        shared = {name: value for name, value in self.headers.items() if value != USER_AGENT}
        given = CaseInsensitiveDict({**shared, **(request.headers or {})})
        added = {"User-Agent": self._sent_user_agent()}
        if request.auth is None and isinstance(self.auth, CredentialAuth):  # and not what a caller gave in its place
            added.update(check_auth_header(self.auth_header))
        missing = {name: value for name, value in added.items() if name not in given}
        request.headers = {**(request.headers or {}), **missing}
        return super().prepare_request(request)

    @property
    def trunc_key(self) -> str:
        """The last four characters of the credential, for display."""
        return self._auth_method.trunc_secret

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
        """The headers of one request beyond the shared ``headers``; those given with the call win. The credential is not among them."""
        headers: CaseInsensitiveDict[str | bytes | None] = CaseInsensitiveDict({"User-Agent": self._sent_user_agent()})
        headers.update(user_headers or {})
        return headers

    def postprocess(self, response: Response, suffix: str | None = None) -> None:
        """Record a call; called once for each, with the last response it got. Subclasses may extend it."""
        request: requests.PreparedRequest | None = response.request
        if request is None:  # a response that a test made by hand
            return
        endpoint = f"{request.method} {self._endpoint_name(request.url or '')}{':' + suffix if suffix else ''}"
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

    def request(  # type: ignore[override]  # narrower than requests: a method or URL cannot be bytes
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
        verb = method.strip().upper()
        if verb not in self.permitted_methods:
            raise Error(f"method {verb} is not one of this API: {', '.join(self.permitted_methods)}")
        full_url = self.normalize_url(url)
        data, json = self._with_auth_param(verb, data, json)
        with _own_errors(f"{verb} {full_url}"):
            response = self.parent.request(
                verb,
                full_url,
                params=self._with_shared_params(params),
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

    def _sent_user_agent(self) -> str:
        shared = self.headers.get("User-Agent", USER_AGENT)
        return self.user_agent if shared in (None, USER_AGENT) else _text(shared)

    def _given_method(self, api_key: Credential | None, method: AuthMethod | None) -> AuthMethod:
        if api_key is not None and method is not None:
            raise TypeError(f"{type(self).__name__} takes one credential: api_key or auth_method")
        given = api_key if method is None else method
        return given if isinstance(given, AuthMethod) else self._method_for(cast(str, given))

    def _method_for(self, api_key: str) -> AuthMethod:
        """The authentication object that this API needs, for a key."""
        return TokenAuthMethod(api_key)

    def _with_auth_param(self, verb: str, data: Any, json: Any) -> tuple[Any, Any]:
        """The form and the JSON body with the parameters of the credential, where it goes into the body."""
        param = self._auth_method.auth_param if verb in WITH_BODY else {}
        if param and isinstance(data, Mapping):
            data = {**data, **param}
        elif param and data is None and (json is None or isinstance(json, Mapping)):
            json = {**(json or {}), **param}
        return data, json

    def _with_shared_params(self, params: Params) -> list[tuple[str, str]]:
        given = normalize_params(self.normalize_params(params))  # an override may give a mapping
        shared = normalize_params(cast(Params, self.params))
        return [*without(shared, *(name for name, _ in given)), *given]

    def _endpoint_name(self, url: str) -> str:
        try:
            return url_path(self.url, url)
        except UrlError:
            return url.partition("?")[0]


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


@contextmanager
def _own_errors(what: str) -> Iterator[None]:
    """Raises what the HTTP library raises as an error of this package."""
    try:
        yield
    except Error:
        raise
    except InvalidHeader:
        # Not chained: its text quotes the value, which may be a credential.
        raise UrlError(f"{what}: a header has a value that cannot be sent (is a line break attached?)") from None
    except (ValueError, InvalidJSONError) as error:
        # The library's name for what it could not prepare (InvalidJSONError, ...).
        raise UrlError(f"{what}: malformed input ({type(error).__name__})") from error
    except TRANSPORT_ERRORS as error:
        raise NetworkError.caused_by(error, f"{what}: {type(error).__name__}") from error
