"""A session that sends again what failed, at the pace the server allows, and to one host only."""

import logging
import random
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from logging import Logger
from typing import Any, ClassVar, NoReturn, Unpack

import requests
from requests import PreparedRequest, Response
from requests.exceptions import ConnectTimeout
from requests.utils import rewind_body

from pdsync.client.bound import MAX_ANSWER_BYTES, AnswerTooLarge, BoundedAdapter, Bounds, read_content
from pdsync.client.defaults import DEFAULTS, Defaults
from pdsync.client.errors import AmbiguousWriteError, Error, HttpServerError, NetworkError, UrlError
from pdsync.client.log import ClientLogger, DebugOutput, Told
from pdsync.client.network import TRANSPORT_ERRORS, innermost_text, is_transient, surely_not_processed
from pdsync.client.options import ClientOptions, Timeout, check_options, set_up
from pdsync.client.pace import Pace
from pdsync.client.response import http_error_message
from pdsync.client.retry import RATE_LIMITED, Attempts, RetryPolicy, rate_limit_hint_s
from pdsync.client.server_clock import ServerClock
from pdsync.client.setting import BaseUrl, Setting
from pdsync.client.text import printable
from pdsync.client.urls import route_of, same_origin

__all__ = ["RetryingSession"]

_TOLD_WAIT_S = 3.0
"""A wait of the pace is said from this length on."""


