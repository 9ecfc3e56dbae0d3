"""pdsync apply."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pdsync.apply import apply_plan
from pdsync.client import RestApiV2Client
from pdsync.plan import Outcome, Result
from pdsync.report.result.result_text import render_outcome_text
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import MANIFESTS, Pdsync
from tests.support.recorded import forget, writes

_ORCHESTRATION = """
---
apiVersion: pdsync/v1
kind: Service
metadata: {{name: orders}}
spec:
  name: Orders
  escalation_policy: shop
  event_orchestration: {{start: [{{label: wait, {action}}}]}}
"""


def test_an_apply_shows_the_plan_each_outcome_and_a_summary(
    pdsync: Pdsync, manifests: Path, online: SandboxServer
) -> None:
    run = pdsync("apply", "--yes")
    assert run.code == 0
    plan, _, result = run.out.partition("Plan: 3 to create, 0 to adopt, 0 to update, 0 to delete; 0 unchanged.\n")
    assert "  + Checkout  service/checkout  manifests/shop.yaml:14" in plan
    digest, _, result = result.partition("\n")
    assert digest.startswith("Digest: ")
    assert result == (
        "\n"
        "  + created  Ana Lima  user/ana\n"
        "  + created  Shop  escalation_policy/shop\n"
        "  + created  Checkout  service/checkout\n"
        "\nDone: 3 applied.\n"
    )
    assert run.err == ""


def test_quiet_is_two_summaries(pdsync: Pdsync, manifests: Path, online: SandboxServer) -> None:
    run = pdsync("-q", "apply", "--yes")
    assert run.out.splitlines() == [
        "Plan: 3 to create, 0 to adopt, 0 to update, 0 to delete; 0 unchanged.",
        "",
        "Done: 3 applied.",
    ]


def test_nothing_to_do_asks_no_one(pdsync: Pdsync, manifests: Path, online: SandboxServer) -> None:
    assert pdsync("apply", "--yes").code == 0
    forget(online)
    run = pdsync("apply")
    assert (run.code, run.out) == (0, "No changes. 3 objects match the manifests.\n")
    assert writes(online) == []


def test_json_is_one_document(pdsync: Pdsync, manifests: Path, online: SandboxServer) -> None:
    run = pdsync("apply", "--yes", "-o", "json")
    body = json.loads(run.out)
    assert (run.code, run.err) == (0, "")
    assert [outcome["status"] for outcome in body["result"]["outcomes"]] == ["applied"] * 3
    assert len(body["plan"]["changes"]) == 3
    again = json.loads(pdsync("apply", "--yes", "-o", "json").out)
    assert (again["plan"]["changes"], again["result"]["outcomes"], again["result"]["exit_code"]) == ([], [], 0)


@pytest.mark.parametrize("strict", [True, False])
def test_what_pagerduty_stores_and_does_nothing_with_is_told_until_it_is_mended(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, strict: bool
) -> None:
    online.control.set_account({"account": 1, "without": {"aiops": 402}})
    manifests.write_text(MANIFESTS + _ORCHESTRATION.format(action="suspend: 300"))
    run = pdsync("apply", "--yes", *(["--strict"] if strict else []))
    assert run.code == (3 if strict else 0), run
    assert "      PagerDuty warns: event_orchestration[wait]: " in run.out
    assert "Done, with warnings: 4 applied." in run.out
    again = pdsync("apply", "--yes", *(["--strict"] if strict else []))
    assert again.code == run.code, "the same job once more mends nothing"
    assert ("with --strict this counts as a failure" in again.out) == strict
    journal = pdsync("journal", "show").out
    assert "PagerDuty warns: event_orchestration[wait]: " in journal
    plan = pdsync("plan", "--detailed-exitcode")
    assert plan.code == 0
    assert "PagerDuty warned about the event orchestration of 'Orders' when it was last written" in plan.out
    assert "PagerDuty warned about" in pdsync("drift").out
    manifests.write_text(MANIFESTS + _ORCHESTRATION.format(action="severity: info"))
    assert pdsync("apply", "--yes", "--strict").code == 0
    assert "warned" not in pdsync("plan").out


def test_a_secret_of_a_header_that_pagerduty_repeats_is_hidden(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = "hook-credential-0001"
    monkeypatch.setenv("HOOK_TOKEN", secret)
    webhook = "{name: hook, url: 'https://hooks.example.com/a', headers: [{key: X-Key, value: '${env:HOOK_TOKEN}'}]}"
    manifests.write_text(MANIFESTS + _ORCHESTRATION.format(action=f"automation_actions: [{webhook}]"))
    body = {"error": {"message": f"Header {secret} is invalid", "code": 2001}}
    match = {"method": "PUT", "path": "/event_orchestrations/services/*"}
    online.control.set_faults([{"match": match, "action": {"type": "error", "status": 400, "body": body}}])
    run = pdsync("-v", "apply", "--yes", "--journal", "run.jsonl", "--report", "run.md")
    assert run.code == 3, run
    assert "is invalid" in run.out
    for text in (run.out, run.err, *(Path(it).read_text() for it in ("run.jsonl", "run.md"))):
        assert secret not in text


def test_json_of_what_may_not_be_applied_says_why(pdsync: Pdsync, manifests: Path, online: SandboxServer) -> None:
    manifests.write_text(MANIFESTS.replace("escalation_policy: shop,", "escalation_policy: {name: Gone},"))
    run = pdsync("apply", "--yes", "-o", "json")
    body = json.loads(run.out)
    assert (run.code, body["result"]) == (1, None)
    assert body["plan"]["problems"]
    assert writes(online) == []


def test_json_without_yes_is_wrong_usage(pdsync: Pdsync, manifests: Path, online: SandboxServer) -> None:
    run = pdsync("apply", "-o", "json")
    assert (run.code, run.out) == (64, "")
    assert "--yes" in run.err
    assert writes(online) == []


def test_what_fails_is_told_and_the_rest_is_done(
    pdsync: Pdsync,
    manifests: Path,
    online: SandboxServer,
    client: RestApiV2Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def after_someone_else(*arguments: Any, **options: Any) -> Result:
        client.rpost("users", json={"type": "user", "name": "Other", "email": "ana@example.com"})
        return apply_plan(*arguments, **options)

    monkeypatch.setattr("pdsync.engine.apply.apply_plan", after_someone_else)
    team = "---\napiVersion: pdsync/v1\nkind: Team\nmetadata: {name: red}\nspec: {name: Red}\n"
    manifests.write_text(MANIFESTS + team)
    run = pdsync("apply", "--yes")
    assert run.code == 3
    assert "  + created  Red  team/red" in run.out
    assert "  + conflict Ana Lima  user/ana\n      it was created in the meantime, as " in run.out
    assert "  + skipped  Checkout  service/checkout\n      because escalation_policy/shop" in run.out
    assert "Not everything was done: 1 applied, 1 changed in the meantime, 2 skipped." in run.out


def test_a_read_only_token_is_told_once(pdsync: Pdsync, manifests: Path, online: SandboxServer) -> None:
    run = pdsync("--from", "owner@example.com", "apply", "--yes", env={"PAGERDUTY_TOKEN": "readonly" * 3})
    assert run.code == 1
    assert "HTTP 403" in run.out
    assert run.err.startswith(
        "error: the token from PAGERDUTY_TOKEN may not write these objects\n  A read-only key can plan"
    )
    assert online.requests()[-1]["status"] == 403
    assert nothing_was_written(online)


def nothing_was_written(online: SandboxServer) -> bool:
    return not [row for row in online.requests() if row["method"] != "GET" and row["status"] < 400]


@pytest.mark.parametrize(
    ("answer", "code", "written"), [("y", 0, True), ("YES", 0, True), ("n", 1, False), ("", 1, False)]
)
def test_a_person_is_asked(
    manifests: Path, online: SandboxServer, folder: Path, answer: str, code: int, written: bool
) -> None:
    ended, screen = on_a_terminal([*PDSYNC, "apply"], folder, {"Apply these 3 changes? [y/N] ": answer + "\n"})
    assert ended == code
    assert "\x1b[32m+\x1b[0m" in screen, "a terminal gets colour"
    assert bool(writes(online)) is written
    assert ("Nothing was applied." in screen) is not written
    assert ("3 applied" in screen) is written


def test_a_token_is_asked_for_and_never_shown(
    manifests: Path, online: SandboxServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PAGERDUTY_TOKEN")
    ended, screen = on_a_terminal([*PDSYNC, "--no-color", "whoami"], folder, {"API token: ": "u+secretsecretsecret\n"})
    assert ended == 0
    assert "*cret from the prompt" in screen
    assert "secretsecret" not in screen


PDSYNC = [sys.executable, "-m", "pdsync"]


def on_a_terminal(command: list[str], folder: Path, answers: dict[str, str]) -> tuple[int, str]:
    """Exit code and screen of a command on a pseudo terminal, where each question gets its answer."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color"}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    screen = b""
    try:
        while True:
            try:
                data = os.read(ours, 4096)
            except OSError:  # Linux says so when the other side has gone
                break
            if not data:
                break
            screen += data
            for question in [question for question in answers if question.encode() in screen]:
                os.write(ours, answers.pop(question).encode())
    finally:
        os.close(ours)
        code = process.wait(60)
    return code, screen.decode()


