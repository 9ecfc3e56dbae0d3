"""The Python scripts run as they are written: from any folder, by a Python that does not have pdsync."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.api_description import PATH as DESCRIPTION
from tests.support.api_description import needs_description

SCRIPTS = Path(__file__).resolve().parents[2] / "script"
PYTHON_SCRIPTS = sorted(
    path.name
    for path in SCRIPTS.iterdir()
    if path.is_file() and path.read_bytes().startswith(b"#!/usr/bin/env python3\n")
)
BASE = Path(sys.base_prefix) / "bin"
FRESH = """#!/usr/bin/env bash
set -e
cd "$(dirname "$0")/.."
echo once >>bootstrapped
python3 -m venv --without-pip .venv
"""
TELL = """#!/usr/bin/env python3
import sys
import project
print(sys.prefix, project.ROOT, *sys.argv[1:])
"""


def run(script: Path, *arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    path = f"{BASE}{os.pathsep}{os.environ['PATH']}"
    command = [str(script), *arguments]
    return subprocess.run(
        command, cwd=folder, env={**kept, "PATH": path, **environment}, capture_output=True, text=True
    )


def test_they_are_found() -> None:
    assert {"generate-schemas", "generate-reference", "hand-edit"} <= set(PYTHON_SCRIPTS)


@pytest.mark.parametrize("name", PYTHON_SCRIPTS)
def test_a_script_says_what_it_does(name: str, tmp_path: Path) -> None:
    done = run(SCRIPTS / name, "--help", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: {name}")


@pytest.mark.parametrize("name", ["generate-schemas", "generate-reference"])
def test_a_generated_file_is_current(name: str, tmp_path: Path) -> None:
    done = run(SCRIPTS / name, "--check", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@needs_description
def test_the_endpoints_are_current(tmp_path: Path) -> None:
    done = run(SCRIPTS / "generate-endpoints", str(DESCRIPTION), "--check", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_missing_environment_is_set_up_first(tmp_path: Path) -> None:
    root = tmp_path / "a project"
    (root / "script").mkdir(parents=True)
    shutil.copy(SCRIPTS / "project.py", root / "script")
    for name, text in (("bootstrap", FRESH), ("tell", TELL)):
        (root / "script" / name).write_text(text)
        (root / "script" / name).chmod(0o755)
    for _ in range(2):
        done = run(root / "script" / "tell", "a b", folder=tmp_path, PDSYNC_VENV="")
        assert (done.stdout, done.stderr) == (f"{root / '.venv'} {root} a b\n", "")
    assert (
        root / "bootstrapped"
    ).read_text() == "once\n" * 2  # it is asked each time, as only it knows what is current


def test_what_bootstrap_refuses_is_the_end(tmp_path: Path) -> None:
    (tmp_path / "script").mkdir()
    shutil.copy(SCRIPTS / "project.py", tmp_path / "script")
    for name, text in (("bootstrap", "#!/bin/sh\necho too old >&2; exit 3\n"), ("tell", TELL)):
        (tmp_path / "script" / name).write_text(text)
        (tmp_path / "script" / name).chmod(0o755)
    done = run(tmp_path / "script" / "tell", folder=tmp_path, PDSYNC_VENV="")
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "too old\n")
