"""Closed, full and broken standard streams: no command calls that its own fault, and what was applied is told."""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from pdsync.cli.error import settle_exit_code
from pdsync.cli.invocation import Done, Invocation
from pdsync.sandbox import SandboxServer
from tests.support.shop import MANIFESTS
from tests.support.world import TOKEN

PDSYNC = f"{sys.executable} -m pdsync"
READ_ONLY = (
    "--version", "--help", "validate", "validate -o json", "plan", "plan -o json", "plan -o markdown", "plan -o github", "plan -o html",
    "drift", "drift -o junit", "whoami", "schema", "oncall", "lint", "explain checkout", "graph", "report", "completion bash",
)  # fmt: skip
AS_IT_IS = ("--version", "validate", "plan -o json")
"""Of the above, those that are run by the program itself; the others by a copy of a process, which starts sooner."""
SOME = ("validate", "plan", "--help")
WRITING = ("apply --yes", "apply --yes -o json", "apply --yes -o markdown")
HAS_FULL = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")


@pytest.fixture
def folder(tmp_path: Path, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch, fast_pdsync: Path) -> Path:
    """What is not about the start of a process, closed streams among that, calls `pdsync`."""
    monkeypatch.setenv("PATH", f"{fast_pdsync}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PDSYNC_API_URL", sandbox.url)
    monkeypatch.setenv("PAGERDUTY_TOKEN", TOKEN)
    (tmp_path / "pdsync.yaml").write_text("workspace: acme\npaths: [manifests]\n")
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "shop.yaml").write_text(MANIFESTS)
    return tmp_path


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """A shell command, whose PIPESTATUS-like code is that of pdsync."""
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, capture_output=True, text=True, timeout=100, stdin=subprocess.DEVNULL
    )
    said = done.stdout + done.stderr
    assert "unexpected error" not in said, said
    assert "Traceback" not in said, said
    assert "Exception ignored" not in said, said
    return done


@HAS_FULL
@pytest.mark.parametrize("command", READ_ONLY)
def test_a_command_that_only_shows_has_failed_when_it_could_not(folder: Path, command: str) -> None:
    program = PDSYNC if command in AS_IT_IS else "pdsync"
    done = shell(folder, f"{program} {command} >/dev/full")
    assert done.returncode == 1
    assert "error: the output cannot be written: No space left on device\n" in done.stderr


@pytest.mark.parametrize("command", SOME)
@pytest.mark.parametrize(
    ("streams", "code"),
    [
        (">&-", 1),
        (">&- 2>&-", 1),
        ("2>&-", 0),
        ("2>/dev/full", 0),
        ("<&-", 0),
        ("<&- >&- 2>&-", 1),
        (">&- 2>/dev/full", 1),
    ],
)
def test_streams_that_are_closed(folder: Path, command: str, streams: str, code: int) -> None:
    assert shell(folder, f"{PDSYNC} {command} {streams}").returncode == code


@HAS_FULL
@pytest.mark.parametrize("command", WRITING)
@pytest.mark.parametrize(
    ("streams", "code"),
    [(">/dev/full", 7), (">&-", 7), ("2>&-", 0), (">&- 2>&-", 7), (">/dev/full 2>/dev/full", 7)],
)
def test_an_apply_whose_output_is_lost_has_applied(
    folder: Path, sandbox: SandboxServer, command: str, streams: str, code: int
) -> None:
    program = PDSYNC if "&-" in streams or command == WRITING[0] else "pdsync"
    done = shell(folder, f"{program} {command} {streams}")
    assert done.returncode == code
    assert len([it for it in sandbox.requests() if it["method"] == "POST"]) == 3
    if "2>" not in streams:
        assert "Done: 3 applied.\n" in done.stderr, "told on the stream that is left"
    (journal,) = (folder / ".pdsync" / "journal").iterdir()
    events = [json.loads(line)["event"] for line in journal.read_text().splitlines()]
    assert (events[0], events[-1]) == ("run", "end"), "nothing else was written into it"


def test_a_reader_who_leaves_is_no_loss(folder: Path) -> None:
    done = shell(folder, f"({PDSYNC} apply --yes; echo $? >code) | :")
    assert (folder / "code").read_text() == "0\n"
    assert "Done: 3 applied." in done.stderr


@HAS_FULL
def test_the_code_of_what_failed_goes_before_a_lost_output(folder: Path, sandbox: SandboxServer) -> None:
    match = {"method": "POST", "path": "/services"}
    sandbox.control.set_faults([{"match": match, "action": {"type": "error", "status": 400}}])
    done = shell(folder, f"{PDSYNC} apply --yes >/dev/full")
    assert done.returncode == 3
    assert "Not everything was done: 2 applied, 1 failed." in done.stderr


class Full(io.StringIO):
    """A stream on a full disk."""

    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("loss", ["stdout", "report"])
@pytest.mark.parametrize(
    ("ended", "done", "expected"),
    [
        (0, None, 1), (2, None, 1), (1, None, 1), (5, None, 5), (64, None, 64), (130, None, 130),
        (0, 0, 7), (1, 0, 7), (6, 0, 7), (130, 0, 130),
        (3, 3, 3), (1, 3, 3), (6, 6, 6), (1, 6, 6), (4, 4, 4), (1, 1, 1), (130, 130, 130),
    ],
)  # fmt: skip
def test_what_a_loss_makes_of_an_exit_code(
    monkeypatch: pytest.MonkeyPatch, ended: int, done: int | None, expected: int, loss: str
) -> None:
    """`ended` is how the command ended, `done` how its writes to PagerDuty did; None: there were none."""
    if loss == "stdout":
        monkeypatch.setattr(sys, "stdout", Full())
    invocation = Invocation()
    invocation.terminal.out("result\n")
    invocation.has_lost_report = loss != "stdout"
    invocation.done = Done(done) if done is not None else None
    assert settle_exit_code(ended, invocation) == expected


