"""Over TLS, with the certificate that the sandbox makes."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from pdsync.sandbox import SandboxServer
from pdsync.sandbox.http.tls import TlsFront
from tests.support.process import start_process

HEADERS = {"Authorization": "Token token=u+a-token-over-tls-here"}


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(tls=True, seed="example") as running:
        yield running


def get(server: SandboxServer, path: str) -> requests.Response:
    return requests.get(server.url + path, headers=HEADERS, verify=str(server.ca_file), timeout=10)


def test_clients_trust_its_authority_and_no_one_trusts_it_otherwise(server: SandboxServer) -> None:
    assert server.url.startswith("https://127.0.0.1:")
    answer = get(server, "/users?limit=100")
    assert answer.status_code == 200
    assert answer.json()["users"][0]["self"].startswith(server.url)
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(server.url + "/users", headers=HEADERS, timeout=10)
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url.replace("https", "http") + "/users", headers=HEADERS, timeout=10)


def test_many_at_once(server: SandboxServer) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: get(server, "/services").status_code, range(40))) == {200}


def test_it_stops_clean_whatever_its_connections_are_at(server: SandboxServer) -> None:
    """A thread that ends with an exception, or a socket left open, is an error of this suite."""
    host, port = "127.0.0.1", int(server.url.rsplit(":", 1)[1])
    for _ in range(8):
        listener = socket.create_server((host, 0))
        address = listener.getsockname()
        front = TlsFront(listener, (host, port), host)
        context = ssl.create_default_context(cafile=str(front.ca_file))
        talking = [context.wrap_socket(socket.create_connection(address), server_hostname=host) for _ in range(4)]
        with contextlib.ExitStack() as stack:
            for connection in talking[:2]:
                stack.enter_context(connection)
            stack.enter_context(socket.create_connection(address))  # in the middle of its handshake
            for connection in talking[2:]:
                connection.close()
            front.stop()
        gc.collect()


def test_faults_reach_through(server: SandboxServer) -> None:
    for when in ("before", "after", "midway"):
        server.control.set_faults([{"action": {"type": "drop", "when": when}}])
        with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            get(server, "/services")
    server.control.clear_faults()
    assert get(server, "/services").status_code == 200


def test_the_file_goes_with_the_server() -> None:
    server = SandboxServer(tls=True)
    with server:
        file = server.ca_file
        assert file is not None
        assert file.read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert not file.parent.exists()
    assert server.ca_file is None
    with server:  # and it can be started again
        assert get(server, "/teams").status_code == 200


def test_without_its_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(ImportError, match=r"pip install 'pdsync\[sandbox-tls\]'"):
        SandboxServer(tls=True)
    SandboxServer()


def test_the_command_says_whom_to_trust() -> None:
    command = [sys.executable, "-m", "pdsync", "sandbox", "--tls"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with start_process(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().strip()
        said = ""
        while "SSL_CERT_FILE=" not in said:
            said += process.stderr.readline()
        file = Path(said.split("SSL_CERT_FILE=")[1].split()[0])
        assert requests.get(url + "/users", headers=HEADERS, verify=str(file), timeout=10).status_code == 200
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 0
    assert not file.exists()
