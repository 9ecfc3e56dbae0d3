"""Store: every object of the account, in memory for reading and in SQLite for lasting.

What only grows, the log and the audit trail, is in SQLite alone (:mod:`pdsync.sandbox.store.journal`).

Bodies are values: to change one, make a new dict and put it. References inside bodies are
``{"id": ..., "type": "..._reference"}``; the store keeps an index of who mentions whom, which is what
delete constraints and computed lists are made of.
"""

from __future__ import annotations

import json
import random
import sqlite3
import string
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pdsync.sandbox.error import SandboxError
from pdsync.sandbox.profile import Profile
from pdsync.sandbox.store.database import connect
from pdsync.sandbox.store.journal import JOURNAL_KINDS, Journal
from pdsync.sandbox.store.record import Body, Record, mentions


@dataclass(frozen=True, slots=True)
class Change:
    """What a transaction did to one object: ``old`` is None for a new one, ``new`` for one that is gone."""

    id: str
    old: Record | None
    new: Record | None


class Store:
    """``db`` is a file path or ``:memory:``. Raises SandboxError for a file that cannot be used.

    ``profile`` does not belong to what is stored: it says how PagerDuty treats the account, and the same objects can be tried
    under each."""

    def __init__(self, db: str = ":memory:") -> None:
        self.lock = threading.RLock()
        self.profile = Profile()
        self._by_id: dict[str, Record] = {}
        self._by_kind: defaultdict[str, dict[str, Record]] = defaultdict(dict)
        self._children: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._referrers: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._by_name: dict[str, list[Record]] = {}
        self._undo: list[tuple[str, Record | None]] = []
        self._added: list[Record] = []
        self._depth = 0
        self._next_id: str | None = None
        self._random = random.SystemRandom()
        self._connection = connect(db)
        try:
            self.journal = Journal(self._connection)
            rows = self._connection.execute("SELECT number, kind, id, parent, body FROM object ORDER BY number")
            for number, kind, id, parent, body in rows:
                self._place(Record(number, kind, id, parent, json.loads(body)))
        except (sqlite3.Error, ValueError, LookupError) as error:
            self._connection.close()
            raise SandboxError(f"{db} is not a sandbox database: {error}") from error
        self._number = max((it.number for it in self._by_id.values()), default=0)
        self._number = max(self._number, self.journal.last_number())

    def close(self) -> None:
        with self.lock:
            self._connection.close()

    # reading

    def find(self, id: str) -> Record | None:
        """The object with this id, of whatever kind."""
        return self._by_id.get(id) or self.journal.find(id)

    def get(self, kind: str, id: str) -> Record | None:
        if kind in JOURNAL_KINDS:
            found = self.journal.find(id)
            return found if found is not None and found.kind == kind else None
        return self._by_kind[kind].get(id)

    def all(self, kind: str) -> list[Record]:
        """In no order that a caller may rely on. Not for what is in the journal."""
        return list(self._by_kind[kind].values())

    def ordered(self, kind: str) -> list[Record]:
        """In the order in which they were made. Not for what is in the journal."""
        return sorted(self._by_kind[kind].values(), key=lambda record: record.number)

    def each(self, kind: str) -> Iterator[Record]:
        """Objects of any kind, in the order of their creation, one at a time."""
        return self.journal.ordered(kind) if kind in JOURNAL_KINDS else iter(self.ordered(kind))

    def count(self, kind: str) -> int:
        return len(self._by_kind[kind])

    def sorted_by_name(self, kind: str) -> list[Record]:
        """All of a kind by name, case-insensitively, then id. Not to be changed by the caller."""
        if kind not in self._by_name:
            self._by_name[kind] = sorted(self.all(kind), key=lambda it: (str(it.body.get("name")).casefold(), it.id))
        return self._by_name[kind]

    def children(self, kind: str, parent: str) -> list[Record]:
        """Objects under another one, in the order in which they were made."""
        return self._in_order(self._children.get((kind, parent), ()))

    def referrers(self, kind: str, id: str) -> list[Record]:
        """Objects of a kind whose bodies mention this id, in the order in which they were made."""
        return self._in_order(self._referrers.get((kind, id), ()))

    def is_mentioned(self, kind: str, id: str) -> bool:
        """Whether an object of a kind, also of the journal, refers to this one or belongs to it."""
        if kind in JOURNAL_KINDS:
            return self.journal.mentions(kind, id)
        return bool(self._referrers.get((kind, id)) or self._children.get((kind, id)))

    def kinds(self) -> list[str]:
        kinds = {kind for kind, records in self._by_kind.items() if records}
        return sorted(kinds | {kind for kind in JOURNAL_KINDS if self.journal.has(kind)})

    def is_empty(self) -> bool:
        return not self._by_id and not self.kinds()

    def _in_order(self, ids: Iterable[str]) -> list[Record]:
        return sorted((self._by_id[id] for id in ids), key=lambda record: record.number)

    # writing

    def new_id(self) -> str:
        """A free id: P and 13 characters, in no order, or the one asked for by :meth:`expect_id`."""
        if self._next_id is not None:
            wanted, self._next_id = self._next_id, None
            return wanted
        while True:
            id = "P" + "".join(self._random.choices(string.ascii_uppercase + string.digits, k=13))
            if self.find(id) is None:
                return id

    def expect_id(self, id: str | None) -> None:
        """The next new object gets this id (seeds only)."""
        self._next_id = id

    @contextmanager
    def transaction(self) -> Iterator[list[Change]]:
        """All writes inside happen, or none does; nothing else reads or writes meanwhile. Nests. The list is filled at
        the end."""
        changes: list[Change] = []
        with self.lock:
            self._depth += 1
            start, added = len(self._undo), len(self._added)
            name = f"depth_{self._depth}"
            self._connection.execute("BEGIN" if self._depth == 1 else f"SAVEPOINT {name}")
            try:
                yield changes
                if self._depth == 1:
                    self._save()
                first: dict[str, Record | None] = {}
                for id, old in self._undo[start:]:
                    first.setdefault(id, old)
                changes += [Change(id, old, self._by_id.get(id)) for id, old in first.items()]
                changes += [Change(record.id, None, record) for record in self._added[added:]]
                self._connection.execute("COMMIT" if self._depth == 1 else f"RELEASE {name}")
            except BaseException:
                self._connection.execute("ROLLBACK" if self._depth == 1 else f"ROLLBACK TO {name}")
                while len(self._undo) > start:
                    self._restore(*self._undo.pop())
                del self._added[added:]
                raise
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._undo.clear()
                    self._added.clear()

    def put(self, kind: str, id: str, body: Body, parent: str | None = None) -> Record:
        """Makes or replaces an object; its parent stays. What is in the journal can only be made."""
        if kind in JOURNAL_KINDS:
            self._number += 1
            return self._append(Record(self._number, kind, id, parent, body))
        old = self._by_id.get(id)
        if old is None:
            self._number += 1
            record = Record(self._number, kind, id, parent, body)
        else:
            record = Record(old.number, kind, id, old.parent, body)
        self._undo.append((id, old))
        self._remove(old)
        self._place(record)
        return record

    def move(self, id: str, parent: str, body: Body) -> Record:
        """Gives an object another owner; it keeps its number. Not for what is in the journal."""
        old = self._by_id[id]
        self._undo.append((id, old))
        self._remove(old)
        record = Record(old.number, old.kind, id, parent, body)
        self._place(record)
        return record

    def delete(self, id: str) -> None:
        old = self._by_id.get(id)
        self._undo.append((id, old))
        self._remove(old)

    def replace(self, records: Iterable[Record]) -> None:
        """Everything goes, and these come in the order of their numbers."""
        for record in list(self._by_id.values()):
            self.delete(record.id)
        self.journal.clear()
        for record in records:
            self._number = max(self._number, record.number)
            if record.kind in JOURNAL_KINDS:
                self.journal.add(record)
                continue
            self._undo.append((record.id, self._by_id.get(record.id)))
            self._place(record)

    def _append(self, record: Record) -> Record:
        self.journal.add(record)
        self._added.append(record)
        return record

    @contextmanager
    def without(self, changes: Sequence[Change]) -> Iterator[None]:
        """Inside, these changes have not been made, as far as nothing newer depends on them; under the lock, and only
        for reading."""
        undone: list[Change] = []
        hidden = [it.new for it in changes if it.new is not None and it.new.kind in JOURNAL_KINDS]
        self._connection.execute("BEGIN")
        try:
            for record in hidden:
                self.journal.remove(record.number)
            for change in reversed(changes):
                if self._by_id.get(change.id) is change.new and not self._is_needed(change):
                    self._restore(change.id, change.old)
                    undone.append(change)
            for record in hidden:
                # An incident that is still seen shows the entry that it began with.
                if any(self.is_mentioned(kind, record.id) for kind in list(self._by_kind)):
                    self.journal.add(record)
            yield
        finally:
            self._connection.execute("ROLLBACK")
            for change in reversed(undone):
                self._restore(change.id, change.new)

    def _is_needed(self, change: Change) -> bool:
        """Whether what is there would refer to something that is not, if this was undone."""
        if change.old is None:
            return any(self.is_mentioned(kind, change.id) for kind in (*self._by_kind, *JOURNAL_KINDS))
        before = {change.old.parent, *mentions(change.old.body)}
        after = {change.new.parent, *mentions(change.new.body)} if change.new is not None else set()
        return any(id is not None and self.find(id) is None for id in before - after)

    def _restore(self, id: str, record: Record | None) -> None:
        self._remove(self._by_id.get(id))
        if record is not None:
            self._place(record)

    def _save(self) -> None:
        touched = {id for id, _ in self._undo}
        gone = [(id,) for id in touched if id not in self._by_id]
        kept = sorted((self._by_id[id] for id in touched if id in self._by_id), key=lambda record: record.number)
        rows = [(it.number, it.kind, it.id, it.parent, json.dumps(it.body)) for it in kept]
        self._connection.executemany("DELETE FROM object WHERE id = ?", gone)
        self._connection.executemany("INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?)", rows)

    def _place(self, record: Record) -> None:
        self._by_id[record.id] = self._by_kind[record.kind][record.id] = record
        self._by_name.pop(record.kind, None)
        if record.parent is not None:
            self._children[(record.kind, record.parent)].add(record.id)
        for target in mentions(record.body):
            self._referrers[(record.kind, target)].add(record.id)

    def _remove(self, record: Record | None) -> None:
        if record is None:
            return
        del self._by_id[record.id]
        del self._by_kind[record.kind][record.id]
        self._by_name.pop(record.kind, None)
        if record.parent is not None:
            _discard(self._children, (record.kind, record.parent), record.id)
        for target in mentions(record.body):
            _discard(self._referrers, (record.kind, target), record.id)


def _discard(index: dict[tuple[str, str], set[str]], key: tuple[str, str], id: str) -> None:
    """Without leaving an empty set behind: ids never come again, so it would be there forever."""
    ids = index.get(key)
    if ids is not None:
        ids.discard(id)
        if not ids:
            del index[key]
