"""The plugin as its users meet it: in a run of pytest of its own, and from the built wheel in an empty environment."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STRANGER = """\
import requests

def test_of_a_stranger(pagerduty_sandbox):
    headers = {"Authorization": f"Token token={pagerduty_sandbox.token}"}
    assert requests.get(pagerduty_sandbox.url + "/users/me", headers=headers).json()["user"]["role"] == "owner"
"""
OWN_TESTS = """\
import pytest
import requests

def call(sandbox, method, path, **options):
    headers = {"Authorization": f"Token token={sandbox.token}"}
    return requests.request(method, sandbox.url + path, headers=headers, timeout=10, **options)

@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_an_account_of_its_own(pagerduty_sandbox, turn):
    assert pagerduty_sandbox.control.requests() == []
    made = call(pagerduty_sandbox, "POST", "/teams", json={"team": {"type": "team", "name": "Red"}})
    assert made.status_code == 201
    assert [team["name"] for team in call(pagerduty_sandbox, "GET", "/teams").json()["teams"]] == ["Red"]
    pagerduty_sandbox.control.set_faults([{"action": {"type": "error", "status": 500}}])
    assert requests.get(pagerduty_sandbox.url + "/_sandbox/clock", timeout=10).json()["ahead_s"] == 0
    pagerduty_sandbox.control.advance(86_400)

@pytest.mark.pagerduty_sandbox(seed="example", faults=[{"match": {"nth": 1}, "action": {"type": "rate_limit"}}])
def test_a_marker_says_what_it_holds(pagerduty_sandbox):
    assert call(pagerduty_sandbox, "GET", "/services").status_code == 429
    assert call(pagerduty_sandbox, "GET", "/services").json()["services"]

@pytest.mark.pagerduty_sandbox(tls=True)
def test_it_speaks_https(pagerduty_sandbox):
    assert pagerduty_sandbox.url.startswith("https://")
    assert call(pagerduty_sandbox, "GET", "/teams", verify=pagerduty_sandbox.ca_file).json()["teams"] == []

@pytest.mark.pagerduty_sandbox(account={"account": 1, "readings": {"from_header": "users_and_windows"}})
def test_a_marker_says_what_account_it_is(pagerduty_sandbox):
    assert pagerduty_sandbox.control.account()["readings"]["from_header"] == "users_and_windows"

def test_the_next_test_has_another_account(pagerduty_sandbox):
    assert pagerduty_sandbox.control.account()["readings"]["from_header"] == "incidents"

@pytest.mark.pagerduty_sandbox(sead="example")
def test_a_misspelt_marker(pagerduty_sandbox):
    pass
"""


def run_pytest(python: str, folder: Path, *options: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHONPATH"))}
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, cwd=folder, env={**environment, **more}, capture_output=True, text=True, timeout=300)


def test_every_test_gets_an_account_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text(OWN_TESTS)
    run = run_pytest(sys.executable, tmp_path, "--strict-markers")
    assert "6 passed, 1 error" in run.stdout, run.stdout
    assert "the marker pagerduty_sandbox takes seed=, faults=, account= and tls=" in run.stdout


def test_a_run_that_does_not_use_it_does_not_pay_for_it(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text(
        "import sys\n\ndef test_it():\n"
        "    heavy = {'flask', 'waitress', 'requests', 'click', 'pdsync.sandbox.server', 'pdsync.sandbox.store.store'}\n"
        "    assert 'pdsync.sandbox.pytest_plugin' in sys.modules\n"
        "    assert not heavy & set(sys.modules)\n"
    )
    run = run_pytest(sys.executable, tmp_path, "-p", "pdsync.sandbox.pytest_plugin", PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert "1 passed" in run.stdout, run.stdout


def test_a_stranger_installs_the_wheel_and_uses_it(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    built = subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), str(ROOT)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert built.returncode == 0, built.stderr
    [wheel] = tmp_path.glob("pdsync-*.whl")
    home = tmp_path / "environment"
    venv.create(home, with_pip=False)
    python = str(home / "bin" / "python")
    installed = subprocess.run(
        [*pip, "--python", python, "install", "-c", str(ROOT / "constraints.txt"), f"{wheel}[sandbox]", "pytest"],
        capture_output=True,
        text=True,
        timeout=300,
    )
    if "Failed to establish a new connection" in installed.stderr or "No matching distribution" in installed.stderr:
        pytest.skip("no package index can be reached")
    assert installed.returncode == 0, installed.stderr
    folder = tmp_path / "stranger"
    folder.mkdir()
    (folder / "test_stranger.py").write_text(STRANGER)
    run = run_pytest(python, folder)
    assert "1 passed" in run.stdout, run.stdout + run.stderr
