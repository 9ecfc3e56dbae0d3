"""Server: runs the sandbox behind a real socket, in this process."""

from __future__ import annotations

import contextlib
import logging
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

from pdsync.sandbox.api.user import add_user
from pdsync.sandbox.control.control import Control
from pdsync.sandbox.error import SandboxError
from pdsync.sandbox.fault.flakiness import Flakiness
from pdsync.sandbox.fault.injector import FaultInjector
from pdsync.sandbox.fault.latency import parse_latency
from pdsync.sandbox.http.dispatcher import Dispatcher
from pdsync.sandbox.http.links import Links
from pdsync.sandbox.http.recording import Recorded, Recording
from pdsync.sandbox.store.seed import OWNER, load_seed, plant
from pdsync.sandbox.store.store import Store

if TYPE_CHECKING:
    from flask import Flask

    from pdsync.sandbox.http.tls import TlsFront

_THREADS = 8
_CONNECTIONS = 1000  # idle ones of large pools must not keep others out; waitress itself takes 100
_MOST_BYTES = 2**36  # a state with some million log entries; what PagerDuty's own paths take is checked later


class SandboxServer:
    """A local PagerDuty.

    ``db`` is a file that lasts, or ``:memory:``; ``seed`` (``none`` or ``example``) is planted only in an empty
    database, and so is ``state`` (a document as :meth:`Control.state` gives it); ``port`` 0 takes a free one.

    ``faults`` are rules as docs/sandbox.md has them, ``latency`` is ``50``, ``20-80``, ``normal:50:10`` or
    ``exponential:50`` (milliseconds, for every answer). With ``tls`` it speaks https only, with a certificate of its own
    (:attr:`ca_file`; this needs the extra ``sandbox-tls``). ``flaky_429`` is the probability with which a request is refused
    with 429 before it is looked at, drawn by a generator that ``flaky_seed`` starts. ``now`` (UTC) and ``clock``
    (seconds) are for tests.

    Raises ValueError for faults, a latency or a probability that are none, ImportError without the extra ``sandbox``,
    SandboxError when the database, the seed, the state or the port cannot be used.
    """

    def __init__(
        self,
        db: str = ":memory:",
        seed: str = "none",
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        state: Any = None,
        faults: Any = (),
        latency: str | None = None,
        tls: bool = False,
        rate_limit_per_minute: int = 100_000,
        flaky_429: float = 0.0,
        flaky_seed: int = 0,
        now: Callable[[], datetime] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        try:
            from waitress import create_server, wasyncore  # type: ignore[import-untyped]

            from pdsync.sandbox import app as _app

            if tls:
                import trustme  # noqa: F401 (only whether it is there)
        except ImportError as error:
            extra = "sandbox-tls" if error.name == "trustme" else "sandbox"
            raise ImportError(
                f"The sandbox needs the package {error.name!r}: install the extra, as in  pip install 'pdsync[{extra}]'"
            ) from error
        self._create_server, self._loop = create_server, wasyncore.loop
        self._make_app: Callable[..., Flask] = _app.make_app
        self._db, self._entries, self._state = db, load_seed(seed), state
        if state is not None and seed != "none":
            raise SandboxError("a new sandbox holds either a seed or a state, not both")
        self._address, self._tls = (host, port), tls
        self._front: TlsFront | None = None
        self._recording = Recording()
        self._flakiness = Flakiness(flaky_429, flaky_seed)
        self._injector = FaultInjector(parse_latency(latency) if latency is not None else None)
        self._injector.set(list(faults) if isinstance(faults, tuple) else faults)
        self._stopping, self._woken = threading.Event(), threading.Event()
        self._options: dict[str, Any] = {
            "injector": self._injector,
            "wait": self._stopping.wait,
            "rate_limit_per_minute": rate_limit_per_minute,
            "flakiness": self._flakiness,
            "now": now or _app.utc_now,
            "clock": clock,
        }
        self._store: Store | None = None
        self._server: Any = None
        self._thread: threading.Thread | None = None
        self._control: Control | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end. Raises SandboxError before the start."""
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
        if self._thread is not None:
            raise SandboxError("the sandbox is running already")
        listener = _listen(*self._address)
        try:
            host, port = listener.getsockname()[:2]
            scheme = "https" if self._tls else "http"
            self._url = f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
            self._store = Store(self._db)
            app = self._prepare(self._store)
            self._control = Control(app, self._recording)
            _quieten(logging.getLogger("waitress"))
            if self._tls:
                listener = self._cover(listener)
            self._server = self._create_server(
                app,
                sockets=[listener],
                threads=_THREADS,
                ident="pdsync sandbox",
                clear_untrusted_proxy_headers=True,
                max_request_body_size=_MOST_BYTES,
                connection_limit=_CONNECTIONS,
                # Above it a writer would wait for the thread that sends, which may be itself.
                outbuf_high_watermark=2**62,
            )
            self._dispatcher = Dispatcher(self._server.task_dispatcher, self._injector.is_armed)
            self._server.task_dispatcher = self._dispatcher
        except BaseException:
            listener.close()
            self._uncover()
            self._close_store()
            self._url, self._control = "", None
            raise
        self._stopping.clear()
        self._woken.clear()
        self._thread = threading.Thread(target=self._serve, name="pdsync sandbox", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Ends the requests in flight, closes all sockets and the database. Does nothing when not running."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._stopping.set()
        self._uncover()
        self._server.pull_trigger()
        self._woken.set()
        thread.join()
        self._server = None
        self._url, self._control = "", None
        self._close_store()

    def serve_forever(self, announce: Callable[[str], object] | None = None) -> None:
        """Serves until KeyboardInterrupt or SIGTERM, then stops. Starts if that has not been done.

        ``announce`` is called with the URL as soon as it serves and both ways to end it are in place.
        """
        ended = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            ended.set()

        in_main = threading.current_thread() is threading.main_thread()
        before = signal.signal(signal.SIGTERM, end) if in_main else None
        try:
            if self._thread is None:
                self.start()
            with contextlib.suppress(KeyboardInterrupt):
                if announce is not None:
                    announce(self.url)
                ended.wait()
        finally:
            if in_main:
                signal.signal(signal.SIGTERM, before)
            self.stop()

    def __enter__(self) -> SandboxServer:
        return self if self._thread is not None else self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _prepare(self, store: Store) -> Flask:
        app = self._make_app(store, Links(store, self.url), self._recording, **self._options)
        if not store.is_empty():
            self._flakiness.begin()
            return app
        with store.transaction():
            add_user(store, dict(OWNER))
            parts = app.extensions["pdsync.sandbox"]
            plant(store, self._entries, parts.edit)
            if self._state is not None:
                try:
                    parts.restore(self._state)
                except ValueError as error:
                    raise SandboxError(f"the state cannot be used: {error}") from None
        self._flakiness.begin()
        return app

    def _cover(self, listener: socket.socket) -> socket.socket:
        """Puts TLS on the socket, and gives the one behind it."""
        from pdsync.sandbox.http.tls import TlsFront

        inner = _listen("127.0.0.1", 0)
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

    def _serve(self) -> None:
        server = self._server
        sockets, dispatcher = server._map, self._dispatcher
        while not self._stopping.is_set():
            self._loop(timeout=1, use_poll=True, map=sockets, count=1)  # select ends at descriptor 1024
            dispatcher.run()
        self._woken.wait()  # or the trigger would be closed while stop() pulls it
        server.task_dispatcher.shutdown()
        for item in list(sockets.values()):
            # A connection has buffers to close too, the listening socket and the trigger have not.
            (item.handle_close if hasattr(item, "outbufs") else item.close)()

    def _close_store(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None


def _quieten(logger: logging.Logger) -> None:
    """A queued or cancelled request is no warning to a person at a terminal; whoever set a level keeps it."""
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.ERROR)


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise SandboxError(f"cannot listen on port {port}: a port is a number from 0 to 65535")
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise SandboxError(f"cannot listen on {host} port {port}: {error}") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise SandboxError(f"cannot listen on {host} port {port}: {error}") from error
    return listener
