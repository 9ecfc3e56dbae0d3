"""Clients: the real programs that are driven against the sandbox, each with its scripted day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pdsync.sandbox import SandboxServer
from tests.contract import cli_day, mcp_day, pdjs_day
from tests.support import pagerduty_mcp, pdjs
from tests.support.line_program import LineProgram
from tests.support.node_program import NodeProgram, environment, missing_packages
from tests.support.pagerduty_cli import PagerDutyCli


@dataclass(frozen=True, slots=True)
class Run:
    """``home`` is a folder of its own. ``reads`` is the file in which the client's process notes what it reads of the answers;
    None leaves that out. ``step`` is called with the name of each chapter."""

    sandbox: SandboxServer
    home: Path
    reads: Path | None = None
    step: Callable[[str], None] = lambda name: None


@dataclass(frozen=True, slots=True)
class Client:
    """``missing`` says why it cannot be run on this machine, and is empty where it can. ``day`` runs it, asserts what comes of
    it, and gives how many commands that were."""

    name: str
    version: str
    missing: Callable[[], str]
    day: Callable[[Run], int]


def _cli_day(run: Run) -> int:
    with NodeProgram("pagerduty_cli.js", environment(run.sandbox.url, run.home, run.reads)) as program:
        pd = PagerDutyCli(program, run.sandbox)
        for chapter in cli_day.CHAPTERS:
            run.step(chapter.__name__)
            chapter(pd)
        return pd.commands


def _pdjs_day(run: Run) -> int:
    with NodeProgram("pdjs.js", environment(run.sandbox.url, run.home, run.reads), pdjs.TOKEN) as program:
        js = pdjs.PdJs(program, run.sandbox)
        for chapter in pdjs_day.CHAPTERS:
            run.step(chapter.__name__)
            chapter(js)
        return js.programs


def _mcp_day(run: Run) -> int:
    env = pagerduty_mcp.environment(run.sandbox.url, run.home, run.reads)
    command = [str(pagerduty_mcp.program()), "--enable-write-tools"]
    run.step("start")
    with LineProgram(command, env) as program:
        mcp = pagerduty_mcp.PagerDutyMcp(program, run.sandbox)
        for chapter in mcp_day.CHAPTERS:
            run.step(chapter.__name__)
            chapter(mcp)
        assert mcp.tools() - mcp.called == mcp_day.NOT_SERVED
        return mcp.calls


CLIENTS = (
    Client("pagerduty-cli", "0.1.18", missing_packages, _cli_day),
    Client("pdjs", "2.2.4", missing_packages, _pdjs_day),
    Client("pagerduty-mcp", "1.1.0", pagerduty_mcp.missing_program, _mcp_day),
)