def limited(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A run that cannot write a byte into any file, as on a full disk."""
    done = subprocess.run(
        ["pdsync", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
    )
    assert "unexpected error" not in done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize(
    ("command", "code", "lost"),
    [
        ("plan --out out.json", 1, ["--out out.json"]),
        ("plan --report out.md --page out.html", 1, ["--report out.md", "--page out.html"]),
        ("plan -o html --page out.html", 1, ["--page out.html"]),
        ("drift --out out.txt", 1, ["--out out.txt"]),
        ("page --out out.html", 1, ["--out out.html"]),
        ("export --out out", 1, ["--out out"]),
        ("apply --yes --report out.md", 7, ["--report out.md", "no journal is kept"]),
        ("apply --yes --journal out.jsonl", 7, ["out.jsonl: the journal is not complete"]),
        ("--sandbox plan", 1, [".pdsync"]),
    ],
)
def test_a_full_disk_names_what_was_lost_and_hides_no_result(
    folder: Path, command: str, code: int, lost: list[str]
) -> None:
    before = sorted(path for path in folder.rglob("*") if ".pdsync" not in path.parts)
    done = limited(folder, *command.split())
    assert done.returncode == code, done.stderr
    for name in lost:
        assert name in done.stderr
    if command.startswith("apply"):
        assert done.stdout.endswith("Done: 3 applied.\n")
    if command.startswith("plan") and "html" not in command:
        assert "3 to create" in done.stdout
    after = sorted(path for path in folder.rglob("*") if ".pdsync" not in path.parts)
    assert [path for path in after if path not in before and path.suffix != ".jsonl"] == []


def test_accept_on_a_full_disk_leaves_the_manifest(folder: Path) -> None:
    assert shell(folder, "pdsync apply --yes").returncode == 0
    file = folder / "manifests" / "shop.yaml"
    changed = file.read_text().replace("Checkout", "Check-out")
    file.write_text(changed)
    done = limited(folder, "accept", "service/checkout")
    assert done.returncode == 1
    assert "shop.yaml: cannot be written: File too large" in done.stderr
    assert file.read_text() == changed
    assert shell(folder, f"{PDSYNC} accept service/checkout >&-").returncode == 7
    assert file.read_text() != changed


def test_a_journal_that_broke_off_can_be_read(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-m", "pdsync", "apply", "--yes", "--journal", "run.jsonl"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700)),
    )
    assert (done.returncode, done.stdout.splitlines()[-1]) == (7, "Done: 3 applied.")
    shown = shell(folder, "pdsync journal show run.jsonl")
    assert shown.returncode == 0


@HAS_FULL
def test_whatever_was_done_is_no_error_because_its_output_is_lost(folder: Path, sandbox: SandboxServer) -> None:
    assert shell(folder, "pdsync apply --yes").returncode == 0
    key = next(row["integration_key"] for row in _integrations(sandbox))
    done = shell(folder, f"pdsync trigger -k {key} -i my-alert --description x >/dev/full")
    assert (done.returncode, "my-alert" in done.stderr) == (7, True)
    for command in (f"acknowledge -k {key} -i my-alert", f"resolve -k {key} -i my-alert", "export --out made"):
        assert shell(folder, f"pdsync {command} >/dev/full").returncode == 7, command
    assert (folder / "made").is_dir()
    assert shell(folder, "pdsync release --yes service/checkout >/dev/full").returncode == 7
    assert shell(folder, "pdsync adopt --yes service/checkout >/dev/full").returncode == 7
    for command in ("trigger -k wrong --description x", "export --out pdsync.yaml", "release --yes service/none"):
        assert shell(folder, f"pdsync {command} >/dev/full").returncode in (1, 64), command


def _integrations(sandbox: SandboxServer) -> list[dict[str, str]]:
    services = sandbox.control.edit("GET", "/services")["services"]
    service = next(service for service in services if service["name"] == "Checkout")
    body = {"integration": {"type": "events_api_v2_inbound_integration", "name": "Events"}}
    return [sandbox.control.edit("POST", f"/services/{service['id']}/integrations", body)["integration"]]


def test_a_token_from_a_closed_input_is_missing(folder: Path) -> None:
    assert shell(folder, f"{PDSYNC} --token-file - whoami <&-").returncode == 64


@pytest.mark.parametrize("name", [".pdsync", ".pdsync/journal", ".pdsync/sandbox.db"])
def test_a_link_in_place_of_what_pdsync_keeps_is_not_followed(
    folder: Path, sandbox: SandboxServer, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    other = tmp_path_factory.mktemp("other")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).symlink_to(other / "new.db" if name.endswith(".db") else other)
    command = "--sandbox plan" if name.endswith(".db") else "apply --yes"
    done = shell(folder, f"PDSYNC_API_URL= pdsync {command}" if name.endswith(".db") else f"pdsync {command}")
    assert done.returncode == 1
    assert "is a link, and links are not followed" in done.stderr
    assert list(other.iterdir()) == []
    assert [it for it in sandbox.requests() if it["method"] != "GET"] == []
