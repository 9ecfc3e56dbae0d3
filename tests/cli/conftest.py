"""Runs pdsync as a user does, in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pdsync.cli.main import main
from pdsync.client import RestApiV2Client
from pdsync.engine import connection
from pdsync.sandbox import SandboxServer
from tests.support.published import check_published
from tests.support.setting import CONFIG
from tests.support.shop import MANIFESTS
from tests.support.world import TOKEN

if TYPE_CHECKING:
    from tests.cli.company import Company


@dataclass(frozen=True)
class Run:
    """How a run ended."""

    code: int
    out: str
    err: str


Pdsync = Callable[..., Run]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, empty, with nothing of PagerDuty in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in (
        "PAGERDUTY_TOKEN",
        "PAGERDUTY_FROM",
        "PAGERDUTY_ROUTING_KEY",
        "PDSYNC_API_URL",
        "PDSYNC_SANDBOX_SEED",
        "PDSYNC_WORKSPACE",
        "NO_COLOR",
        "FORCE_COLOR",
    ):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def pdsync(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Pdsync:
    """Runs pdsync in the folder. No wait of the client takes time."""
    monkeypatch.setitem(connection.CLIENT_OPTIONS, "sleep", lambda seconds: None)

    def run(*arguments: str, env: Mapping[str, str] | None = None) -> Run:
        capsys.readouterr()
        with monkeypatch.context() as patch:
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            code = main(arguments)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        check_published(arguments, captured.out)
        return Run(code, captured.out, captured.err)

    return run


@pytest.fixture
def manifests(folder: Path) -> Path:
    """A person, a policy and a service, with a configuration."""
    (folder / "pdsync.yaml").write_text(CONFIG)
    (folder / "manifests").mkdir()
    file = folder / "manifests" / "shop.yaml"
    file.write_text(MANIFESTS)
    return file


@pytest.fixture
def online(sandbox: SandboxServer, pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch) -> SandboxServer:
    """The sandbox, to which the environment points with a user's token."""
    monkeypatch.setenv("PDSYNC_API_URL", sandbox.url)
    monkeypatch.setenv("PAGERDUTY_TOKEN", TOKEN)
    return sandbox


@pytest.fixture
def company(folder: Path, pdsync: Pdsync, online: SandboxServer, client: RestApiV2Client) -> Company:
    """An account of a few objects of each kind, made by an apply."""
    from tests.cli.company import Company

    return Company(folder, pdsync, client)
