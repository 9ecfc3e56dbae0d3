"""TLS: takes connections in front of the server, decrypts them, and passes the bytes on. It makes its own certificate.

Importing this module needs trustme, which comes with the extra ``sandbox-tls``.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import ssl
import tempfile
import threading
from pathlib import Path

import trustme

_CHUNK = 65_536
_TURNS = 5  # of the event loop, for what takes a turn or two
_NAMES = ("localhost", "127.0.0.1", "::1")


class TlsFront:
    """Listens on ``listener`` for TLS and passes on to ``backend`` (host and port) until :meth:`stop`.

    ``ca_file`` is a PEM file with the authority that clients must trust; it is new for each front, and gone with it.
    Raises ValueError for a host that no certificate can name.
    """

    def __init__(self, listener: socket.socket, backend: tuple[str, int], host: str) -> None:
        self._listener, self._backend = listener, backend
        authority = trustme.CA(organization_name="pdsync sandbox")
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        wildcard = host in ("0.0.0.0", "::", "")  # noqa: S104 (compared, not bound)
        names = _NAMES if wildcard else tuple(dict.fromkeys((host, *_NAMES)))
        authority.issue_cert(*names).configure_cert(self._context)
        self._folder = Path(tempfile.mkdtemp(prefix="pdsync-sandbox-tls-"))
        self.ca_file = self._folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca_file))
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()  # the loop itself holds its tasks weakly
        self._thread = threading.Thread(target=self._run, name="pdsync sandbox tls", daemon=True)
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """Closes all connections and removes the certificate's file."""
        with contextlib.suppress(RuntimeError):  # it could not begin, or has ended
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._ready.set()  # also when it could not begin: a client then finds a closed connection
            self._loop.close()

    async def _serve(self) -> None:
        self._loop.set_exception_handler(lambda loop, context: None)  # a client that hangs up is not worth a message
        server = await asyncio.start_server(self._connected, sock=self._listener, ssl=self._context)
        self._ready.set()
        await self._stop.wait()
        # What was accepted just now must have begun its handshake, or neither the server nor a cancelled task closes it.
        self._loop.remove_reader(self._listener)
        await self._turn()
        server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        while self._open:
            self._open.pop().transport.abort()
        # Not wait_closed(): where a task above was cancelled in one, it raises CancelledError ever after.
        # What is aborted closes its socket in the next turns of the loop.
        await self._turn()

    async def _turn(self) -> None:
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)  # at once: the task may be cancelled before its first step
        task = self._loop.create_task(self._forward(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            inner_reader, inner_writer = await asyncio.open_connection(*self._backend)
            self._open.add(inner_writer)
            ways = [
                asyncio.create_task(_pass_on(reader, inner_writer)),
                asyncio.create_task(_pass_on(inner_reader, writer)),
            ]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            await self._close(inner_writer)
        await self._close(writer)

    async def _close(self, writer: asyncio.StreamWriter) -> None:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        self._open.discard(writer)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
