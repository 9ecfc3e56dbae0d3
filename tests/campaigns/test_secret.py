"""Canaries: tokens and routing keys are planted wherever they can be, and everything that any command writes is searched."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from pdsync.apply import writer
from pdsync.cli.main import cli, main
from tests.campaigns.company import RECEIVER
from tests.campaigns.harness import SMALL, Harness, make_harness

TOKEN = "u+canary-token-7Qx3ZkP9"
FILE_TOKEN = "u+canary-infile-8Rw4YjL2"
ROUTING_KEY = "canary0123456789abcdef0123456789"
HOST_TOKEN = "canary-forge-5Tn6VmK1xxxxxxxx"
HOOK_TOKEN = "canary-hook-9Ms2QbD4xxxxxxxx"
CANARIES = (TOKEN, FILE_TOKEN, ROUTING_KEY, HOST_TOKEN, HOOK_TOKEN)
_HOOK = "automation_actions: [{name: Ask, url: 'https://hooks.example.com/a', headers: [{key: X-Key, value: '${env:HOOK_TOKEN}'}]}]"
MANIFESTS = (
    SMALL.replace("severity: critical}", f"severity: critical, {_HOOK}}}").replace(
        "annotate: Look at the disk.}", f"{_HOOK}}}"
    )
    + """\
