"""Where the token comes from, and where it never goes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from pdsync.sandbox import SandboxServer
from tests.cli.conftest import Pdsync
from tests.support.world import TOKEN

OTHER = "u+other-other-other-9999"


def test_a_file_goes_before_the_environment(pdsync: Pdsync, online: SandboxServer, folder: Path) -> None:
    file = folder / "token"
    file.write_text(OTHER + "\n")
    file.chmod(0o600)
    run = pdsync("--token-file", "token", "whoami")
    assert (run.code, run.err) == (0, "")
    assert "*9999 from the file token" in run.out


def test_a_file_that_others_can_read_is_warned_of(pdsync: Pdsync, online: SandboxServer, folder: Path) -> None:
    file = folder / "token"
    file.write_text(OTHER)
    file.chmod(0o644)
    run = pdsync("-q", "--token-file", "token", "whoami")
    assert run.code == 0
    assert run.err == "warning: other users of this machine can read token; run: chmod 600 token\n"


def test_a_dash_reads_the_standard_input(
    pdsync: Pdsync, online: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(OTHER + "\n"))
    assert "*9999 from the standard input" in pdsync("--token-file", "-", "whoami").out


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"abc\ndef\n", "contains white space"),
        ("tökentökentökentöken".encode(), "characters that no token has"),
        (b"\xff\xfe\x00", "is not a text file"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_a_file_without_a_token_is_wrong_usage(
    pdsync: Pdsync, online: SandboxServer, folder: Path, content: bytes | None, says: str
) -> None:
    if content is not None:
        (folder / "token").write_bytes(content)
        (folder / "token").chmod(0o600)
    run = pdsync("--token-file", "token", "whoami")
    assert (run.code, run.out) == (64, "")
    assert says in run.err
    assert "abc" not in run.err
    assert online.requests() == []


def test_a_folder_in_place_of_the_file(pdsync: Pdsync, online: SandboxServer, folder: Path) -> None:
    assert pdsync("--token-file", str(folder), "whoami").code == 64


def test_no_token_says_what_to_set(pdsync: Pdsync, online: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGERDUTY_TOKEN", "  ")
    run = pdsync("whoami")
    assert run.code == 64
    assert "PAGERDUTY_TOKEN" in run.err
    assert "--sandbox" in run.err


def test_no_option_takes_a_token(pdsync: Pdsync) -> None:
    assert pdsync("--token", "x", "plan").code == 64


def test_the_token_is_in_no_output_however_much_is_said(pdsync: Pdsync, online: SandboxServer, manifests: Path) -> None:
    for arguments in (["-vv", "plan"], ["-vv", "whoami"], ["-vv", "apply", "--yes"]):
        run = pdsync(*arguments)
        assert run.code == 0
        assert TOKEN not in run.out + run.err
