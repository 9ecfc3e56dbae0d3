"""What a newcomer meets who follows one plan: the modules and functions of pdsync that run for it.

Two journeys are measured: the whole command with its settings and its report, and the plan alone, as a Python program makes it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from pdsync.sandbox import SandboxServer
from tests.house.source import PACKAGE
from tests.support.setting import CONFIG
from tests.support.shop import MANIFESTS
from tests.support.world import TOKEN


@dataclass(frozen=True)
class Journey:
    """Paths below pdsync; a module is entered where one of its functions runs."""

    entered: list[str]
    functions: int
    imported: list[str]

    @property
    def without_client(self) -> list[str]:
        """The client library is a product of its own, and a reader of planning need not open it."""
        return [path for path in self.entered if not path.startswith("client/")]


def follow_command() -> Journey:
    """``pdsync plan`` for one user, one policy and one service, on a sandbox in this process, by the command in another."""
    return _follow("command", "Plan: 3 to create")


def follow_plan() -> Journey:
    """The same plan by the engine alone: manifests, account, plan."""
    return _follow("plan", "['create', 'create', 'create']")


def count_entered(command: Journey, plan: Journey) -> dict[str, int]:
    """The figures that are held."""
    return {
        "command": len(command.entered),
        "command without client": len(command.without_client),
        "plan": len(plan.entered),
        "plan without client": len(plan.without_client),
    }


def _follow(journey: str, expected: str) -> Journey:
    with SandboxServer(seed="none") as server, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pdsync.yaml").write_text(CONFIG)
        (folder / "manifests").mkdir()
        (folder / "manifests" / "shop.yaml").write_text(MANIFESTS)
        root = str(PACKAGE.parent)
        environment = {**os.environ, "PDSYNC_API_URL": server.url, "PAGERDUTY_TOKEN": TOKEN, "PYTHONPATH": root}
        told = folder / "journey.json"
        command = [sys.executable, "-m", "tests.house.entered_module", journey, str(told)]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        assert expected in done.stdout, done.stdout
        return Journey(**json.loads(told.read_text()))


class Recorder:
    """Notes which code runs. What runs while a module is imported is its declarations, and not noted."""

    def __init__(self) -> None:
        self.codes: set[Any] = set()
        self._importing = threading.local()

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        if event not in {"call", "return"} or not frame.f_code.co_filename.startswith(str(PACKAGE)):
            return
        depth = getattr(self._importing, "depth", 0)
        if frame.f_code.co_name == "<module>":
            self._importing.depth = depth + (1 if event == "call" else -1)
        elif event == "call" and depth == 0:
            self.codes.add(frame.f_code)


@contextmanager
def recording(told: Path) -> Iterator[None]:
    """Writes down what runs in the block."""
    recorder = Recorder()
    threading.setprofile(recorder)
    sys.setprofile(recorder)
    try:
        yield
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    imported = {module.__file__ for module in sys.modules.values() if getattr(module, "__file__", None)}
    journey = Journey(
        entered=_below_package({code.co_filename for code in recorder.codes}),
        functions=len({code.co_qualname for code in recorder.codes if "<" not in code.co_name}),
        imported=_below_package({file for file in imported if file is not None}),
    )
    told.write_text(json.dumps(vars(journey)))


def run_command(told: Path) -> int:
    with recording(told):
        from pdsync.cli.main import main

        return main(["plan"])


def run_plan(told: Path) -> int:
    from pdsync.engine.connection import connect

    with connect(os.environ["PAGERDUTY_TOKEN"], base_url=os.environ["PDSYNC_API_URL"]) as client, recording(told):
        from pdsync.engine.desired import Workspace, load_desired
        from pdsync.engine.plan import make_plan

        planned = make_plan(client, load_desired(Workspace("acme", paths=("manifests",))))
    sys.stdout.write(f"{[change.operation.value for change in planned.plan.changes]}\n")
    return 0


def _below_package(files: set[str]) -> list[str]:
    return sorted(Path(file).relative_to(PACKAGE).as_posix() for file in files if Path(file).is_relative_to(PACKAGE))


if __name__ == "__main__":
    sys.exit({"command": run_command, "plan": run_plan}[sys.argv[1]](Path(sys.argv[2])))
