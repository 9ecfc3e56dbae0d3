"""Programs of node that speak to a sandbox: where their packages are, and how they are driven."""

from __future__ import annotations

import functools
import os
import shutil
from pathlib import Path

import pytest

from tests.support.line_program import ROOT, LineProgram, clients_folder

SCRIPTS = ROOT / "tests" / "contract" / "node"
_AS_INSTALLED = ("package-lock.json", "package.json")


@functools.cache
def missing_packages() -> str:
    """Why the packages from npm cannot be used; empty where they can."""
    folder = clients_folder() / "npm"
    if shutil.which("node") is None:
        return "node is not installed"
    if not (folder / "node_modules").is_dir():
        return "the clients from npm are not installed: script/install-clients does it"
    if any((folder / name).read_bytes() != (SCRIPTS / name).read_bytes() for name in _AS_INSTALLED):
        return "other versions of the clients from npm are installed: script/install-clients renews them"
    return ""


def packages() -> Path:
    """The folder with the packages from npm. Skips the test where there is none."""
    if missing_packages():
        pytest.skip(missing_packages())
    return clients_folder() / "npm"


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


class NodeProgram(LineProgram):
    """One of the drivers in tests/contract/node."""

    def __init__(self, script: str, env: dict[str, str], *arguments: str) -> None:
        super().__init__(["node", str(SCRIPTS / script), str(packages()), *arguments], env)
