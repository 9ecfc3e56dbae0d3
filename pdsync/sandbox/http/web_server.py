"""Web server: serves an application on a socket, from a thread of its own.

Importing this module needs waitress, which comes with the extra ``sandbox``.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from typing import Any

from waitress import create_server, wasyncore  # type: ignore[import-untyped]

from pdsync.sandbox.error import SandboxError
from pdsync.sandbox.http.dispatcher import Dispatcher

_THREADS = 40  # those that may wait: clients have some tens of requests under way
_CONNECTIONS = 1000  # idle ones of large pools must not keep others out; waitress itself takes 100
_MOST_BYTES = 2**36  # a state with some million log entries; what PagerDuty's own paths take is checked later


class WebServer:
    """``may_wait`` says whether a request may be held back, so that others must not wait for it."""

    def __init__(self, app: Any, listener: socket.socket, may_wait: Callable[[], bool]) -> None:
        _quieten(logging.getLogger("waitress"))
        self._server: Any = create_server(
            app,
            sockets=[listener],
            threads=1,  # the dispatcher starts the others when there is something to wait for
            ident="pdsync sandbox",
            clear_untrusted_proxy_headers=True,
            max_request_body_size=_MOST_BYTES,
            connection_limit=_CONNECTIONS,
            # Above it a writer would wait for the thread that sends, which may be itself.
            outbuf_high_watermark=2**62,
        )
        self._dispatcher = Dispatcher(self._server.task_dispatcher, may_wait, _THREADS)
        self._server.task_dispatcher = self._dispatcher
        self._stopping, self._woken = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._serve, name="pdsync sandbox", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends the requests in flight and closes all sockets."""
        self._stopping.set()
        self._server.pull_trigger()
        self._woken.set()
        self._thread.join()

    def _serve(self) -> None:
        sockets = self._server._map
        while not self._stopping.is_set():
            wasyncore.loop(timeout=1, use_poll=True, map=sockets, count=1)  # select ends at descriptor 1024
            self._dispatcher.run()
        self._woken.wait()  # or the trigger would be closed while stop() pulls it
        self._server.task_dispatcher.shutdown()
        for item in list(sockets.values()):
            # A connection has buffers to close too, the listening socket and the trigger have not.
            (item.handle_close if hasattr(item, "outbufs") else item.close)()


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address; port 0 takes a free one. Raises SandboxError."""
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


def _quieten(logger: logging.Logger) -> None:
    """A queued or cancelled request does not concern a person at a terminal; a level that was set stays."""
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.ERROR)
