"""pdjs where the sandbox refuses or fails. What it does otherwise is its day, in test_clients.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pdsync.sandbox import SandboxServer
from tests.support import pdjs
from tests.support.node_program import NodeProgram, environment

REFUSED = {"type": "rate_limit", "retry_after_s": 0}


@pytest.fixture(scope="module")
def js(server: SandboxServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[pdjs.PdJs]:
    env = environment(server.url, tmp_path_factory.mktemp("home"))
    with NodeProgram("pdjs.js", env, pdjs.TOKEN) as program:
        yield pdjs.PdJs(program, server)


def statuses(server: SandboxServer) -> list[int]:
    return [it["status"] for it in server.requests()]


def test_it_asks_again_after_429(js: pdjs.PdJs, server: SandboxServer) -> None:
    server.control.set_faults([{"match": {"nth": [1, 2]}, "action": REFUSED}])
    assert js("return (await pd.get('priorities', {retryTimeout: 1})).resource.length") == 5
    assert statuses(server) == [429, 429, 200]


def test_it_sends_a_write_again_that_was_refused_with_429(js: pdjs.PdJs, server: SandboxServer) -> None:
    server.control.set_faults([{"match": {"nth": 1}, "action": REFUSED}])
    post = "return (await pd.post('teams', {retryTimeout: 1, data: {team: {type: 'team', name: 'Once'}}})).status"
    assert js(post) == 201
    assert statuses(server) == [429, 201]
    assert [it["name"] for it in js.rows("team")].count("Once") == 1


def test_it_gives_the_fourth_429_to_its_caller(js: pdjs.PdJs, server: SandboxServer) -> None:
    server.control.set_faults([{"match": {}, "action": REFUSED}])
    assert js("const {status, data} = await pd.get('teams', {retryTimeout: 1}); return [status, data.error.code]") == [
        429,
        2020,
    ]
    assert statuses(server) == [429] * 4


def test_events_are_sent_again_after_429(js: pdjs.PdJs, server: SandboxServer) -> None:
    key = next(it["integration_key"] for it in js.rows("integration") if it["integration_key"])
    server.control.set_faults([{"match": {"nth": 1}, "action": REFUSED}])
    send = """
        const payload = {summary: 'Fire', source: 'db1', severity: 'info'}
        return (await trigger({retryTimeout: 1, data: {routing_key: given.key, payload}})).status
        """
    assert js(send, key=key) == 202
    assert statuses(server) == [429, 202]


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ({"type": "drop", "when": "before"}, "FetchError"),
        ({"type": "truncate", "keep": 0.5}, "object Response"),
    ],
    ids=["dropped", "truncated"],
)
def test_no_answer_is_an_error(js: pdjs.PdJs, server: SandboxServer, action: dict[str, object], said: str) -> None:
    server.control.set_faults([{"match": {}, "action": action}])
    with pytest.raises(AssertionError, match=said):
        js("return (await pd.get('teams')).status")


@pytest.mark.parametrize(
    "program",
    [
        "return (await pd({url: 'https://example.com/teams'})).status",
        "return (await fetch('https://example.com/teams').catch(error => { throw error.cause })).status",
        "require('net').connect(443, 'example.com')",
    ],
    ids=["pdjs", "fetch", "socket"],
)
def test_a_program_reaches_no_network(js: pdjs.PdJs, server: SandboxServer, program: str) -> None:
    with pytest.raises(AssertionError, match="the tests reach no network"):
        js(program)
    assert server.requests() == []


def test_a_home_of_its_own(tmp_path: Path) -> None:
    """No variable of this process reaches a client: neither a proxy nor a token."""
    assert set(environment("http://127.0.0.1:1", tmp_path)) == {
        *(
            "PATH",
            "HOME",
            "TZ",
            "NODE_OPTIONS",
            "PDSYNC_SANDBOX",
            "PD_DISABLE_AUTOUPDATE",
            "OCLIF_COLUMNS",
            "FORCE_COLOR",
        ),
    }
