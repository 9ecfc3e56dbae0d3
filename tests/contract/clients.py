"""Clients: the real programs that are driven against the sandbox, each with its scripted day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pdsync.sandbox import SandboxServer
from tests.contract import cli_day, pdjs_day
from tests.support import pdjs
from tests.support.node_program import NodeProgram, environment
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
    """``day`` runs it, asserts what comes of it, and gives how many commands that were."""

    name: str
    version: str
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


CLIENTS = (
    Client("pagerduty-cli", "0.1.18", _cli_day),
    Client("pdjs", "2.2.4", _pdjs_day),
)
