from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer

from .sandbox_account import NOON, Account
from .transport import Transport, VirtualTime

TOKEN = "u+Sup3rS3cretT0ken42"

MakeClient = Callable[..., tuple[RestApiV2Client, Transport]]


@pytest.fixture
def virtual_time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
def make_client(virtual_time: VirtualTime) -> Iterator[MakeClient]:
    """Makes a client whose network is the given answers (a list in turn, or a function) and whose time is virtual."""
    made: list[RestApiV2Client] = []

    def make(answers: Any, **options: Any) -> tuple[RestApiV2Client, Transport]:
        options = {"sleep": virtual_time.sleep, "clock": virtual_time.clock, **options}
        client = RestApiV2Client(TOKEN, **options)
        transport = Transport(answers)
        client.mount("https://", transport)
        client.mount("http://", transport)
        made.append(client)
        return client, transport

    yield make
    for client in made:
        client.print_debug = False
        client.close()


@pytest.fixture
def account() -> Iterator[Account]:
    with SandboxServer(now=lambda: NOON) as server:
        made = Account(server)
        yield made
        made.close()
