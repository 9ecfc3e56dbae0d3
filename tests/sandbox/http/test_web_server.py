"""Sockets, connections and threads."""

from __future__ import annotations

import contextlib
import socket
import threading

import pytest
import requests

from pdsync.sandbox import SandboxError, SandboxServer
from pdsync.sandbox.http.web_server import listen
from tests.sandbox.account import Account

_GOOD = 20 * "a"


def test_ipv6() -> None:
    try:
        server = SandboxServer(host="::1").start()
    except Exception as error:  # noqa: BLE001
        pytest.skip(f"no IPv6 here: {error}")
    with server:
        assert server.url.startswith("http://[::1]:")
        assert requests.get(server.url + "/users", headers={"Authorization": f"Bearer {_GOOD}"}, timeout=30).ok


def test_a_port_in_use_is_an_error(account: Account) -> None:
    port = int(account.server.url.rsplit(":", 1)[1])
    with pytest.raises(SandboxError, match="cannot listen"):
        SandboxServer(port=port).start()


def test_stop_leaves_no_thread_and_no_socket() -> None:
    threads = set(threading.enumerate())
    server = SandboxServer()
    with server:
        port = int(server.url.rsplit(":", 1)[1])
        idle = socket.create_connection(("127.0.0.1", port))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    assert idle.recv(1) == b""
    idle.close()
    for thread in set(threading.enumerate()) - threads:
        thread.join(5)
    assert set(threading.enumerate()) <= threads
    server.stop()  # twice does no harm
    with pytest.raises(SandboxError, match="not been started"):
        _ = server.url


def test_many_idle_connections_keep_no_one_out() -> None:
    with SandboxServer() as server, contextlib.ExitStack() as idle:
        address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
        for _ in range(150):
            idle.enter_context(socket.create_connection(address))
        assert requests.get(server.url, timeout=10).status_code == 200


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_that_does_not_exist_is_named(port: int) -> None:
    with pytest.raises(SandboxError, match=f"cannot listen on port {port}: a port is a number from 0 to 65535"):
        listen("127.0.0.1", port)
