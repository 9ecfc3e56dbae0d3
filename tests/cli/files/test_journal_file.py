"""The journal of an apply: kept as it happens, without secrets, and read back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pdsync.cli.error import CliError, UsageError
from pdsync.cli.files.journal_file import check_journal_path, find_journal, open_journal, read_journal
from pdsync.cli.invocation import Invocation
from pdsync.cli.secret import Secrets

SECRET = "u+secret-secret-secret"


@pytest.fixture
def invocation(tmp_path: Path) -> Invocation:
    return Invocation(folder=tmp_path, secrets=Secrets([SECRET]))


def test_events_are_read_back_without_credentials(invocation: Invocation) -> None:
    with open_journal(invocation, None) as journal:
        assert journal is not None
        start = {"event": "start", "workspace": "acme", "digest": "0", "changes": 1}
        journal.tell({**start, "message": f"Token token={SECRET}", "other": "Bearer abcdef"})
        assert len(read_journal(journal.path)) == 2, "an event is in the file before the next thing happens"
    path = find_journal(invocation.folder)
    assert path == journal.path
    assert SECRET not in path.read_text()
    assert "abcdef" not in path.read_text()
    assert [event["event"] for event in read_journal(path)] == ["run", "start"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_last_line_that_breaks_off_is_left_out(invocation: Invocation) -> None:
    with open_journal(invocation, None) as journal:
        assert journal is not None
    with journal.path.open("a") as file:
        file.write('{"event": "sta')
    assert [event["event"] for event in read_journal(journal.path)] == ["run"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not a journal"),
        ("no\n{}\n", "is not a journal"),
        ("{}\n", ":1: 'event' is missing"),
        ("[1]\n{}\n", ":1: expected a mapping with event, got a list"),
        (json.dumps({"event": "start"}) + "\n", ":1: 'workspace' is missing"),
    ],
)
def test_another_file_is_not_a_journal(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "x"
    path.write_text(text)
    with pytest.raises(CliError, match=said):
        read_journal(path)


def test_a_file_is_never_overwritten(invocation: Invocation, tmp_path: Path) -> None:
    path = tmp_path / "mine"
    path.write_text("mine")
    with pytest.raises(UsageError, match="is not overwritten"):
        check_journal_path(path, invocation)
    with pytest.raises(UsageError, match="is not overwritten"), open_journal(invocation, path):
        pass
    assert path.read_text() == "mine"


def test_without_a_journal_that_is_told(tmp_path: Path) -> None:
    with pytest.raises(CliError, match="there is no journal"):
        find_journal(tmp_path)
