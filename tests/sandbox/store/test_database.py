"""The SQLite file behind the store."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from pdsync.sandbox import SandboxError, SandboxServer
from pdsync.sandbox.store.database import connect
from tests.sandbox.account import Account


def test_one_file_serves_one_sandbox(tmp_path: Path) -> None:
    db = str(tmp_path / "sandbox.db")
    with Account(db=db), pytest.raises(SandboxError, match="in use by another sandbox"):
        SandboxServer(db=db).start()
    with Account(db=db) as account:
        assert account.get("/users")["users"]


def test_someone_elses_database_is_left_alone(tmp_path: Path) -> None:
    other, text = tmp_path / "other.db", tmp_path / "text.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE precious (id)")
    connection.close()
    text.write_text("no database at all, and longer than a header of one would be " * 40)
    before = other.read_bytes()
    for path in (other, text):
        with pytest.raises(SandboxError, match="database"):
            SandboxServer(db=str(path)).start()
    assert other.read_bytes() == before


def test_a_file_of_the_sandbox_is_marked_and_opens_again(tmp_path: Path) -> None:
    for _ in range(2):
        connection = connect(str(tmp_path / "sandbox.db"))
        assert connection.execute("PRAGMA application_id").fetchone()[0] == int.from_bytes(b"PDSB", "big")
        assert connection.execute("SELECT count(*) FROM object").fetchone() == (0,)
        connection.close()
