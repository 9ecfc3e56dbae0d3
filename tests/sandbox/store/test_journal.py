"""A long log: what is served of it, and what is read for that."""

from __future__ import annotations

import sqlite3
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pdsync.sandbox import SandboxServer
from pdsync.sandbox.store.journal import Wanted
from pdsync.sandbox.store.record import Body
from pdsync.sandbox.store.store import Store

ROWS, INCIDENTS, TEAMS = 50_000, 500, 10


def entry(number: int) -> Body:
    at = datetime.fromtimestamp(1_770_000_000 + number // 7).isoformat() + "+00:00"
    return {
        "type": "trigger_log_entry" if number % 2 else "annotate_log_entry",
        "created_at": at,
        "teams": [{"id": f"PTEAM{number % TEAMS}", "type": "team_reference"}],
        "agent": {"id": "PUSER", "type": "user_reference"},
    }


def add(store: Store, count: int = ROWS) -> None:
    with store.transaction():
        for number in range(1, count + 1):
            store.put("log_entry", f"PLOG{number}", entry(number), f"PINC{number % INCIDENTS}")


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    store = Store()
    add(store)
    yield store
    store.close()


def numbers(store: Store, limit: int = 3, offset: int = 0, **wanted: Any) -> list[int]:
    return [it.number for it in store.journal.page(Wanted("log_entry", **wanted), limit, offset)]


@pytest.mark.parametrize(
    ("wanted", "keeps"),
    [
        ({}, lambda number: True),
        ({"owner": "PINC7"}, lambda number: number % INCIDENTS == 7),
        ({"mentioning": ["PTEAM3"]}, lambda number: number % TEAMS == 3),
        ({"mentioning": ["PTEAM3", "PTEAM4", "PUSER"]}, lambda number: True),
        ({"mentioning": ["PTEAM3"], "owner": "PINC13"}, lambda number: number % INCIDENTS == 13),
        ({"labels": ["trigger_log_entry"]}, lambda number: number % 2),
        ({"before": 40_000}, lambda number: number < 40_000),
        ({"fields": {"$.teams[0].id": ["PTEAM1"]}}, lambda number: number % TEAMS == 1),
        ({"mentioning": ["PNOBODY"]}, lambda number: False),
    ],
)
def test_pages_are_what_a_filter_of_all_rows_would_give(store: Store, wanted: Any, keeps: Any) -> None:
    expected = [number for number in range(ROWS, 0, -1) if keeps(number)]
    assert numbers(store, 5, **wanted) == expected[:5]
    assert numbers(store, 3, 40, **wanted) == expected[40:43]
    assert store.journal.count(Wanted("log_entry", **wanted)) == len(expected)


def test_a_period_ends_before_its_end(store: Store) -> None:
    since, until = (datetime.fromisoformat(entry(number)["created_at"]) for number in (700, 707))
    assert numbers(store, 100, since=since, until=until) == [706, 705, 704, 703, 702, 701, 700]


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"owner": "PINC7"},
        {"mentioning": ["PTEAM3"]},
        {"labels": ["trigger_log_entry"]},
        {"since": datetime(2026, 2, 2), "until": datetime(2026, 2, 3)},
    ],
)
def test_a_page_is_served_without_reading_all_rows(store: Store, wanted: Any) -> None:
    """SQLite counts its own steps; a thousand of them are a small part of one for each row."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection: sqlite3.Connection = store.journal._db
    connection.set_progress_handler(count, 100)
    try:
        assert len(numbers(store, 26, **wanted)) == 26
    finally:
        connection.set_progress_handler(None, 0)
    assert steps * 100 < ROWS / 10


def test_memory_does_not_grow_with_the_log(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "s.db"))
    add(store, 500)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for number in range(1_000, 6_000):
            with store.transaction():
                store.put("log_entry", f"PLOG{number}", entry(number), "PINC1")
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    store.close()
    assert grown < 200_000, "40 bytes a row would be its id alone"


def test_what_fails_leaves_no_row(store: Store) -> None:
    before = store.journal.count(Wanted("log_entry"))
    with suppress(ZeroDivisionError), store.transaction():
        store.put("log_entry", "PGONE1", entry(1), "PINC1")
        with suppress(KeyError), store.transaction():
            store.put("log_entry", "PGONE2", entry(1), "PINC1")
            raise KeyError
        assert store.find("PGONE1") is not None
        assert store.find("PGONE2") is None
        raise ZeroDivisionError
    assert store.find("PGONE1") is None
    assert store.journal.count(Wanted("log_entry")) == before


def test_a_file_of_an_earlier_version_keeps_its_log(tmp_path: Path) -> None:
    db = str(tmp_path / "s.db")
    with SandboxServer(db=db, seed="example") as server:
        server.control.edit("POST", "/teams", {"team": {"type": "team", "name": "Red"}})
        before = server.control.state()
    assert before["audit_record"]
    connection = sqlite3.connect(db)
    connection.executescript(
        "INSERT INTO object SELECT number, kind, id, parent, body FROM entry; DROP TABLE entry; DROP TABLE mention;"
    )
    connection.close()
    with SandboxServer(db=db) as server:
        assert server.control.state() == before
        assert len(server.control.edit("GET", "/audit/records")["records"]) == min(25, len(before["audit_record"]))


def test_a_late_list_does_not_see_the_rows_either() -> None:
    with SandboxServer(seed="example") as server:
        control = server.control
        before = control.edit("GET", "/audit/records?limit=100")["records"]
        control.edit("POST", "/teams", {"team": {"type": "team", "name": "Red"}})
        store = server._store
        assert store is not None
        with store.transaction() as changes:
            store.put("audit_record", "late", {**next(store.each("audit_record")).body})
        with store.lock, store.without(changes):
            assert store.find("late") is None
        assert store.find("late") is not None
        assert len(control.edit("GET", "/audit/records?limit=100")["records"]) == min(100, len(before) + 2)