def test_ctrl_c_before_a_write_ends_with_130(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pdsync.engine.plan.fetch_account", interrupted)
    run = pdsync("apply", "--yes")
    assert (run.code, run.err.strip()) == (130, "Interrupted.")


def test_ctrl_c_while_writing_skips_the_rest(
    pdsync: Pdsync, manifests: Path, online: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt_then_render(outcome: Outcome, color: bool = False) -> str:
        if outcome.address == "user/ana":
            signal.raise_signal(signal.SIGINT)
        return render_outcome_text(outcome, color)

    monkeypatch.setattr("pdsync.cli.applying.render_outcome_text", interrupt_then_render)
    run = pdsync("apply", "--yes", "--workers", "1")
    assert run.code == 130
    assert "created  Ana Lima" in run.out
    assert "skipped  Checkout  service/checkout" in run.out
    assert "Stopped early" in run.out
    assert [path for _, path in writes(online)] == ["/users"]


def test_a_reader_that_leaves_does_not_stop_an_apply(manifests: Path, online: SandboxServer, folder: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [*PDSYNC, "apply", "--yes"], cwd=folder, stdout=write, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (0, b"Done: 3 applied.\n")
    assert len([path for method, path in writes(online) if method == "POST"]) == 3


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_output_that_cannot_be_written_is_an_error(manifests: Path, online: SandboxServer, folder: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*PDSYNC, "plan"], cwd=folder, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("error: the output cannot be written")