---
apiVersion: pdsync/v1
kind: RoutingTest
metadata: {name: a-test}
spec: {event: {file: event.json}, orchestration: prod, expect: {unrouted: true}}
"""
)
COMMANDS: list[tuple[str, ...]] = [
    ("-vv", "validate"),
    ("-vv", "plan", "--out", "plan.json", "--report", "plan.md"),
    ("-vv", "plan", "-o", "json"),
    ("-vv", "plan", "-o", "markdown"),
    ("-vv", "plan", "-o", "github"),
    ("-vv", "apply", "--yes", "--report", "apply.md", "--notify", "env"),
    ("-vv", "apply", "--yes", "-o", "json"),
    ("-vv", "drift", "--notify", ROUTING_KEY),
    ("-vv", "drift", "-o", "junit"),
    ("-vv", "drift", "-o", "prometheus"),
    ("-vv", "export", "--out", "exported"),
    ("-vv", "whoami", "-o", "json"),
    ("-vv", "trigger", "-k", ROUTING_KEY, "something is wrong"),
    ("-vv", "change", "-k", ROUTING_KEY, "something changed"),
    ("-vv", "journal", "show"),
    ("-vv", "journal", "show", "-o", "json"),
    ("-vv", "--token-file", "token.txt", "plan"),
    ("-vv", "--token-file", FILE_TOKEN, "plan"),
    ("-vv", "comment", "plan.md", "--host", "github", "--pr", "1"),
    ("-vv", ROUTING_KEY),
    ("-vv", "--token", TOKEN),
    ("-vv", "plan", "-o", "html", "--page", "page.html"),
    ("-vv", "graph", "--live", "-o", "svg"),
    ("-vv", "page", "--live"),
    ("-vv", "help", "plan"),
    ("-vv", "version"),
    ("-vv", "init", "made", "--from-account"),
    ("-vv", "lint"),
    ("-vv", "lint", "-o", "json"),
    ("-vv", "oncall", "--live"),
    ("-vv", "explain", "checkout", "--live"),
    ("-vv", "route", "event.json", "--routing-key-of", "Alerts"),
    ("-vv", "route", "event.json", "--live", "-o", "json"),
    ("-vv", "route", "token.txt"),
    ("-vv", "plan", "--sample-events", "token.txt"),
    ("-vv", "plan", "--sample-events", "event.json"),
    ("-vv", "plan", "--sample-events", "event.json", "-o", "json"),
    ("-vv", "plan", "--recent-alerts", "7"),
    ("-vv", "schedule", "show", "days", "-o", "ics"),
    ("-vv", "schedule", "convert", "days", "--live"),
    ("-vv", "holidays", "token.txt", "--schedule", "days"),
    ("-vv", "swap", "ana", "ben", "--schedule", "days", "--from", "2090-01-02", "--to", "2090-02-01", "--live"),
    ("-vv", "accept", "service/checkout"),
    ("-vv", "adopt", "service/checkout", "--yes"),
    ("-vv", "drift", "--out", "drift.json", "-o", "json"),
    ("-vv", "apply", "--yes", "--plan", "plan.json"),
    ("-vv", "acknowledge", "-k", ROUTING_KEY, "-i", "some-alert"),
    ("-vv", "resolve", "-k", ROUTING_KEY, "-i", "some-alert"),
    ("-vv", "resolve", "-k", ROUTING_KEY),
    ("-vv", "events", "trigger", "-k", ROUTING_KEY, "something is wrong"),
    ("-vv", "events", "change", "something changed"),
    ("-vv", "trigger", "-k", f"{ROUTING_KEY}!", "a key that is none"),
    ("-vv", "schema"),
    ("-vv", "completion", "bash"),
    ("-vv", "sandbox", "--db", "missing/sandbox.db", "--port", "0"),
    ("-vv", "--config", "missing.yaml", "plan"),
    ("-vv", "--config", "token.txt", "plan"),
    ("-vv", "validate", "token.txt"),
    ("-vv", "apply", "--yes", "--plan", "token.txt"),
    ("-vv", "apply", "--yes", "--secrets-out", "token.txt"),
    ("-vv", "apply", "--yes", "--secrets-to", "cat"),
    ("-vv", "journal", "show", "token.txt"),
    ("-vv", "--api-url", "http://127.0.0.1:9", "plan"),
    ("-vv", "--api-url", f"http://{TOKEN}@127.0.0.1:9", "plan"),
    ("-vv", "export", "--out", "token.txt"),
    ("-vv", "import-terraform", "token.txt"),
    ("-vv", "verify-account", "--yes-this-is-a-test-account", "--out", "facts.json", "--profile", "account.json"),
    ("-vv", "verify-account", "--list"),
    ("-vv", "release", "service/checkout", "--yes"),
    ("-vv", "apply", "--yes", "--adopt"),
]


@pytest.fixture
def harness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Harness]:
    with make_harness(tmp_path, monkeypatch, MANIFESTS) as made:
        for name, value in {
            "PAGERDUTY_TOKEN": TOKEN,
            "PAGERDUTY_ROUTING_KEY": ROUTING_KEY,
            "GITHUB_TOKEN": HOST_TOKEN,
            "HOOK_TOKEN": HOOK_TOKEN,
            "GITHUB_REPOSITORY": "acme/rota",
            "GITHUB_API_URL": "http://127.0.0.1:9",
            "TMPDIR": str(tmp_path),
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        (tmp_path / "token.txt").write_text(FILE_TOKEN)
        payload = {"summary": "Disk full", "source": "db-1", "severity": "critical"}
        for folder in (tmp_path, tmp_path / "manifests"):
            (folder / "event.json").write_text(json.dumps({"routing_key": ROUTING_KEY, "payload": payload}))
        yield made


def said_by(arguments: tuple[str, ...]) -> str:
    if "apply" in arguments and not {"--secrets-out", "--secrets-to"} & {*arguments}:
        arguments = (*arguments, "--secrets-to", RECEIVER)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        main(arguments)
    return out.getvalue() + err.getvalue()


def assert_no_canary(text: str, where: object) -> None:
    for canary in CANARIES:
        assert canary not in text, where


def assert_files_are_clean(folder: Path) -> int:
    """Gives the number of files that were searched."""
    count = 0
    for place, _, names in os.walk(folder):
        for name in names:
            if name not in ("token.txt", "event.json"):
                assert_no_canary((Path(place) / name).read_text(errors="replace"), name)
                count += 1
    return count


def test_no_command_says_or_writes_a_secret(harness: Harness) -> None:
    for arguments in COMMANDS:
        assert_no_canary(said_by(arguments), arguments)
    assert assert_files_are_clean(harness.folder) > 10
    own = [harness.folder / name for name in ("plan.json", "plan.md", "apply.md", "drift.json")]
    own += [file for file in harness.folder.rglob(".pdsync/**/*") if file.is_file() and file.name != ".gitignore"]
    assert len(own) > 6
    assert {file.name: oct(file.stat().st_mode & 0o777) for file in own if file.stat().st_mode & 0o077} == {}


def test_every_command_is_searched() -> None:
    tried = {word for arguments in COMMANDS for word in arguments}
    for name, command in cli.commands.items():
        assert name in tried, name
        if isinstance(command, click.Group):
            ways = {arguments[arguments.index(name) + 1] for arguments in COMMANDS if name in arguments[:-1]}
            assert ways & command.commands.keys(), name


def test_the_routing_keys_of_the_account_stay_there(harness: Harness) -> None:
    """The key of an integration is answered with its service: a person who has it can page people."""
    assert harness.apply().code == 0
    keys = [row["integration_key"] for row in harness.state()["integration"] if row.get("integration_key")]
    keys += [row["routing_key"] for row in harness.state()["orchestration_integration"]]
    assert len(keys) > 2
    for arguments in (
        ("-vv", "plan", "-o", "json"), ("-vv", "plan", "--out", "plan.json"), ("-vv", "drift", "-o", "json"), ("-vv", "export", "--out", "exported"),
        ("-vv", "accept", "service/checkout"), ("-vv", "release", "--yes", "service/checkout"), ("-vv", "apply", "--yes", "--adopt"),
        ("journal", "show", "-o", "json"),
    ):  # fmt: skip
        said = said_by(arguments)
        assert not [key for key in keys if key in said], arguments
    for file in (file for file in harness.folder.rglob("*") if file.is_file()):
        assert not [key for key in keys if key in file.read_text(errors="replace")], file


@pytest.mark.parametrize(
    "arguments", [("lint",), ("lint", "-o", "json"), ("plan",), ("plan", "-o", "json"), ("plan", "-o", "html")]
)
def test_a_failing_test_of_rules_says_no_secret(harness: Harness, arguments: tuple[str, ...]) -> None:
    file = harness.folder / "manifests" / "all.yaml"
    file.write_text(file.read_text().replace("unrouted: true", "severity: info"))
    said = said_by(("-vv", *arguments))
    assert "a-test" in said
    assert_no_canary(said, arguments)


def test_a_header_reaches_pagerduty_and_nothing_else_has_it(harness: Harness) -> None:
    assert harness.apply().code == 0
    assert json.dumps(harness.state()).count(HOOK_TOKEN) == 2
    for arguments in (("-vv", "drift"), ("-vv", "export", "--out", "exported"), ("-vv", "accept", "service/checkout")):
        harness.server.control.edit("PUT", *_other_rules(harness))
        assert_no_canary(said_by(arguments), arguments)
    assert assert_files_are_clean(harness.folder)


@pytest.mark.parametrize(("status", "output"), [(200, "text"), (400, "json"), (500, "markdown")])
def test_what_pagerduty_repeats_of_a_header_is_hidden(harness: Harness, status: int, output: str) -> None:
    told = f"Header value {HOOK_TOKEN} is too long"
    body = {"error": {"message": told, "errors": [told]}, "orchestration_path": {}, "warnings": [{"message": told}]}
    action: dict[str, Any] = {"type": "content_type", "content_type": "application/json", "body": json.dumps(body)}
    if status != 200:
        action = {"type": "error", "status": status, "body": body}
    match = {"method": "PUT", "path": "/event_orchestrations/*"}
    harness.server.control.set_faults({"rules": [{"match": match, "action": action}]})
    said = said_by(("-vv", "apply", "--yes", "-o", output, "--report", "apply.md"))
    harness.server.control.clear_faults()
    assert "is too long" in said
    assert_no_canary(said, output)
    assert_no_canary(said_by(("journal", "show")), "journal")
    assert_no_canary(said_by(("plan",)), "plan")
    assert_files_are_clean(harness.folder)


def _other_rules(harness: Harness) -> tuple[str, Any]:
    """The rules of the service, of which a person changed something beside the header."""
    (row,) = (it for it in harness.state()["orchestration_path"] if it["id"].endswith(":service"))
    row["sets"][0]["rules"][0]["disabled"] ^= True
    document = {"sets": row["sets"], "catch_all": row["catch_all"]}
    return f"/event_orchestrations/services/{row['parent']}", {"orchestration_path": document}


def test_no_process_says_a_secret_in_its_title(harness: Harness) -> None:
    """What everyone on the machine sees of a run: its command line and its name."""
    action = {"type": "latency", "ms": 300}
    harness.server.control.set_faults({"rules": [{"match": {"path": "/users", "nth": 1}, "action": action}]})
    command = [sys.executable, "-m", "pdsync", "-q", "plan"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while not harness.server.requests() and process.poll() is None:
            time.sleep(0.002)
        place = Path(f"/proc/{process.pid}")
        seen = [(place / name).read_text(errors="replace") for name in ("cmdline", "comm", "stat")]
        assert process.wait(30) == 0
    assert "pdsync" in seen[0]
    for text in seen:
        assert_no_canary(text, "process title")


ECHO = f"Bad request of {TOKEN}, Authorization: Token token={TOKEN}, Bearer {TOKEN}"


def _by_field(action: dict[str, Any]) -> dict[str, Any]:
    """The same fault as paths of version 3 say it: their errors are by field."""
    if action.get("status") != 400:
        return action
    return {**action, "body": {"error": {"message": ECHO, "code": 2001, "errors": {"name": [ECHO]}}}}


@pytest.mark.parametrize(
    "action",
    [
        {"type": "error", "status": 400, "body": {"error": {"message": ECHO, "code": 2001, "errors": [ECHO]}}},
        {"type": "error", "status": 401, "body": {"error": {"message": ECHO, "code": 2006}}},
        {"type": "error", "status": 500, "body": {"error": {"message": ECHO}}},
        {"type": "content_type", "content_type": "text/html", "body": ECHO},
        {"type": "drop", "when": "after"},
        {"type": "truncate", "keep": 0.4},
    ],
    ids=["400", "401", "500", "html", "drop", "truncated"],
)
def test_no_error_says_a_secret_that_the_server_repeats(harness: Harness, action: dict[str, Any]) -> None:
    applies = (("-vv", "apply", "--yes"), ("-vv", "apply", "--yes", "-o", "json"))
    matches: list[tuple[dict[str, str], tuple[tuple[str, ...], ...]]] = [
        ({}, (("-vv", "plan"), *applies)),
        ({"method": "POST"}, applies),  # which a plan never sends
    ]
    for match, commands in matches:
        for arguments in commands:
            newer = {"match": {**match, "path": "/v3/**"}, "action": _by_field(action)}
            harness.server.control.set_faults({"rules": [newer, {"match": match, "action": action}]})
            assert_no_canary(said_by(arguments), (action, arguments))
            harness.server.control.clear_faults()
        assert_no_canary(said_by(("journal", "show")) if harness.journals() else "", "journal")
    assert_files_are_clean(harness.folder)


def test_no_crash_report_holds_a_secret(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> None:
        raise RuntimeError(json.dumps({"headers": f"Token token={TOKEN}", "key": TOKEN}))

    monkeypatch.setattr(writer.Writer, "__init__", fail)
    said = said_by(("-vv", "apply", "--yes"))
    assert "bug in pdsync" in said
    assert_no_canary(said, "crash")
    assert list(harness.folder.rglob("pdsync-error-*"))
    assert_files_are_clean(harness.folder)


def test_a_token_goes_to_no_other_host(harness: Harness) -> None:
    said = said_by(("-vv", "--api-url", "http://pagerduty.example", "plan"))
    assert "https" in said
    assert not harness.server.requests()
