"""Fixtures that every test may use: a sandbox over real HTTP, and a client that talks to it."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pdsync.client import RestApiV2Client
from pdsync.engine.host import add_hosts
from pdsync.sandbox import SandboxServer, app
from tests.support.api_description import load_description
from tests.support.bystander import bystanders, check_bystanders
from tests.support.examples import IS_LONG
from tests.support.forked_program import forked_pdsync
from tests.support.traffic import Traffic
from tests.support.world import BY_HAND, TOKEN

# A long form, with a number of examples, draws others each time, or those of --hypothesis-seed.
settings.register_profile(
    "pdsync",
    deadline=None,
    derandomize=not IS_LONG,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("pdsync")

# The scripts that tests run use the environment that runs the tests.
os.environ["PDSYNC_VENV"] = sys.prefix


# A collection of garbage goes over all that the tests are made of, which never is any, and took a quarter of their time. It
# is done now and then instead, over what came since the last one: what is left then is a cache, and lasts.
gc.disable()
_TESTS_BETWEEN = 50
_ended = count(1)


def pytest_collection_finish() -> None:
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A campaign goes on for so long that garbage counts, and measures what a process holds."""
    if item.get_closest_marker("campaign") is not None:
        gc.enable()


def pytest_runtest_teardown() -> None:
    gc.disable()


def pytest_runtest_logfinish() -> None:
    if not next(_ended) % _TESTS_BETWEEN:
        gc.collect()
        gc.freeze()


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Campaigns have no time limit: how long one runs is what its script is told."""
    for item in items:
        if item.get_closest_marker("campaign") is not None:
            item.add_marker(pytest.mark.timeout(0))


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Iterator[SandboxServer]:
    """An account with its owner, and with objects of each kind that are unmanaged or another workspace's.

    After the test those must be as they were, bit for bit. Tests that count or list everything are marked
    ``empty_account`` and have no one but the owner.
    """
    if request.node.get_closest_marker("empty_account") is not None:
        with SandboxServer() as server:
            yield server
        return
    with SandboxServer(state=bystanders()) as server:
        yield server
        check_bystanders(server)


@pytest.fixture
def client(sandbox: SandboxServer) -> Iterator[RestApiV2Client]:
    """A client with a user's token, as pdsync makes it. What a test sends through it counts as someone's edit by hand,
    which need not conform to the API description; `converge` and the command line send what pdsync makes."""
    with RestApiV2Client(TOKEN, base_url=sandbox.url, retry_ambiguous_posts=False) as made:
        made.headers["User-Agent"] = BY_HAND
        add_hosts(made, TOKEN)
        yield made


@pytest.fixture(scope="session")
def fast_pdsync(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for PATH with a program `pdsync` that starts soon."""
    with forked_pdsync(tmp_path_factory.mktemp("pdsync")) as folder:
        yield folder


@pytest.fixture(scope="session")
def traffic() -> Iterator[Traffic | None]:
    """All that goes through the sandboxes of this process; None where PagerDuty's API description is not at hand."""
    description = load_description()
    if description is None:
        yield None
        return
    watched, make_app = Traffic(description), app.make_app
    app.make_app = lambda *args, **options: watched.watch(make_app(*args, **options))
    yield watched
    app.make_app = make_app


@pytest.fixture(autouse=True)
def traffic_conforms(request: pytest.FixtureRequest, traffic: Traffic | None) -> Iterator[None]:
    yield
    if traffic is not None:
        ours = not request.node.nodeid.startswith(
            (
                "tests/sandbox/",
                "tests/contract/",
                "tests/client/",
                "tests/probe/",
                "tests/cli/command/test_verify_account.py",
                "tests/docs/test_python.py",
            )
        )
        found = traffic.problems(of_requests=ours)
        # There the sandbox is given spoiled states, and what it answers from them is spoiled on purpose.
        assert found == [] or request.node.nodeid.startswith("tests/campaigns/test_bad_input.py")
