"""The smaller commands, and what holds for all of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from pdsync.cli.terminal import Terminal
from pdsync.sandbox import SandboxServer
from pdsync.version import __version__
from tests.cli.conftest import Pdsync
from tests.support.process import start_process

HEAVY = (
    "requests",
    "urllib3",
    "rich",
    "yaml",
    "jsonschema",
    "msgspec",
    "deepdiff",
    "flask",
    "waitress",
    "pdsync.kinds",
    "pdsync.client",
)


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["plan", "--help"]])
def test_what_needs_nothing_loads_nothing(arguments: list[str]) -> None:
    script = (
        "import sys\nfrom pdsync.cli.main import main\n"
        f"code = main({arguments!r})\nprint([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
        "sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "[]\n")
    assert done.stdout.startswith((f"pdsync {__version__}\n", "Usage: "))


def test_a_plan_without_orchestrations_loads_neither_the_grammar_nor_the_regex_engine(
    manifests: Path, online: SandboxServer
) -> None:
    script = (
        "import sys\nfrom pdsync.cli.main import main\ncode = main(['plan'])\n"
        "found = [name for name in sys.modules if name.startswith(('lark', 're2', 'pdsync.routing', 'pdsync.condition'))]\n"
        "sys.exit(code or ' '.join(found) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, "to create" in done.stdout) == (0, True), done.stderr


def test_the_module_runs_as_the_script_does() -> None:
    for command in ([sys.executable, "-m", "pdsync"], [str(Path(sys.executable).parent / "pdsync")]):
        done = subprocess.run([*command, "--version"], capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (0, f"pdsync {__version__}\n")


def test_a_narrow_encoding_gets_escapes_and_no_error(manifests: Path) -> None:
    manifests.write_text(
        "apiVersion: pdsync/v1\nkind: Team\nmetadata: {name: a}\nspec: {name: Zoë, teem: »}\n", encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pdsync", "validate"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
    )
    assert done.returncode == 1
    assert b"unknown field 'teem'" in done.stdout


def test_whoami_tells_a_user_from_an_account(pdsync: Pdsync, online: SandboxServer) -> None:
    body = json.loads(pdsync("whoami", "-o", "json").out)
    assert (body["account"], body["token_kind"], body["email"], body["role"]) == (
        "pdsync-sandbox",
        "user",
        "owner@example.com",
        "owner",
    )
    assert body["abilities"] > 0
    run = pdsync("whoami", env={"PAGERDUTY_TOKEN": "abcdefghijklmnopqrst"})
    assert run.code == 0
    assert "token kind  account\n" in run.out
    assert "email" not in run.out


@pytest.mark.parametrize("reading", ["incidents", "users_and_windows"])
def test_an_account_key_without_a_from_address_is_told_what_to_do_if_users_are_refused(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, reading: str
) -> None:
    online.control.set_account({"account": 1, "readings": {"from_header": reading}})
    account_key = {"PAGERDUTY_TOKEN": "abcdefghijklmnopqrst"}
    run = pdsync("plan", env=account_key)
    assert run.code == 0
    assert "set 'from' in pdsync.yaml or --from" in run.out
    for run in (
        pdsync("--from", "owner@example.com", "plan", env=account_key),
        pdsync("plan", env={**account_key, "PAGERDUTY_FROM": "owner@example.com"}),
    ):
        assert "'from'" not in run.out
    refused = pdsync("apply", "--yes", env=account_key)
    if reading == "incidents":
        assert refused.code == 0
    else:
        assert refused.code == 1
        assert "From header" in refused.out
        assert pdsync("--from", "owner@example.com", "apply", "--yes", env=account_key).code == 0


def test_schemas_are_printed(pdsync: Pdsync) -> None:
    for arguments in (["schema"], ["schema", "Service"], ["schema", "escalation_policy"]):
        run = pdsync(*arguments)
        assert run.code == 0
        assert json.loads(run.out)["$schema"].startswith("https://json-schema.org/")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_printed(pdsync: Pdsync, shell: str) -> None:
    run = pdsync("completion", shell)
    assert (run.code, run.err) == (0, "")
    assert "_PDSYNC_COMPLETE" in run.out


def test_completion_completes() -> None:
    environment = {**os.environ, "_PDSYNC_COMPLETE": "bash_complete", "COMP_WORDS": "pdsync pl", "COMP_CWORD": "1"}
    done = subprocess.run([sys.executable, "-m", "pdsync"], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "plain,plan\n")


def test_the_embedded_sandbox_lasts_beside_the_configuration(pdsync: Pdsync, manifests: Path, folder: Path) -> None:
    assert pdsync("--sandbox", "apply", "--yes").code == 0
    assert {".gitignore", "journal", "sandbox.db"} <= set(os.listdir(folder / ".pdsync"))
    assert (folder / ".pdsync" / ".gitignore").read_text() == "*\n"
    assert pdsync("--sandbox", "plan", "--detailed-exitcode").code == 0


def test_the_embedded_sandbox_can_begin_with_an_example(pdsync: Pdsync, manifests: Path) -> None:
    assert pdsync("--sandbox", "plan", env={"PDSYNC_SANDBOX_SEED": "many"}).code == 64
    assert pdsync("--sandbox", "--sandbox-seed", "example", "plan", "-o", "json").code == 0
    body = json.loads(pdsync("--sandbox", "whoami", "-o", "json").out)
    assert body["token"] == "*box1 from --sandbox"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_sandbox_prints_its_address_and_serves_until_it_is_stopped(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "pdsync", "sandbox", "--port", "0", "--seed", "none"]
    with start_process(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        answer = requests.get(f"{url}/users", headers={"Authorization": "Token token=" + 20 * "x"}, timeout=10)
        assert answer.status_code == 200
        process.send_signal(number)
        rest, said = process.communicate(timeout=30)
    assert (process.returncode, rest) == (0, "")
    assert url in said


@pytest.mark.parametrize(
    ("options", "code", "text"),
    [
        (["--faults", "bad.json"], 1, "error: bad.json: rules[0].match.nth must be a whole number"),
        (["--faults", "bad.json"], 1, "error: bad.json: rules[0].action.type must be one of: drop"),
        (["--faults", "broken.json"], 1, "error: broken.json:1:2: not valid JSON"),
        (["--faults", "absent.json"], 64, "does not exist"),
        (["--state", "broken.json"], 1, "error: broken.json:1:2: not valid JSON"),
        (["--state", "bad.json"], 1, "the state must be an object"),
        (["--state", "bad.json", "--seed", "example"], 64, "--seed and --state exclude each other"),
        (["--latency", "soon"], 1, "error: latency 'soon' is not valid; write 50, 20-80,"),
        (["--rate-limit", "0"], 64, "--rate-limit"),
    ],
)
def test_a_sandbox_refuses_options_that_make_no_sense(
    pdsync: Pdsync, folder: Path, options: list[str], code: int, text: str
) -> None:
    (folder / "bad.json").write_text('[{"match": {"nth": 0}, "action": {"type": "explode"}}]')
    (folder / "broken.json").write_text("[,]")
    run = pdsync("sandbox", *options)
    assert run.code == code
    assert text in run.err
    assert run.out == ""


def test_an_account_profile_that_cannot_be_used_names_file_and_line(folder: Path, pdsync: Pdsync) -> None:
    (folder / "account.yaml").write_text("account: 1\nreadings:\n  from_heeder: incidents\nlag: 5\n", encoding="utf-8")
    run = pdsync("sandbox", "--account", "account.yaml")
    assert run.code == 1
    assert "account.yaml:3: readings.from_heeder is unknown; did you mean from_header?" in run.err
    assert "account.yaml:4: lag must be an object" in run.err
    assert "schemas/account-profile.json" in run.err


def test_a_sandbox_that_cannot_run_says_why(pdsync: Pdsync, folder: Path) -> None:
    (folder / "no.db").write_text("this is not a database, but long enough to be told from an empty file" * 10)
    run = pdsync("sandbox", "--db", "no.db")
    assert (run.code, run.out) == (1, "")
    assert run.err.startswith("error: the sandbox cannot run: ")


def test_a_missing_extra_is_named(pdsync: Pdsync, manifests: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "waitress", None)
    # A sandbox that ran in this process before has its server imported already.
    monkeypatch.delitem(sys.modules, "pdsync.sandbox.http.web_server", raising=False)
    run = pdsync("--sandbox", "plan")
    assert run.code == 1
    assert "pip install 'pdsync[sandbox]'" in run.err


class _Screen:
    """A stream that says whether it is a terminal."""

    def __init__(self, is_terminal: bool) -> None:
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.mark.parametrize(
    ("is_terminal", "environment", "flag", "expected"),
    [
        (True, {}, None, True),
        (False, {}, None, False),
        (True, {"NO_COLOR": "1"}, None, False),
        (True, {"NO_COLOR": ""}, None, True),
        (True, {"TERM": "dumb"}, None, False),
        (True, {}, False, False),
        (False, {}, True, True),
        (True, {"NO_COLOR": "1"}, True, True),
        (False, {"FORCE_COLOR": "1"}, None, False),
    ],
)
def test_colour_is_for_terminals_unless_something_says_otherwise(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_terminal: bool,
    environment: dict[str, str],
    flag: bool | None,
    expected: bool,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout", _Screen(is_terminal))
    assert Terminal(color=flag).color is expected
