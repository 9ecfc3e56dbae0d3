"""Lists whose items are found by name, such as tags: read by name where there are fewer names than objects that need the list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import Executor, Future
from threading import Lock
from typing import Any, TypeAlias

from pdsync.account.refusal import REFUSED
from pdsync.client import HttpError, RestApiV2BaseClient
from pdsync.model import ByName

FEW = 10
"""Less than so many lists are read one by one without a look at the names, which is a request of its own."""
Items: TypeAlias = list[dict[str, Any]]


class _TooLongError(Exception):
    """There are more pages than there are parents to ask."""


class _PageLimit:
    """Counts the pages of several listings. Safe for threads."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._lock = Lock()

    def count(self, rows: list[dict[str, Any]]) -> None:
        """Takes in a page. Raises `_TooLongError`."""
        with self._lock:
            self._left -= 1
            if self._left < 0:
                raise _TooLongError


class NameTables:
    """The names that there are, each table read once however many collections ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tables: dict[str, Future[Items]] = {}

    def _rows(self, client: RestApiV2BaseClient, path: str) -> Items:
        with self._lock:
            is_first = path not in self._tables
            table = self._tables.setdefault(path, Future())
        if is_first:
            try:
                table.set_result(list(client.list_all(path, complete=True)))
            except BaseException as error:  # noqa: BLE001 - every waiting thread gets it too
                table.set_exception(error)
        return table.result()

    def read(
        self, client: RestApiV2BaseClient, pages: Executor, by_name: ByName, parents: Collection[str], *, few: int = FEW
    ) -> Mapping[str, Items] | None:
        """The items of each of the parents, by id of the parent, as the parent's own list answers them. None where it costs fewer
        requests to ask each parent, there are less than a `few` of them, or PagerDuty refuses the names or who holds one."""
        if not by_name.names or len(parents) < few:
            return None
        try:
            rows = self._rows(client, by_name.names)
        except HttpError as error:
            if error.status in REFUSED:
                return None
            raise
        if len(rows) >= len(parents):
            return None
        found: dict[str, Items] = {parent: [] for parent in parents}
        # How many pages the holders of a name fill is known only once they are read.
        left = _PageLimit(len(parents))
        asked = [
            (
                row,
                pages.submit(client.list_all, by_name.holders.format(id=row["id"]), complete=True, on_page=left.count),
            )
            for row in rows
        ]
        try:
            for row, holders in asked:
                for holder in holders.result():
                    if holder["id"] in found:
                        found[holder["id"]].append(row)
        except _TooLongError:
            return None
        except HttpError as error:
            if error.status in REFUSED:
                return None
            raise
        finally:
            for _, holders in asked:
                holders.cancel()
        return found
