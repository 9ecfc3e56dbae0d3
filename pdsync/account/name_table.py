"""Lists whose items are found by name, such as tags: read by name where there are fewer names than objects that need the list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import Executor, Future
from threading import Lock
from typing import Any, TypeAlias

from pdsync.account.refusal import REFUSED
from pdsync.client import HttpError, RestApiV2Client
from pdsync.model import ByName

FEW = 10
"""Less than so many lists are read one by one without a look at the names, which is a request of its own."""
Items: TypeAlias = list[dict[str, Any]]


class NameTables:
    """The names that there are, each table read once however many collections ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tables: dict[str, Future[Items]] = {}

    def _rows(self, client: RestApiV2Client, path: str) -> Items:
        with self._lock:
            is_first = path not in self._tables
            table = self._tables.setdefault(path, Future())
        if is_first:
            try:
                table.set_result(list(client.list_all(path, complete=True)))
            except BaseException as error:  # noqa: BLE001 - whoever waits gets it too
                table.set_exception(error)
        return table.result()

    def read(
        self, client: RestApiV2Client, pages: Executor, by_name: ByName, parents: Collection[str], *, few: int = FEW
    ) -> Mapping[str, Items] | None:
        """The items of each of the parents, by id of the parent, as the parent's own list answers them. None where it costs fewer
        requests to ask each parent, there are less than a `few` of them, or the names may not be read."""
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
        asked = [
            (row, pages.submit(client.list_all, by_name.holders.format(id=row["id"]), complete=True)) for row in rows
        ]
        try:
            for row, holders in asked:
                for holder in holders.result():
                    if holder["id"] in found:
                        found[holder["id"]].append(row)
        finally:
            for _, holders in asked:
                holders.cancel()
        return found
