"""The connection of a run: where to, with which token, and what is said of it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from pdsync.cli.connection import open_client, retries_shown
from pdsync.cli.error import UsageError
from pdsync.cli.invocation import GlobalOptions, Invocation
from pdsync.cli.setting.setting import load_settings
from pdsync.sandbox import SandboxServer
from tests.support.world import TOKEN


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_token_is_known_as_a_secret_and_its_source_is_named(sandbox: SandboxServer, here: Path) -> None:
    invocation = Invocation(environ={"PDSYNC_API_URL": sandbox.url, "PAGERDUTY_TOKEN": TOKEN})
    with open_client(invocation, load_settings(invocation)) as client:
        assert client.rget("users/me")["name"]
    assert TOKEN in invocation.secrets
    assert (invocation.base_url, invocation.token_source) == (sandbox.url, "PAGERDUTY_TOKEN")


def test_without_a_token_nothing_is_sent(sandbox: SandboxServer, here: Path) -> None:
    invocation = Invocation(environ={"PDSYNC_API_URL": sandbox.url})
    with pytest.raises(UsageError, match="there is no API token"), open_client(invocation, load_settings(invocation)):
        pass


def test_the_embedded_sandbox_needs_no_token_and_is_kept(here: Path) -> None:
    invocation = Invocation(GlobalOptions(sandbox=True), environ={})
    for expected in (0, 1):
        with open_client(invocation, load_settings(invocation)) as client:
            assert len(client.list_all("teams")) == expected
            client.rpost("teams", json={"type": "team", "name": f"Team {expected}"})
    assert (here / ".pdsync" / "sandbox.db").exists()


def test_what_the_client_warns_of_is_shown_and_logging_is_as_before(capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("pdsync")
    before = (logger.level, logger.propagate, list(logger.handlers))
    with retries_shown(Invocation()):
        logger.getChild("client").warning("waiting 1 s")
        logger.getChild("client").info("a request")
    assert capsys.readouterr().err == "waiting 1 s\n"
    assert (logger.level, logger.propagate, logger.handlers) == before
