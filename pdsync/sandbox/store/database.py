"""Database: the SQLite file behind the store: opened, checked to be ours, laid out."""

from __future__ import annotations

import sqlite3

from pdsync.sandbox.error import SandboxError

_APPLICATION_ID = 0x50445342  # marks a file as ours, so that no other database is written to
_LAYOUT = """
CREATE TABLE IF NOT EXISTS object (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL UNIQUE, parent TEXT, body TEXT NOT NULL
)"""


def connect(db: str) -> sqlite3.Connection:
    """``db`` is a file path or ``:memory:``. Transactions are the caller's. Raises SandboxError for a file that cannot
    be used."""
    # SQLite's name for a database of this connection alone: in memory, and on disk what does not have to be in memory.
    path = "" if db == ":memory:" else db
    try:
        connection = sqlite3.connect(path, check_same_thread=False, timeout=1, isolation_level=None)
    except sqlite3.Error as error:
        raise SandboxError(f"cannot open {db}: {error}") from error
    try:
        # One process per file: the objects in memory would not see what another one writes.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables and connection.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION_ID:
            raise SandboxError(f"{db} is a database of another program; give another file")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -32768")  # KiB
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.execute(_LAYOUT)
    except sqlite3.Error as error:
        connection.close()
        what = "is in use by another sandbox" if "locked" in str(error) else f"is not a sandbox database: {error}"
        raise SandboxError(f"{db} {what}") from error
    except SandboxError:
        connection.close()
        raise
    return connection
