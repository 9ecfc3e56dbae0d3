"""Server: runs the sandbox behind a real socket, in this process."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from pdsync.sandbox.api.user import add_user
from pdsync.sandbox.control.control import Control
from pdsync.sandbox.error import SandboxError
from pdsync.sandbox.fault.flakiness import Flakiness
from pdsync.sandbox.fault.injector import FaultInjector
from pdsync.sandbox.fault.latency import parse_latency
from pdsync.sandbox.http.ending import Ending
from pdsync.sandbox.http.links import Links
from pdsync.sandbox.http.origin import reachable_host
from pdsync.sandbox.http.recording import Recorded, Recording
from pdsync.sandbox.profile import Profile
from pdsync.sandbox.profile.reader import parse_profile
from pdsync.sandbox.store.seed import OWNER, load_seed, plant
from pdsync.sandbox.store.store import Store

if TYPE_CHECKING:
    from flask import Flask

    from pdsync.sandbox.http.tls import TlsFront
    from pdsync.sandbox.http.web_server import WebServer


class ServerOptions(TypedDict, total=False):
    """What :class:`SandboxServer` may be given by name; it says what each means."""

    state: Any
    account: Any
    faults: Any
    latency: str | None
    tls: bool
    rate_limit_per_minute: int
    flaky_429: float
    flaky_seed: int
    now: Callable[[], datetime] | None
    clock: Callable[[], float]


@dataclass(frozen=True, slots=True)
class _Settings:
    """The same with the defaults."""

    state: Any = None
    account: Any = None
    faults: Any = ()
    latency: str | None = None
    tls: bool = False
    rate_limit_per_minute: int = 100_000
    flaky_429: float = 0.0
    flaky_seed: int = 0
    now: Callable[[], datetime] | None = None
    clock: Callable[[], float] = time.monotonic


class SandboxServer:
    """A local PagerDuty.

    ``db`` is a file that lasts, or ``:memory:``; ``seed`` (``none`` or ``example``) is planted only in an empty
    database, and so is ``state`` (a document as :meth:`Control.state` gives it); ``port`` 0 takes a free one.

    ``account`` is a profile of the account as docs/sandbox.md has it: a document or a :class:`Profile`. It is in force from the
    start, and no part of the database.

    ``faults`` are rules as docs/sandbox.md has them, ``latency`` is ``50``, ``20-80``, ``normal:50:10`` or
    ``exponential:50`` (milliseconds, for every answer). With ``tls`` it speaks https only, with a certificate of its own
    (:attr:`ca_file`; this needs the extra ``sandbox-tls``). ``flaky_429`` is the probability with which a request is refused
    with 429 before it is looked at, drawn by a generator that ``flaky_seed`` starts. ``now`` (UTC) and ``clock``
    (seconds) are for tests.

    Raises ValueError for a profile, faults, a latency or a probability that cannot be used, ImportError without the extra ``sandbox``,
    SandboxError when the database, the seed, the state or the port cannot be used.
    """

    def __init__(
        self,
        db: str = ":memory:",
        seed: str = "none",
        host: str = "127.0.0.1",
        port: int = 0,
        **options: Unpack[ServerOptions],
    ) -> None:
        settings = _Settings(**options)
        _check_extras(tls=settings.tls)
        if settings.state is not None and seed != "none":
            raise SandboxError("a new sandbox holds either a seed or a state, not both")
        self._settings = settings
        self._db, self._entries = db, load_seed(seed)
        self._address = (host, port)
        given = settings.account
        self._profile = given if isinstance(given, Profile) else Profile() if given is None else parse_profile(given)
        self._recording = Recording()
        self._flakiness = Flakiness(settings.flaky_429, settings.flaky_seed)
        self._injector = FaultInjector(parse_latency(settings.latency) if settings.latency is not None else None)
        self._injector.set(list(settings.faults) if isinstance(settings.faults, tuple) else settings.faults)
        self._stopping = threading.Event()
        self._store: Store | None = None
        self._front: TlsFront | None = None
        self._web: WebServer | None = None
        self._control: Control | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """Where this machine reaches it, without a slash at the end. Raises SandboxError before the start."""
        if not self._url:
            raise SandboxError("the sandbox has not been started")
        return self._url

    @property
    def control(self) -> Control:
        """What a test can do to it. Raises SandboxError before the start."""
        if self._control is None:
            raise SandboxError("the sandbox has not been started")
        return self._control

    @property
    def ca_file(self) -> Path | None:
        """The authority that clients must trust, as a PEM file that is there while it runs; None without TLS."""
        return self._front.ca_file if self._front is not None else None

    def requests(self) -> list[Recorded]:
        """The requests so far: method, path, query and status. Those to /_sandbox are not among them."""
        return self._recording.requests()

    def start(self) -> SandboxServer:
        """Opens the database, plants the seed and serves from a thread of its own."""
        self._start(lambda: None)
        return self

    def stop(self) -> None:
        """Ends the requests in flight, closes all sockets and the database. Does nothing when not running."""
        web, self._web = self._web, None
        if web is None:
            return
        self._stopping.set()
        self._uncover()
        web.stop()
        self._forget()

    def serve_forever(self, announce: Callable[[str], object] | None = None) -> None:
        """Serves until SIGINT (Ctrl-C) or SIGTERM, then stops. Starts if that has not been done; a signal that comes
        meanwhile ends it just as well.

        ``announce`` is called with the URL as soon as it serves.
        """
        ending = Ending()
        try:
            ending.begin()
            if self._web is None:
                self._start(ending.hold)
            ending.hold()
            if announce is not None:
                announce(self.url)
            ending.wait()
        except KeyboardInterrupt:
            pass  # it came during the start, which has been taken back
        finally:
            ending.hold()
            try:
                self.stop()
            finally:
                ending.finish()

    def __enter__(self) -> SandboxServer:
        return self if self._web is not None else self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self, filled: Callable[[], object]) -> None:
        """``filled`` is called when the account is there, before the first thread begins."""
        from pdsync.sandbox.http.web_server import WebServer, listen

        if self._web is not None:
            raise SandboxError("the sandbox is running already")
        listener = listen(*self._address)
        try:
            host, port = listener.getsockname()[:2]
            host = reachable_host(host)
            scheme = "https" if self._settings.tls else "http"
            self._url = f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
            self._store = Store(self._db)
            app = self._prepare(self._store)
            filled()
            self._control = Control(app, self._recording)
            if self._settings.tls:
                listener = self._cover(listener)
            web = WebServer(app, listener, self._injector.is_armed)
        except BaseException:
            listener.close()
            self._uncover()
            self._forget()
            raise
        self._stopping.clear()
        self._web = web
        web.start()

    def _prepare(self, store: Store) -> Flask:
        """The application, with an account that holds at least its owner."""
        from pdsync.sandbox import app as _app

        settings = self._settings
        app = _app.make_app(
            store,
            Links(store, self.url),
            self._recording,
            _app.AppSettings(
                rate_limit_per_minute=settings.rate_limit_per_minute,
                flakiness=self._flakiness,
                injector=self._injector,
                host=self._address[0],
                now=settings.now or _app.utc_now,
                clock=settings.clock,
                wait=self._stopping.wait,
            ),
        )
        if store.is_empty():
            store.profile = self._profile
            with store.transaction():
                add_user(store, dict(OWNER))
                # What a seed and a state hold was made when the account had it.
                store.profile = Profile()
                parts = app.extensions["pdsync.sandbox"]
                plant(store, self._entries, parts.edit)
                if settings.state is not None:
                    try:
                        parts.restore(settings.state)
                    except ValueError as error:
                        raise SandboxError(f"the state cannot be used: {error}") from None
        store.profile = self._profile
        self._flakiness.begin()
        return app

    def _cover(self, listener: socket.socket) -> socket.socket:
        """Puts TLS on the socket, and gives the one behind it."""
        from pdsync.sandbox.http.tls import TlsFront
        from pdsync.sandbox.http.web_server import listen

        inner = listen("127.0.0.1", 0)
        inner.listen()  # before waitress does: a client may come at once
        try:
            self._front = TlsFront(listener, inner.getsockname()[:2], self._address[0])
        except ValueError as error:
            inner.close()
            raise SandboxError(f"no certificate can be made for {self._address[0]}: {error}") from error
        return inner

    def _uncover(self) -> None:
        if self._front is not None:
            self._front.stop()
            self._front = None

    def _forget(self) -> None:
        self._url, self._control = "", None
        if self._store is not None:
            self._store.close()
            self._store = None


def _check_extras(*, tls: bool) -> None:
    """Raises the ImportError that names the extra to install. The packages are imported here for the first time: code
    that only imports pdsync.sandbox works without them."""
    try:
        import pdsync.sandbox.app
        import pdsync.sandbox.http.web_server  # noqa: F401 (only whether its packages are there)

        if tls:
            import trustme  # noqa: F401 (the same)
    except ImportError as error:
        extra = "sandbox-tls" if error.name == "trustme" else "sandbox"
        raise ImportError(
            f"The sandbox needs the package {error.name!r}: install the extra, as in  pip install 'pdsync[{extra}]'"
        ) from error
