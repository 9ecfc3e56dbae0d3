"""What goes wrong is said in a short clear message, with the documented exit code, no traceback and no write."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pdsync.kinds import KINDS
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, writes

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
USER_TOKEN = "u+test-test-test-test"
READ_ONLY_TOKEN = "readonly-readonly-readonly"

TEN_MISTAKES = """\
apiVersion: pdsync/v2
kind: Service
metadata: {name: a}
spec:
  escalation_polcy: x
  escalation_policy: nowhere
  auto_resolve_timeout: 4x
  status: activ
  description: 7
---
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: b}
spec:
  time_zone: Europe/Berln
  schedule_layers:
    - name: L
      users: []
      rotation_virtual_start: tomorrow
      rotation_turn_length_seconds: 5m
      unknown: 1
"""


def run(
    folder: Path, *arguments: str, token: str | None = USER_TOKEN, url: str = ""
) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PAGERDUTY", "PDSYNC"))}
    environment = {**kept, "NO_COLOR": "1"}
    if token is not None:
        environment["PAGERDUTY_TOKEN"] = token
    if url:
        environment["PDSYNC_API_URL"] = url
    command = [str(Path(sys.executable).parent / "pdsync"), *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
    )
    assert "Traceback" not in done.stdout + done.stderr
    assert token is None or len(token) < 8 or token not in done.stdout + done.stderr
    return done


@pytest.fixture
def company(tmp_path: Path) -> Path:
    folder = tmp_path / "company"
    shutil.copytree(EXAMPLES, folder, ignore=shutil.ignore_patterns(".pdsync"))
    return folder


@pytest.mark.parametrize("command", [("plan",), ("apply", "--yes"), ("whoami",)])
def test_a_bad_token(company: Path, sandbox: SandboxServer, command: tuple[str, ...]) -> None:
    done = run(company, *command, token="short", url=sandbox.url)
    assert done.returncode == 1
    assert "401" in done.stderr
    assert len(done.stderr.splitlines()) <= 4
    assert not writes(sandbox)
    # The first page of each kind, and of the triggers, is asked for beside whose token it is; nothing is asked for after that.
    assert 1 <= len(asked(sandbox)) <= len(KINDS) + 2


def test_no_token(company: Path, sandbox: SandboxServer) -> None:
    done = run(company, "plan", token=None, url=sandbox.url)
    assert done.returncode == 64
    assert "PAGERDUTY_TOKEN" in done.stderr


def test_an_unreachable_host(company: Path) -> None:
    done = run(company, "whoami", url="http://127.0.0.1:9")
    assert done.returncode == 1
    assert "cannot be reached" in done.stderr


def test_a_read_only_token_may_plan_and_not_apply(company: Path, sandbox: SandboxServer) -> None:
    assert run(company, "--from", "owner@example.com", "plan", token=READ_ONLY_TOKEN, url=sandbox.url).returncode == 0
    done = run(company, "--from", "owner@example.com", "apply", "--yes", token=READ_ONLY_TOKEN, url=sandbox.url)
    assert done.returncode == 1
    assert "403" in done.stdout + done.stderr
    assert run(company, "plan", "--detailed-exitcode", url=sandbox.url).returncode == 2, "nothing was written"


def test_an_unreadable_file(company: Path, sandbox: SandboxServer) -> None:
    (company / "manifests" / "bad.yaml").write_bytes(b"kind: \xff\xfe")
    (company / "manifests" / "gone.yaml").symlink_to(company / "nowhere")
    done = run(company, "apply", "--yes", url=sandbox.url)
    assert done.returncode == 1
    assert "bad.yaml" in done.stdout + done.stderr
    assert "gone.yaml" in done.stdout + done.stderr
    assert not asked(sandbox)


def test_an_empty_folder(tmp_path: Path, sandbox: SandboxServer) -> None:
    for command in ("validate", "plan"):
        done = run(tmp_path, command, url=sandbox.url)
        assert done.returncode == 1
        assert "manifest" in done.stdout + done.stderr
    assert not writes(sandbox)


def test_ten_mistakes_are_ten_problems_with_their_places(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(TEN_MISTAKES)
    done = run(tmp_path, "validate", "-o", "json")
    assert done.returncode == 1
    problems = json.loads(done.stdout)["problems"]
    assert len(problems) >= 10
    assert {problem["line"] for problem in problems} >= {1, 5, 6, 7, 8, 9, 15, 18, 19, 20, 21}


def test_apply_asks_and_without_a_terminal_wants_yes(company: Path, sandbox: SandboxServer) -> None:
    done = run(company, "apply", url=sandbox.url)
    assert done.returncode == 64
    assert "--yes" in done.stderr
    assert not writes(sandbox)


def test_prune_owned_with_paths_is_refused(company: Path, sandbox: SandboxServer) -> None:
    done = run(company, "plan", "--prune", "owned", "manifests/booking", url=sandbox.url)
    assert done.returncode == 64
    assert not asked(sandbox)


def test_the_job_end_to_end(company: Path, sandbox: SandboxServer) -> None:
    assert run(company, "plan", "--detailed-exitcode", url=sandbox.url).returncode == 2
    assert not writes(sandbox), "no preview writes"
    done = run(company, "apply", "--yes", "-o", "json", url=sandbox.url)
    assert done.returncode == 0
    body = json.loads(done.stdout)
    assert body["result"]["summary"]["applied"] == len(body["plan"]["changes"]) > 50
    again = run(company, "plan", "--detailed-exitcode", url=sandbox.url)
    assert again.returncode == 0
    assert "\nNo changes." in again.stdout


def test_the_version_is_instant_because_nothing_heavy_is_imported() -> None:
    code = (
        "import sys\nfrom pdsync.cli.main import cli\n"
        "sys.exit(','.join(m for m in ('requests', 'rich', 'yaml', 'flask', 'jsonschema', 'msgspec', 'deepdiff') if m in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_hostile_text_from_the_account_is_shown_harmlessly(company: Path, sandbox: SandboxServer) -> None:
    import requests

    headers = {"Authorization": f"Token token={USER_TOKEN}"}
    body = {
        "user": {
            "type": "user",
            "name": "Ruth \u202e Adeyemi",
            "email": "ruth.adeyemi@example.com",
            "job_title": "A\u009b31mB",
        }
    }
    requests.post(f"{sandbox.url}/users", json=body, headers=headers, timeout=10)
    done = run(company, "plan", url=sandbox.url)
    assert done.returncode == 0
    assert not any(char in done.stdout for char in "\x1b\u009b\u202e")
