"""The fuzzer sees what it is there for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pdsync.sandbox import SandboxServer
from tests.support.fuzz.account import Rows, fill
from tests.support.fuzz.operation import Share, examine, operations


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer(seed="example") as running:
        yield running


@pytest.fixture(scope="module")
def rows(server: SandboxServer) -> Rows:
    return fill(server)


def share_of(method: str, path: str, examples: int, seconds: float = 30) -> Share:
    [index] = [at for at, it in enumerate(operations("own")) if (it.method, it.path) == (method, path)]
    return Share("own", index, examples, seconds=seconds)


def test_it_counts_its_examples_also_where_few_are_different(server: SandboxServer, rows: Rows) -> None:
    found = examine(share_of("get", "/abilities", 12), server, rows)
    assert (found.name, found.statuses.total(), found.faults) == ("GET /abilities", 12, [])


def test_its_simplest_example_reaches_what_is_there(server: SandboxServer, rows: Rows) -> None:
    assert examine(share_of("get", "/users/{id}", 1), server, rows).statuses == {200: 1}


def test_it_tells_a_500(server: SandboxServer, rows: Rows) -> None:
    server.control.set_faults([{"match": {"path": "/abilities"}, "action": {"type": "error", "status": 500}}])
    found = examine(share_of("get", "/abilities", 12), server, rows)
    server.control.clear_faults()
    assert {*found.statuses} == {500}
    assert found.statuses.total() < 12, "it goes on with the next endpoint"
    [fault] = found.faults
    assert "curl -X GET" in fault
    assert "/abilities" in fault


def test_it_begins_nothing_when_its_time_is_over(server: SandboxServer, rows: Rows) -> None:
    found = examine(share_of("get", "/abilities", 12, seconds=0), server, rows)
    assert (found.statuses.total(), found.faults) == (0, [])
