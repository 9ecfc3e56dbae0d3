"""Journal: append-only rows: log entries and audit records.

They are in SQLite alone, however many there are. Lists are served a page at a time through the indexes; nothing here
reads more rows than a page shows, except for the filters that have no index (``fields``).
"""

# ruff: noqa: S608 (what goes into the texts of queries are names of this module; values are bound)

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pdsync.sandbox.store.record import Record, mentions

JOURNAL_KINDS = frozenset({"log_entry", "audit_record"})
_LAYOUT = """
CREATE TABLE IF NOT EXISTS entry (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL UNIQUE, parent TEXT, owner TEXT,
    at REAL NOT NULL, label TEXT, body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS entry_at ON entry (kind, at, number, label);
CREATE INDEX IF NOT EXISTS entry_owner ON entry (kind, owner, at, number);
CREATE TABLE IF NOT EXISTS mention (
    kind TEXT NOT NULL, target TEXT NOT NULL, at REAL NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (kind, target, at, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS mention_number ON mention (number);
"""
_COLUMNS = "number, kind, id, parent, body"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of a kind. ``owner`` is the incident of a log entry, the root resource of an audit record; ``labels``
    are types of entries, or actions; ``mentioning`` are ids of which a row must name one; ``fields`` are values by their
    JSON path in the body; ``before`` is the number of a row, and asks for what comes after it in the list. The end of a
    period is not part of it."""

    kind: str
    owner: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    labels: Sequence[str] = ()
    mentioning: Sequence[str] = ()
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    before: int | None = None


class Journal:
    """Used only under the store's lock, which also begins and ends the transactions."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        connection.executescript(_LAYOUT)
        self._adopt()

    def add(self, record: Record) -> None:
        """Raises ValueError for one without a moment (:func:`moment_of`)."""
        at, body = moment_of(record), record.body
        owner = record.parent if record.kind == "log_entry" else body["root_resource"]["id"]
        label = body["type"] if record.kind == "log_entry" else body["action"]
        row = (record.number, record.kind, record.id, record.parent, owner, at, label, json.dumps(body))
        self._db.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        targets = {*mentions(body)} - {record.parent}
        rows = [(record.kind, target, at, record.number) for target in targets]
        self._db.executemany("INSERT INTO mention VALUES (?, ?, ?, ?)", rows)

    def clear(self) -> None:
        self._db.execute("DELETE FROM entry")
        self._db.execute("DELETE FROM mention")

    def remove(self, number: int) -> None:
        """Only to take back what was added in this transaction, or to hide it for the length of one."""
        self._db.execute("DELETE FROM entry WHERE number = ?", (number,))
        self._db.execute("DELETE FROM mention WHERE number = ?", (number,))

    def find(self, id: str) -> Record | None:
        return next(self._records("WHERE id = ?", (id,)), None)

    def page(self, wanted: Wanted, limit: int, offset: int = 0) -> list[Record]:
        """Newest first."""
        source, conditions, values = _clauses(wanted)
        by = "m" if wanted.mentioning else "e"
        distinct = "DISTINCT" if len(wanted.mentioning) > 1 else ""
        found = self._db.execute(
            f"SELECT {distinct} {by}.at, {by}.number FROM {source} WHERE {conditions} "
            f"ORDER BY {by}.at DESC, {by}.number DESC LIMIT ? OFFSET ?",
            (*values, limit, offset),
        ).fetchall()
        return [record for _, number in found for record in self._records("WHERE number = ?", (number,))]

    def count(self, wanted: Wanted) -> int:
        source, conditions, values = _clauses(wanted)
        what = "DISTINCT m.number" if wanted.mentioning else "*"
        row = self._db.execute(f"SELECT count({what}) FROM {source} WHERE {conditions}", values).fetchone()
        return int(row[0])

    def ordered(self, kind: str) -> Iterator[Record]:
        """All of a kind in the order in which they were made, one at a time."""
        return self._records("WHERE kind = ? ORDER BY number", (kind,))

    def texts(self, kind: str) -> Iterator[str]:
        """The same as JSON text: the body with ``id``, ``number`` and ``parent`` before it."""
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM entry WHERE +kind = ? ORDER BY number", (kind,))
        for number, _, id, parent, body in rows:
            head = json.dumps({"id": id, "number": number, **({} if parent is None else {"parent": parent})})
            yield head if body == "{}" else f"{head[:-1]}, {body[1:]}"

    def has(self, kind: str) -> bool:
        return bool(self._db.execute("SELECT 1 FROM entry WHERE kind = ? LIMIT 1", (kind,)).fetchone())

    def mentions(self, kind: str, id: str) -> bool:
        """Whether a row of the kind names this id, or belongs to it."""
        named = "SELECT 1 FROM mention WHERE kind = ? AND target = ? LIMIT 1"
        owned = "SELECT 1 FROM entry WHERE kind = ? AND owner = ? AND parent IS NOT NULL LIMIT 1"
        return any(self._db.execute(query, (kind, id)).fetchone() for query in (named, owned))

    def last_number(self) -> int:
        return int(self._db.execute("SELECT coalesce(max(number), 0) FROM entry").fetchone()[0])

    def _records(self, clause: str, values: Iterable[Any]) -> Iterator[Record]:
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM entry {clause}", tuple(values))
        for number, kind, id, parent, body in rows:
            yield Record(number, kind, id, parent, json.loads(body))

    def _adopt(self) -> None:
        """Files of earlier versions have these rows among the objects."""
        kinds = ", ".join(f"'{kind}'" for kind in sorted(JOURNAL_KINDS))
        self._db.execute("BEGIN")
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM object WHERE kind IN ({kinds})")
        for number, kind, id, parent, body in rows:
            self.add(Record(number, kind, id, parent, json.loads(body)))
        self._db.execute(f"DELETE FROM object WHERE kind IN ({kinds})")
        self._db.execute("COMMIT")


