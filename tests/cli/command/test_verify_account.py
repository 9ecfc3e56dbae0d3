"""``pdsync verify-account``: what it refuses, what it writes, and that nothing stays in the account, however it ends."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pdsync.client import RestApiV2Client
from pdsync.engine.connection import CLIENT_OPTIONS
from pdsync.probe import PROBES
from pdsync.probe.mark import MARKER, PREFIX, Mark
from pdsync.sandbox import SandboxServer
from pdsync.sandbox.profile import QUESTIONS
from pdsync.sandbox.profile.reader import load_profile
from tests.cli.conftest import Pdsync
from tests.probe.conftest import holdings
from tests.support.process import start_process
from tests.support.world import TOKEN

pytestmark = pytest.mark.empty_account
AGREED = ("verify-account", "--yes-this-is-a-test-account")
ONE = ("--only", "rotation_virtual_start")


def writes(server: SandboxServer) -> list[str]:
    return [f"{it['method']} {it['path']}" for it in server.requests() if it["method"] != "GET"]


def test_without_the_flag_nothing_is_asked(online: SandboxServer, pdsync: Pdsync) -> None:
    run = pdsync("verify-account")
    assert run.code == 5
    assert "--yes-this-is-a-test-account" in run.err
    assert online.requests() == []


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--only", "rotation_virtual_stat"), "Did you mean 'rotation_virtual_start'?"),
        (("--out", "missing/report.json"), "does not exist"),
        (("--out", "one.json", "--profile", "one.json"), "is also the file of --out"),
        (("--profile", "account.yaml"), "has the name of a manifest"),
        (("--profile", "mine.json"), "exists and is not a profile of an account"),
    ],
)
def test_a_wrong_call_is_refused_before_anything_is_asked(
    online: SandboxServer, pdsync: Pdsync, folder: Path, options: tuple[str, ...], says: str
) -> None:
    (folder / "mine.json").write_text("{}\n")
    run = pdsync(*AGREED, *options)
    assert run.code == 64
    assert says in run.err
    assert online.requests() == []


def test_the_list_asks_nothing(online: SandboxServer, pdsync: Pdsync) -> None:
    run = pdsync("verify-account", "--list")
    assert run.code == 0
    for name, question in QUESTIONS.items():
        assert f"{name}: {question.text}" in run.out
    assert pdsync("verify-account", "--list", *ONE).out.count("Asked by") == 1
    assert online.requests() == []


def test_a_read_only_key_is_refused(online: SandboxServer, pdsync: Pdsync) -> None:
    before = online.control.state()
    run = pdsync(*AGREED, env={"PAGERDUTY_TOKEN": "readonly-key-of-the-tests"})
    assert run.code == 5
    assert "the token from PAGERDUTY_TOKEN may not write" in run.err
    assert run.out == ""
    assert online.control.state() == before


def test_an_account_in_use_is_refused(online: SandboxServer, pdsync: Pdsync, client: RestApiV2Client) -> None:
    for number in range(11):
        client.rpost(
            "teams", json={"name": f"Payments {number}", "description": "Managed by pdsync: acme/team/payments"}
        )
    online.control.set_account({"account": 1})
    before = len(writes(online))
    run = pdsync(*AGREED, "--report", "report.json")
    assert run.code == 5
    assert "it holds more than 10 teams" in run.err
    assert "pdsync manages some of its teams" in run.err
    assert "docs/how-to/verify-a-real-account.md" in run.err
    assert "Payments" not in run.out + run.err
    assert not Path("report.json").exists()
    assert len(writes(online)) == before


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ("workspace: acme\nsubdomain: pdsync-sandbox\n", "is the account that"),
        ("workspace: acme\nsubdomain: PDsync-Sandbox\n", "is the account that"),
        ("workspace: acme\n", "has no subdomain"),
        ("workspaces:\n  acme:\n    subdomain: acme\n  test:\n    subdomain: pdsync-sandbox\n", "several workspaces"),
    ],
)
def test_an_account_that_the_configuration_may_be_for_is_refused(
    online: SandboxServer, pdsync: Pdsync, folder: Path, config: str, says: str
) -> None:
    (folder / "pdsync.yaml").write_text(config)
    run = pdsync("--workspace", "acme", *AGREED)
    assert run.code == 5
    assert says in run.err
    assert "pdsync.yaml" in run.err
    assert writes(online) == []


def test_a_configuration_for_another_account_is_no_reason_to_refuse(
    online: SandboxServer, pdsync: Pdsync, folder: Path
) -> None:
    (folder / "pdsync.yaml").write_text("workspace: acme\nsubdomain: acme\n")
    assert pdsync(*AGREED, *ONE).code == 0


def test_what_is_found_is_printed_and_written(online: SandboxServer, pdsync: Pdsync, folder: Path) -> None:
    online.control.set_account({"account": 1, "readings": {"rotation_virtual_start": "whole_minutes"}})
    before = holdings(online)
    run = pdsync(*AGREED, "--with-incidents", "--report", "report.json", "--profile", "account.json")
    assert run.code == 0
    assert "rotation_virtual_start: whole_minutes (HTTP 400, code 2001)" in run.out
    report = json.loads((folder / "report.json").read_text())
    assert [it["question"] for it in report["questions"]] == list(PROBES)
    profile = load_profile(folder / "account.json")
    assert profile.readings["rotation_virtual_start"] == "whole_minutes"
    assert holdings(online) == before
    again = pdsync(*AGREED, *ONE, "-o", "json", "--report", "report.json")
    assert json.loads(again.out) == json.loads((folder / "report.json").read_text())
    assert len(json.loads(again.out)["questions"]) == 1


def test_no_output_names_anything_of_the_account(online: SandboxServer, pdsync: Pdsync, folder: Path) -> None:
    with RestApiV2Client(TOKEN, base_url=online.url) as client:
        owner = client.rget("users/me")
        client.rput(f"users/{owner['id']}", json={"name": "Canary Quill", "job_title": "Canary of the mine"})
        client.rpost("teams", json={"name": "Canary team", "description": "Canary text"})
        client.rpost("tags", json={"label": "Canary tag"})
    canary = {"error": {"message": "Canary Quill <canary@acme.example> may not", "code": 2001, "errors": ["Canary"]}}
    online.control.set_faults(
        [
            {
                "match": {"method": "POST", "path": "/schedules"},
                "action": {"type": "error", "status": 400, "body": canary},
            },
            {
                "match": {"method": "DELETE", "path": "/users/**"},
                "action": {"type": "error", "status": 400, "body": canary},
            },
        ]
    )
    run = pdsync(*AGREED, "--with-incidents", "-o", "json", "--report", "report.json", "--profile", "account.json")
    text = run.out + "".join((folder / name).read_text() for name in ("report.json", "account.json"))
    text += pdsync(*AGREED, "--with-incidents").out
    state = online.control.state()
    known = {
        str(it[name])
        for kind, rows in state.items()
        for it in rows
        for name in ("id", "name", "email", "label")
        # The label of a contact method is a common word, such as Default.
        if it.get(name) and (kind, name) != ("contact_method", "label")
    }
    words = {*known, "canary", TOKEN, TOKEN[-4:], PREFIX, "@", "pdsync-sandbox", online.url}
    assert len(known) > 5
    assert {word for word in words if word.casefold() in text.casefold()} <= {"pdsync"}


def test_what_could_not_be_removed_is_said_and_is_no_success(
    online: SandboxServer, pdsync: Pdsync, folder: Path
) -> None:
    before = holdings(online)
    online.control.set_faults(
        [{"match": {"method": "DELETE", "path": "/users/**"}, "action": {"type": "error", "status": 400}}]
    )
    run = pdsync(*AGREED, *ONE, "--report", "report.json")
    (left,) = [it for it in online.control.state()["user"] if it["name"].startswith(PREFIX)]
    assert run.code == 3
    assert f"not removed: /users/{left['id']} (HTTP 400)" in run.err
    assert json.loads((folder / "report.json").read_text())["not_removed"] == {"users": 1}
    again = pdsync(*AGREED, *ONE)
    assert again.code == 1
    assert f"not removed: /users/{left['id']}" in again.err
    online.control.clear_faults()
    last = pdsync(*AGREED, *ONE)
    assert last.code == 0
    assert "1 object of an earlier run is removed." in last.err
    assert holdings(online) == before


def test_a_run_that_answers_no_question_is_no_success(online: SandboxServer, pdsync: Pdsync) -> None:
    online.control.set_faults([{"match": {"method": "POST"}, "action": {"type": "error", "status": 403}}])
    run = pdsync(*AGREED, *ONE)
    assert run.code == 1
    assert "no question was answered" in run.err


def test_what_cannot_be_removed_of_an_earlier_run_costs_no_profile(
    online: SandboxServer, pdsync: Pdsync, folder: Path
) -> None:
    online.control.set_faults(
        [{"match": {"method": "DELETE", "path": "/users/**"}, "action": {"type": "error", "status": 400}}]
    )
    assert pdsync(*AGREED, *ONE, "--profile", "account.json").code == 3
    found = (folder / "account.json").read_text()
    assert "any_second" in found
    again = pdsync(*AGREED, *ONE, "--profile", "account.json")
    assert again.code == 1
    assert again.out == ""
    assert (folder / "account.json").read_text() == found


def test_a_key_that_is_revoked_ends_the_run_and_says_what_is_left(
    online: SandboxServer, pdsync: Pdsync, folder: Path
) -> None:
    online.control.set_faults(
        [
            {"match": {"method": "POST", "path": "/teams"}, "action": {"type": "error", "status": 401}},
            {"match": {"method": "DELETE"}, "action": {"type": "error", "status": 401}},
        ]
    )
    run = pdsync(*AGREED, "--report", "report.json")
    assert run.code == 3
    assert "is refused" in run.err
    assert run.err.count("not removed: /users/P") == 2
    assert json.loads((folder / "report.json").read_text())["not_removed"]["users"] == 2


def test_another_run_is_not_disturbed(online: SandboxServer, pdsync: Pdsync, monkeypatch: pytest.MonkeyPatch) -> None:
    body = {"type": "team", "name": Mark("a" * 10).name("team"), "description": MARKER}
    online.control.edit("POST", "/teams", {"team": body})
    tag = {"type": "tag", "label": Mark("a" * 10).label("tag")}
    monkeypatch.setitem(CLIENT_OPTIONS, "sleep", lambda seconds: online.control.edit("POST", "/tags", {"tag": tag}))
    run = pdsync(*AGREED, *ONE)
    assert run.code == 5
    assert "another run of verify-account is in progress" in run.err
    assert writes(online) == ["PUT /services/" + writes(online)[0].rpartition("/")[2]]


def test_a_report_that_cannot_be_written_is_no_success(
    online: SandboxServer, pdsync: Pdsync, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: Any, **how: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pdsync.cli.files.output_file.write_atomically", fail)
    run = pdsync(*AGREED, *ONE, "--report", "report.json")
    assert run.code == 7
    assert "report.json: cannot be written" in run.err


def begin(server: SandboxServer, folder: Path) -> Any:
    """A run that has made something, and waits."""
    program = start_process(
        [sys.executable, "-m", "pdsync", "--api-url", server.url, *AGREED, *ONE],
        cwd=folder,
        env={"PAGERDUTY_TOKEN": TOKEN, "PATH": ""},
    )
    wait_until(lambda: any(it["name"].startswith(PREFIX) for it in server.control.state()["user"]))
    return program


def wait_until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_a_signal_ends_a_run_and_a_kill_is_made_good_by_the_next_one(
    online: SandboxServer, pdsync: Pdsync, folder: Path
) -> None:
    before = holdings(online)
    slow = {
        "match": {"method": "POST", "path": "/schedules"},
        "action": {"type": "latency", "distribution": "fixed", "ms": 500},
    }
    online.control.set_faults([slow])
    with begin(online, folder) as program:
        program.send_signal(signal.SIGTERM)
        assert program.wait(30) == 130
    assert holdings(online) == before
    busy = {"match": {"method": "POST", "path": "/schedules"}, "action": {"type": "rate_limit", "retry_after_s": 30}}
    online.control.set_faults([busy])
    with begin(online, folder) as program:
        program.kill()
    assert holdings(online) != before
    online.control.clear_faults()
    run = pdsync(*AGREED, *ONE)
    assert run.code == 0
    assert "1 object of an earlier run is removed." in run.err
    assert holdings(online) == before
