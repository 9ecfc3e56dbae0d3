"""What a plan costs where every kind and list is named, where none is, and where the account's plan lacks them. Requests are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import requests
from wide_kinds import APPLY, CONFIG, VARIABLES
from wide_world import WideWorld, purpose_of

from pdsync.account import Extent, fetch_account
from pdsync.account.extent import ALWAYS_READ
from pdsync.cli.main import main
from pdsync.client import RestApiV2Client
from pdsync.client.concurrency import MOST_IN_FLIGHT
from pdsync.kinds import KINDS
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.support.world import TOKEN

WORLD = WideWorld(
    users=14,
    teams=3,
    schedules=2,
    policies=2,
    services=14,
    business_services=12,
    templates=2,
    workflows=6,
    labels=4,
    tagged_users=3,
    ruled_users=2,
    dependent_services=4,
    subscribed=3,
    orchestrations=3,
    routed_services=2,
    connected_services=3,
    most=2,
)
PAGE_SIZE = 10
"""So that several collections have more than one page."""
NEW = ("business_services", "templates", "incident_workflows")
"""The collections that a plain account has nothing of."""
ALWAYS = {kind.collection for kind in KINDS if ALWAYS_READ.needs(kind)}
"""The collections that a plan reads whatever its manifests name."""


def made(world: WideWorld, folder: Path, server: SandboxServer) -> Any:
    """The state of an account that an apply made of a world."""
    (folder / "pdsync.yaml").write_text(CONFIG)
    (folder / "manifests").mkdir()
    (folder / "manifests" / "all.yaml").write_text(world.manifests())
    assert main(list(APPLY)) == 0
    return server.control.state()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SandboxServer, dict[str, tuple[Path, Any]]]]:
    """A wide account and a plain one, each with its folder, in turn in one sandbox."""
    found = {}
    with SandboxServer() as server, pytest.MonkeyPatch.context() as patch:
        for variable, value in VARIABLES.items():
            patch.setenv(variable, value)
        patch.setenv("PDSYNC_API_URL", server.url)
        empty = server.control.state()
        for name, world in (("wide", WORLD), ("plain", WORLD.plain())):
            folder = tmp_path_factory.mktemp(name)
            patch.chdir(folder)
            found[name] = (folder, made(world, folder, server))
            server.control.restore(empty)
        yield server, found


@pytest.fixture
def server(
    request: pytest.FixtureRequest,
    folders: tuple[SandboxServer, dict[str, tuple[Path, Any]]],
    pdsync: Pdsync,
    monkeypatch: pytest.MonkeyPatch,
) -> SandboxServer:
    """The account of this name, with its folder; pages are short."""
    server, found = folders
    folder, state = found[request.param]
    server.control.clear_faults()
    server.control.restore(state)
    server.control.forget()
    monkeypatch.chdir(folder)
    for variable, value in VARIABLES.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setenv("PDSYNC_API_URL", server.url)
    monkeypatch.setattr(RestApiV2Client, "default_page_size", PAGE_SIZE)
    return server


def asked(server: SandboxServer) -> Counter[str]:
    """The requests by what they are for."""
    return Counter(purpose_of(it["path"]) for it in server.requests())


@pytest.mark.parametrize("server", ["wide"], indirect=True)
def test_a_plan_costs_what_its_manifests_name(server: SandboxServer, pdsync: Pdsync) -> None:
    assert pdsync("plan", "--detailed-exitcode").code == 0
    rows = WORLD.rows(PAGE_SIZE)
    found = asked(server)
    assert found == rows
    assert found.total() <= 1.1 * sum(rows.values())


@pytest.mark.parametrize("server", ["plain"], indirect=True)
def test_what_an_account_has_nothing_of_costs_one_request_a_kind(server: SandboxServer, pdsync: Pdsync) -> None:
    assert pdsync("plan", "--detailed-exitcode").code == 0
    paths = Counter(it["path"] for it in server.requests())
    assert [paths[f"/{path}"] for path in NEW] == [1] * len(NEW)
    assert ALWAYS | {"users/me"} == {path.lstrip("/") for path in paths}
    assert asked(server) == +Counter(WORLD.plain().rows(PAGE_SIZE))


@pytest.mark.parametrize("server", ["plain"], indirect=True)
@pytest.mark.parametrize("status", [402, 403, 404])
@pytest.mark.parametrize("path", NEW)
def test_a_listing_that_is_refused_costs_nothing_else_and_is_not_spoken_of(
    server: SandboxServer, pdsync: Pdsync, path: str, status: int
) -> None:
    served = pdsync("plan", "--detailed-exitcode")
    before = asked(server)
    refusal = {"match": {"path": f"/{path}/**"}, "action": {"type": "error", "status": status}}
    listing = {"match": {"path": f"/{path}"}, "action": {"type": "error", "status": status}}
    server.control.set_faults({"rules": [refusal, listing]})
    server.control.forget()
    refused = pdsync("plan", "--detailed-exitcode")
    assert asked(server) == before
    assert (refused.code, refused.out) == (served.code, served.out)


@pytest.mark.parametrize("server", ["plain"], indirect=True)
def test_the_first_pages_of_all_kinds_that_are_always_read_are_asked_for_at_once(
    server: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None is answered before all have been sent."""
    first = {f"/{path}" for path in ALWAYS}
    together = Barrier(len(first), timeout=30)
    send = requests.Session.send
    seen: set[str] = set()

    def wait(self: requests.Session, request: requests.PreparedRequest, **how: Any) -> requests.Response:
        path = request.path_url.partition("?")[0]
        if path in first - seen:
            seen.add(path)
            together.wait()
        return send(self, request, **how)

    monkeypatch.setattr(requests.Session, "send", wait)
    # A client begins with fewer requests at a time: that is about PagerDuty, and this about how an account is read.
    with RestApiV2Client(TOKEN, base_url=server.url, in_flight=MOST_IN_FLIGHT) as client:
        fetch_account(client, Extent())
    assert seen == first