class RetryingSession(requests.Session):
    """The part of ``ApiClient`` below a single call: retries, pace, redirects, and the one host."""

    retry: dict[int, int] = {}  # noqa: RUF012  (documented so; every instance gets its own)
    """Status to number of retries: -1 for no limit, 0 for none. 429 is retried without limit, and 401 raises at once,
    unless they are in here; other statuses are not retried unless they are."""

    timeout: Timeout | None = Defaults().timeout
    """Seconds until a request without an answer fails; a call's own ``timeout`` goes before it."""

    retry_ambiguous_posts: bool
    """Whether a POST is sent again like any other request although it may have been processed (its answer was lost, or
    was a 5xx that ``retry`` lists). That can create an object twice; if False, ``AmbiguousWriteError`` is raised."""

    max_http_attempts = Setting(10, minimum=0)
    """Retries after error statuses, all limited statuses together."""

    max_network_attempts = Setting(3, minimum=0)
    """Retries after network errors."""

    sleep_timer = Setting(1.5, minimum=0)
    """First cooldown factor, seconds."""

    sleep_timer_base = Setting(2.0, minimum=0)
    """Factor by which the wait grows with each attempt."""

    stagger_cooldown = Setting(0.0, minimum=0)
    """Random lengthening of waits; see ``pdsync.client.retry`` for the formula."""

    rate_limit_sleep_max = Setting(60.0, minimum=0)
    """Bound of one wait after a 429, in seconds."""

    retry_total_time_s: float | None
    """Bound of one call, in seconds: no wait goes beyond it, no attempt begins after it. None for no bound."""

    default_url: ClassVar[str] = ""

    url = BaseUrl()
    """Base URL of the API, without a trailing slash. Set it for other service regions, such as the EU."""

    def __init_subclass__(cls, **arguments: Any) -> None:
        """A ``url`` in the body of a subclass is the default of its instances, and is checked like any other."""
        super().__init_subclass__(**arguments)
        if isinstance(cls.__dict__.get("url"), str):
            cls.default_url = cls.__dict__["url"]
            del cls.url

    def __init__(self, **options: Unpack[ClientOptions]) -> None:
        check_options(type(self).__name__, options)
        super().__init__()
        self._log: Logger = ClientLogger(f"pdsync.client.{type(self).__name__}")
        self._debug_output = DebugOutput()
        if "timeout" in options:
            self.timeout = options["timeout"]
        elif "timeout" not in _own_names(type(self)):
            self.timeout = DEFAULTS.timeout
        self.retry = dict(options.get("retry", {}))
        self.retry_ambiguous_posts = options.get("retry_ambiguous_posts", True)
        self.retry_total_time_s = options.get("retry_total_time_s")
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._sleep = options.get("sleep", _sleep)
        self._clock = options.get("clock", time.monotonic)
        self._random = options.get("random", random.random)
        largest = options.get("max_answer_bytes", MAX_ANSWER_BYTES)
        self._bounds = Bounds(self._clock, options.get("total_time_s"), largest)
        for scheme in ("https://", "http://"):
            self.mount(scheme, BoundedAdapter(options.get("pool_size", 20), self._bounds))
        set_up(self, options)
        self._pace = Pace(
            clock=self._clock, sleep=self._sleep, on_wait=self._tell_wait, in_flight=options.get("in_flight")
        )
        self._told = Told(self._clock)
        self._calls_under_way = 0
        self._under_way_lock = threading.Lock()
        self.server_clock = ServerClock()
        self._here = threading.local()

    @property
    def default_base_url(self) -> str:
        """The base URL of a client that is made without one. A subclass for another API overrides it."""
        return self.default_url

    def cooldown_factor(self) -> float:
        """By how much the next wait is longer than the last one: ``sleep_timer_base``, and at random more by ``stagger_cooldown``."""
        stagger = self.stagger_cooldown
        return self.sleep_timer_base * (1 + stagger * self._random() if stagger else 1)

    @contextmanager
    def _guarded_posts(self) -> Iterator[None]:
        """Within the context, POSTs of this thread are not sent again after a lost answer: ``retry_ambiguous_posts`` is False
        for them, whatever it is for others."""
        before = self._is_guarded()
        self._here.guarded = True
        try:
            yield
        finally:
            self._here.guarded = before

    @property
    def total_time_s(self) -> float | None:
        """Bound of all work of this client, in seconds from its making: no attempt begins and no wait goes on after it, and an
        answer that is still coming in is given up. None for no bound."""
        return self._bounds.total_time_s

    @total_time_s.setter
    def total_time_s(self, seconds: float | None) -> None:
        self._bounds.total_time_s = seconds

    @property
    def max_answer_bytes(self) -> int | None:
        """How large the body of an answer may be, before and after decompression. None for no bound."""
        return self._bounds.max_answer_bytes

    @max_answer_bytes.setter
    def max_answer_bytes(self, size: int | None) -> None:
        self._bounds.max_answer_bytes = size

    @property
    def in_flight_limit(self) -> float:
        """How many requests may be under way at a time, at present; infinity for no limit. The option ``in_flight`` fixes it."""
        return self._pace.in_flight_limit

    @property
    def calls_under_way(self) -> int:
        """How many calls wait for an answer, or for another attempt."""
        return self._calls_under_way

    def _is_loopback(self) -> bool:
        return self.url.startswith("http://")  # allowed for loopback alone

    def _is_guarded(self) -> bool:
        return getattr(self._here, "guarded", False)

    def __getstate__(self) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} holds a credential and open connections; it is not copied")

    @property
    def log(self) -> Logger:
        """This client's own logger, without handlers unless you add them. Any other logger may be put in its place."""
        return self._log

    @log.setter
    def log(self, logger: Logger) -> None:
        self._log = logger
        if self.print_debug:
            self._debug_output.attach(logger)

    @property
    def print_debug(self) -> bool:
        """Whether all log messages of this client, down to DEBUG, go to ``sys.stderr``. False by default.

        True sets the level of ``log`` to DEBUG, and False sets it to NOTSET where messages were printed.
        """
        return self._debug_output.logger is not None

    @print_debug.setter
    def print_debug(self, wanted: bool) -> None:
        self._debug_output.attach(self._log) if wanted else self._debug_output.detach(logging.NOTSET)

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        """As ``requests.Session`` has it, but ``proxies`` and ``verify`` of the client go before those of the environment: the
        credential must not take another way than the program says."""
        if verify is None and self.verify is not True:
            verify = self.verify
        if self._is_loopback():  # `send` takes no proxy, and to look for one took a sixth of a request's time
            own = {"stream": self.stream, "verify": self.verify, "cert": self.cert}
            given = {"stream": stream, "verify": verify, "cert": cert}
            return {"proxies": {}, **{name: own[name] if it is None else it for name, it in given.items()}}
        return super().merge_environment_settings(url, {**self.proxies, **(proxies or {})}, stream, verify, cert)

    def send(self, request: PreparedRequest, **kwargs: Any) -> Response:
        """Send a prepared request, again if need be, and follow redirects. All requests pass here.

        Raises:
            UrlError: the request is for another host than ``url``. Others: see ``request``.
        """
        if not same_origin(self.url, request.url or ""):
            raise UrlError(f"refused to send a request of this client to a host other than that of {self.url}")
        follow = kwargs.pop("allow_redirects", True)
        for name in ("timeout", "stream", "verify", "cert"):
            kwargs.setdefault(name, getattr(self, name))
        if self._is_loopback():
            kwargs["proxies"] = {}  # A proxy from the environment would read the credential in clear.
        with self._under_way_lock:
            self._calls_under_way += 1
        try:
            response = self._send_retrying(request, kwargs)
        finally:
            with self._under_way_lock:
                self._calls_under_way -= 1
        return self._follow_redirects(request, response, kwargs) if follow else response

    def _send_retrying(self, request: PreparedRequest, kwargs: Mapping[str, Any]) -> Response:
        attempts = Attempts(self._retry_policy(), self._clock(), self._random, self._bounds.ends_s)
        slept_until_s = float("-inf")
        while True:
            self._check_time(request)
            try:
                response, slept_until_s = self._send_paced(request, kwargs, slept_until_s, attempts.ends_s)
            except TRANSPORT_ERRORS as error:
                if isinstance(error, Error):
                    raise
                delay_s = self._delay_after_error(request, attempts, error)
            else:
                pending_s = self._delay_after_status(request, attempts, response)
                if pending_s is None:
                    return response
                delay_s = pending_s
                response.close()
                if response.status_code == RATE_LIMITED:
                    slept_until_s = self._pace.pause(delay_s)
            self._sleep(delay_s)

    def _send_paced(
        self, request: PreparedRequest, kwargs: Mapping[str, Any], slept_until_s: float, until_s: float
    ) -> tuple[Response, float]:
        route = route_of(request.method, request.url)
        turn = self._pace.enter(slept_until_s, self.rate_limit_sleep_max, until_s)
        headers: Mapping[str, str] | None = None
        status: int | None = None
        try:
            if getattr(request, "_body_position", None) is not None:
                rewind_body(request)  # A file was read by the attempt before.
            sent_s = self.server_clock.monotonic()
            response = super().send(request, allow_redirects=False, **{**kwargs, "stream": True})
            self.server_clock.hear(response.headers, sent_s, sent_s + response.elapsed.total_seconds())
            headers, status = response.headers, response.status_code
            if not kwargs.get("stream"):
                self._read(request, response)
            return response, turn.waited_until_s
        finally:
            self._pace.leave(turn, headers, status=status, route=route)

    def _check_time(self, request: PreparedRequest) -> None:
        """Raises NetworkError when the time of this client is up, so that the request is not sent."""
        if self._bounds.left_s <= 0:
            cause = ConnectTimeout("the time is up")
            message = (
                f"{request.method} {self._shown(request)}: not sent, because the time is up ({self.total_time_s:g} s)"
            )
            raise NetworkError.caused_by(cause, message) from cause

    def _read(self, request: PreparedRequest, response: Response) -> None:
        """Reads the body. Raises HttpServerError, or AmbiguousWriteError for a POST, where it is too large."""
        try:
            read_content(response, self._bounds)
        except AnswerTooLarge:
            what = f"the answer is larger than {self._bounds.most_bytes / 2**20:g} MiB"
            if self._is_guarded_post(request):
                raise self._ambiguous(request, what, response) from None
            raise HttpServerError(http_error_message(response, what), response) from None

    def _tell_wait(self, delay_s: float, free_in_s: float) -> None:
        """Says once for all threads that they wait for the server's count of requests to start again."""
        if free_in_s < _TOLD_WAIT_S or not self._told.is_first("the rate limit", free_in_s):
            return
        if delay_s < free_in_s:
            self.log.warning("the rate limit is nearly used up; sending requests slowly for %.0f s", free_in_s)
        else:
            self.log.warning("the rate limit is used up; going on in %.0f s", free_in_s)

    def _tell_retry(self, what: str, request: PreparedRequest, delay_s: float) -> None:
        """Says that a request is sent again. Where many fail alike at a time, the first is enough; the others are for debugging."""
        level = logging.WARNING if self._told.is_first(what, delay_s) else logging.DEBUG
        self.log.log(level, "%s %s: %s; trying again in %g s", request.method, self._shown(request), what, delay_s)

    def _delay_after_status(self, request: PreparedRequest, attempts: Attempts, response: Response) -> float | None:
        status = response.status_code
        hint_s = rate_limit_hint_s(response.headers) if status == RATE_LIMITED else None
        delay_s = attempts.delay_after_status(status, hint_s, self._clock())
        if delay_s is None:
            return None
        if status >= 500 and self._is_guarded_post(request):
            raise self._ambiguous(request, f"HTTP {status}", response)
        self._tell_retry(f"HTTP {status}", request, delay_s)
        return delay_s

    def _delay_after_error(self, request: PreparedRequest, attempts: Attempts, error: BaseException) -> float:
        if self._is_guarded_post(request) and is_transient(error) and not surely_not_processed(error):
            raise self._ambiguous(request, type(error).__name__) from error
        delay_s = attempts.delay_after_network_error(self._clock()) if is_transient(error) else None
        if delay_s is None:
            if isinstance(error, ValueError):
                raise UrlError(f"{request.method} {self._shown(request)}: malformed input") from error
            message = (
                f"{request.method} {self._shown(request)}: no answer ({type(error).__name__}: {innermost_text(error)})"
            )
            raise NetworkError.caused_by(error, message) from error
        self._tell_retry(type(error).__name__, request, delay_s)
        return delay_s

    def _follow_redirects(self, request: PreparedRequest, response: Response, kwargs: Mapping[str, Any]) -> Response:
        hops = [response]
        try:
            hops += self.resolve_redirects(response, request, **kwargs)
        except UrlError:
            text = http_error_message(response, "a redirect to another host, which must not get the credential")
            raise HttpServerError(text, response) from None
        final = hops.pop()
        final.history = hops
        return final

    def _retry_policy(self) -> RetryPolicy:
        return RetryPolicy(
            statuses=dict(self.retry),
            max_http_attempts=self.max_http_attempts,
            max_network_attempts=self.max_network_attempts,
            sleep_timer=self.sleep_timer,
            cooldown_factor=self.cooldown_factor,
            stagger_cooldown=self.stagger_cooldown,
            rate_limit_sleep_max_s=self.rate_limit_sleep_max,
            total_time_s=self.retry_total_time_s,
        )

    def _is_guarded_post(self, request: PreparedRequest) -> bool:
        return request.method == "POST" and (self._is_guarded() or not self.retry_ambiguous_posts)

    def _ambiguous(self, request: PreparedRequest, what: str, response: Response | None = None) -> AmbiguousWriteError:
        method, url = request.method or "", request.url or ""
        text = f"{method} {self._shown(request)}: {what}; it may have been processed, so it was not sent again"
        return AmbiguousWriteError(text, method=method, url=url, response=response)

    def _shown(self, request: PreparedRequest) -> str:
        return printable(request.url or "")


def _sleep(delay_s: float) -> None:
    time.sleep(delay_s)  # looked up when it is called, so that a test can patch it after the client was made


def _own_names(owner: type[RetryingSession]) -> set[str]:
    """What the subclasses of ``RetryingSession`` define, down to this one."""
    return {
        name
        for it in owner.__mro__
        if it is not RetryingSession and issubclass(it, RetryingSession)
        for name in vars(it)
    }