def moment_of(record: Record) -> float:
    """When a row was made, in seconds since 1970. Raises ValueError when its body does not say so."""
    return _seconds(record.body)


def has_moment(body: Mapping[str, Any]) -> bool:
    """Whether a body says when it was made: a schema does not know the calendar."""
    try:
        _seconds(body)
    except (ValueError, OverflowError):
        return False
    return True


def _seconds(body: Mapping[str, Any]) -> float:
    text = body.get("created_at")
    if not isinstance(text, str):
        raise ValueError("created_at is missing")
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _clauses(wanted: Wanted) -> tuple[str, str, list[Any]]:
    """The tables, the conditions, and the values of the conditions."""
    by, source = ("m", "mention m CROSS JOIN entry e ON e.number = m.number") if wanted.mentioning else ("e", "entry e")
    conditions, values = [f"{by}.kind = ?"], [wanted.kind]

    def add(condition: str, *more: Any) -> None:
        conditions.append(condition)
        values.extend(more)

    if len(wanted.mentioning) == 1:
        add("m.target = ?", *wanted.mentioning)
    elif wanted.mentioning:
        add("m.target IN (SELECT value FROM json_each(?))", json.dumps(list(wanted.mentioning)))
    if wanted.owner is not None:
        add("e.owner = ?", wanted.owner)
    if wanted.since is not None:
        add(f"{by}.at >= ?", wanted.since.timestamp())
    if wanted.until is not None:
        add(f"{by}.at < ?", wanted.until.timestamp())
    if wanted.before is not None:
        add(f"({by}.at, {by}.number) < ((SELECT at FROM entry WHERE number = ?), ?)", wanted.before, wanted.before)
    if wanted.labels:
        add("e.label IN (SELECT value FROM json_each(?))", json.dumps(list(wanted.labels)))
    for path, options in wanted.fields.items():
        add("json_extract(e.body, ?) IN (SELECT value FROM json_each(?))", path, json.dumps(list(options)))
    return source, " AND ".join(conditions), values
