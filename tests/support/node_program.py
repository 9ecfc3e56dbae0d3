"""Programs of node that speak to a sandbox: where their packages are, and how they are driven."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "tests" / "contract" / "node"
LIMIT_S = 30
"""For one answer; a command that asks people for something waits for ever."""
_AS_INSTALLED = ("package-lock.json", "package.json")


def clients_folder() -> Path:
    """Where `script/install-clients` puts the clients that are driven as real programs."""
    return Path(os.environ.get("PDSYNC_CLIENTS") or ROOT / ".clients")


@functools.cache
def find_packages() -> Path | str:
    """The folder with the packages from npm, or why there is none."""
    folder = clients_folder() / "npm"
    if shutil.which("node") is None:
        return "node is not installed"
    if not (folder / "node_modules").is_dir():
        return "the clients from npm are not installed: script/install-clients does it"
    if any((folder / name).read_bytes() != (SCRIPTS / name).read_bytes() for name in _AS_INSTALLED):
        return "other versions of the clients from npm are installed: script/install-clients renews them"
    return folder


def packages() -> Path:
    """The folder with the packages from npm. Skips the test where there is none."""
    found = find_packages()
    if isinstance(found, str):
        pytest.skip(found)
    return found


def environment(url: str, home: Path, reads: Path | None = None) -> dict[str, str]:
    """What a program of node is started with: a home of its own, and PagerDuty's hosts on the sandbox at ``url``. No
    variable of this process reaches it but PATH. ``reads`` is the file for what it reads (loopback.js)."""
    cache = home / ".cache" / "pagerduty-cli"
    cache.mkdir(parents=True, exist_ok=True)
    (cache / "version").write_text("{}", encoding="utf-8")  # pagerduty-cli then does not look for a newer version
    made = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TZ": "UTC",
        "NODE_OPTIONS": f'--require "{SCRIPTS / "loopback.js"}"',
        "PDSYNC_SANDBOX": url,
        "PD_DISABLE_AUTOUPDATE": "1",
        "OCLIF_COLUMNS": "400",
        "FORCE_COLOR": "0",
    }
    if reads is not None:
        made["PDSYNC_READS"] = str(reads)
    return made


class NodeProgram:
    """One of the drivers in tests/contract/node: takes a JSON object a line, and answers each with one."""

    def __init__(self, script: str, env: dict[str, str], *arguments: str) -> None:
        command = ["node", str(SCRIPTS / script), str(packages()), *arguments]
        self._stderr = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 (it ends with the program)
        self._process = subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            text=True,
            encoding="utf-8",
        )

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        limit = threading.Timer(LIMIT_S, self._process.kill)
        limit.start()
        line = self._process.stdout.readline()
        limit.cancel()
        assert line, f"the program has ended, or gave no answer within {LIMIT_S} s: {question}\n{self._said()}"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> NodeProgram:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(20)
        finally:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._stderr.close()

    def _said(self) -> str:
        self._stderr.seek(0)
        return self._stderr.read()
