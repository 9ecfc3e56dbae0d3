"""No server can keep a run for ever, or fill the memory: a table of machines that lie, and what each command makes of them."""

from __future__ import annotations

import contextlib
import gzip
import io
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from pdsync.cli import applying
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.support.shop import MANIFESTS
from tests.support.world import TOKEN

Behave = Callable[[socket.socket], None]
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def drip_body(connection: socket.socket) -> None:
    connection.sendall(_HEAD + b"Content-Length: 100000\r\n\r\n")
    _drip(connection, b"{" + b" " * 100_000)


def drip_chunks(connection: socket.socket) -> None:
    connection.sendall(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    _drip(connection, b"1\r\n{\r\n" + b"1\r\n \r\n" * 10_000)


def drip_head(connection: socket.socket) -> None:
    _drip(connection, _HEAD + b"X-Long: " + b"a" * 60_000)


def say_nothing(connection: socket.socket) -> None:
    time.sleep(60)


def too_many_requests(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 429 Too Many\r\nRetry-After: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")


def unavailable(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 503 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")


def large_body(connection: socket.socket) -> None:
    connection.sendall(_HEAD + b"Connection: close\r\n\r\n")
    with contextlib.suppress(OSError):
        for _ in range(400):
            connection.sendall(b" " * 1_000_000)


def declared_body(connection: socket.socket) -> None:
    connection.sendall(_HEAD + b"Content-Length: 400000000\r\n\r\n")
    time.sleep(60)


def gzip_bomb(connection: socket.socket) -> None:
    connection.sendall(_HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(_bomb()))
    connection.sendall(_bomb())


def gzip_of_nothing(connection: socket.socket) -> None:
    """Empty blocks without end: they decompress to nothing."""
    connection.sendall(_HEAD + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n" + _bomb()[:10])
    with contextlib.suppress(OSError):
        for _ in range(200):
            connection.sendall(b"\x00\x00\x00\xff\xff" * 200_000)


def _drip(connection: socket.socket, data: bytes) -> None:
    with contextlib.suppress(OSError):
        for byte in data:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)


@cache
def _bomb() -> bytes:
    file = io.BytesIO()
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=9) as zipped:
        for _ in range(400):
            zipped.write(b" " * 1_000_000)
    return file.getvalue()


SLOW = (drip_body, drip_chunks, drip_head, say_nothing, too_many_requests, unavailable)
LARGE = (large_body, declared_body, gzip_bomb, gzip_of_nothing)


@contextlib.contextmanager
def serving(behave: Behave) -> Iterator[str]:
    """A server that behaves like this on each connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def one(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.recv(65_536)
            behave(connection)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def run(folder: Path, url: str, *arguments: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """How it ended, and its seconds. It may take 1.5 GB of address space: each thread reserves much that it never uses."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pdsync", "--api-url", url, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        stdin=subprocess.DEVNULL,
        env={"PAGERDUTY_TOKEN": TOKEN, "PATH": "/usr/bin"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (3 * 2**29, 3 * 2**29)),
    )
    assert "Traceback" not in done.stderr
    assert "unexpected error" not in done.stderr
    return done, time.monotonic() - began


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "shop.yaml").write_text(MANIFESTS)
    return tmp_path


@pytest.mark.parametrize(
    ("command", "behave"),
    [("plan", behave) for behave in SLOW]
    + [(command, behave) for command in ("whoami", "apply --yes") for behave in (drip_head, say_nothing)],
    ids=lambda it: it if isinstance(it, str) else it.__name__,
)
def test_a_server_that_is_slow_ends_a_run_when_its_time_is_up(place: Path, command: str, behave: Behave) -> None:
    with serving(behave) as url:
        done, seconds = run(place, url, "--timeout", "3s", *command.split())
    assert (done.returncode, done.stdout) == (1, "")
    assert seconds < 20, "3 s, and the start of Python on a busy machine"
    if behave is not unavailable:
        assert "--timeout, 3s" in done.stderr


@pytest.mark.parametrize("behave", LARGE, ids=lambda it: it.__name__)
def test_a_large_answer_is_an_error_and_takes_little_memory(place: Path, behave: Behave) -> None:
    with serving(behave) as url:
        done, _ = run(place, url, "--timeout", "60s", "whoami")
    assert (done.returncode, done.stdout) == (1, "")
    assert "too large" in done.stderr or "larger than 64 MiB" in done.stderr


@pytest.mark.parametrize("command", ["trigger -k 0123456789abcdef0123456789abcdef --description x"])
def test_events_have_a_time_limit_too(place: Path, command: str) -> None:
    with serving(drip_body) as url:
        done, seconds = run(place, url, "--timeout", "3s", *command.split())
    assert done.returncode == 6, "it may have been taken"
    assert seconds < 20


def test_an_apply_whose_time_is_up_finishes_what_is_under_way(place: Path, sandbox: SandboxServer) -> None:
    """A write takes longer than the time there is: it is finished, nothing new begins, and the code is that of a part."""
    action = {"type": "latency", "ms": 8000}
    sandbox.control.set_faults([{"match": {"method": "POST", "path": "/users"}, "action": action}])
    done, _ = run(place, sandbox.url, "--timeout", "6s", "apply", "--yes", "--workers", "1")
    assert done.returncode == 3, done.stderr
    assert "the time limit of the run was reached" in done.stdout
    assert "the time limit is reached (--timeout, 6s)" in done.stderr
    posted = [it["path"] for it in sandbox.requests() if it["method"] == "POST"]
    assert posted == ["/users"]
    sandbox.control.clear_faults()
    again, _ = run(place, sandbox.url, "apply", "--yes")
    emails = [user["email"] for user in sandbox.control.state()["user"]]
    assert (again.returncode, emails.count("ana@example.com")) == (0, 1)


def test_a_write_that_does_not_end_has_an_unknown_outcome(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "GRACE_S", 1.0)
    action = {"type": "latency", "ms": 15_000}
    online.control.set_faults([{"match": {"method": "POST", "path": "/users"}, "action": action}])
    done = pdsync("--timeout", "5s", "apply", "--yes")
    assert done.code == 6
    assert "it may have been done" in done.out


def test_a_wait_for_the_rate_limit_is_said(place: Path) -> None:
    with serving(too_many_requests) as url:
        done, _ = run(place, url, "--timeout", "3s", "whoami")
    assert "HTTP 429; trying again in 1 s" in done.stderr


@pytest.mark.parametrize("text", ["0s", "soon", "-1s", "400d"])
def test_a_timeout_is_a_duration(place: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    done, _ = run(place, "http://127.0.0.1:9", f"--timeout={text}", "whoami")
    assert done.returncode == 64
