"""Child lists that no listing of their parents delivers: read in bulk where one listing tells the items of all, else by a request
for each parent that needs them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from pdsync.account.extent import Wanted
from pdsync.account.name_table import FEW, NameTables
from pdsync.account.refusal import REFUSED, UnknownKindError
from pdsync.client import HttpError, RestApiV2Client
from pdsync.client.concurrency import MOST_IN_FLIGHT
from pdsync.client.rest_api_v2_base_client import RestApiV2BaseClient
from pdsync.kinds import BY_SLUG
from pdsync.model import Account, ChildList, ListPlace, LiveChild, LiveObject, UnreadableError
from pdsync.model.unreadable import UNREADABLE_CAUSES, check_shape

_NOT_FOUND = 404

Items: TypeAlias = list[dict[str, Any]]
Rows: TypeAlias = Future[Sequence[Mapping[str, Any]]]
"""What the listing of a kind answers, once it is read."""


@dataclass(slots=True)
class ListsRead:
    """The child lists of one parent, as PagerDuty answers them."""

    items: dict[str, Items] = field(default_factory=dict)
    """By name of the list."""
    partial: set[str] = field(default_factory=set)
    """The names of those that were read in bulk."""


class ListReader:
    """Reads the child lists of one collection."""

    def __init__(
        self, client: RestApiV2BaseClient, pages: Executor, rows: Mapping[str, Rows], names: NameTables
    ) -> None:
        """`pages` reads in parallel. `rows` are the listings that tell the items of lists in bulk, by slug of their kind."""
        self._client = client
        self._pages = pages
        self._rows = rows
        self._names = names

    def read(
        self, wanted: Mapping[ChildList, Wanted], needing: Mapping[ChildList, Sequence[dict[str, Any]]]
    ) -> dict[str, ListsRead]:
        """The lists by id of the parent. `needing` are the answered parents that need them."""
        found: dict[str, ListsRead] = {}
        asked: list[tuple[ChildList, str]] = []
        for child, parents in needing.items():
            if child.by_name is not None:
                identities = [str(raw["id"]) for raw in parents]
                by_name = self._names.read(
                    self._client, self._pages, child.by_name, identities, few=1 if wanted[child].is_of_all else FEW
                )
                if by_name is not None:
                    for identity, items in by_name.items():
                        found.setdefault(identity, ListsRead()).items[child.name] = items
                    continue
            in_bulk = self._in_bulk(child)
            for raw in parents:
                identity = str(raw["id"])
                if in_bulk is None or wanted[child].is_in_full(raw):
                    asked.append((child, identity))
                else:
                    read = found.setdefault(identity, ListsRead())
                    read.items[child.name] = in_bulk.get(identity, [])
                    read.partial.add(child.name)
        required = {
            (child, str(raw["id"]))
            for child, parents in needing.items()
            if child.may_be_refused
            for raw in parents
            if wanted[child].is_named(raw)
        }
        for child, identity, items in self._ask(asked, required):
            found.setdefault(identity, ListsRead()).items[child.name] = items
        return found

    def _in_bulk(self, child: ChildList) -> dict[str, Items] | None:
        """The items of all parents, by id of the parent. None where no listing tells them."""
        rows = self._rows.get(child.in_bulk.kind) if child.in_bulk is not None else None
        if rows is None:
            return None
        try:
            return child.items_of(rows.result())
        except UnknownKindError:
            return None

    def _ask(
        self, needed: Sequence[tuple[ChildList, str]], required: Collection[tuple[ChildList, str]]
    ) -> Iterable[tuple[ChildList, str, Items]]:
        """The items of each list. A list that PagerDuty refuses, where that is allowed and the list is not `required`, is left out."""
        # One listing for all parents has the same path for each of them, and is asked for once.
        paths = {(child, identity): child.collection.format(parent=identity) for child, identity in needed}
        reading = {path: child for (child, _), path in paths.items()}
        asked = {
            path: self._pages.submit(self._client.list_all, path, params=dict(child.params) or None, complete=True)
            for path, child in reading.items()
        }
        try:
            for (child, identity), path in paths.items():
                try:
                    items = asked[path].result()
                except HttpError as error:
                    if error.status == _NOT_FOUND and child.empty_if_missing:
                        items = []
                    elif error.status in REFUSED and child.may_be_refused and (child, identity) not in required:
                        continue
                    else:
                        raise
                yield child, identity, [item for item in items if child.is_of(item, identity)]
        finally:
            for future in asked.values():
                future.cancel()


def fetch_lists(client: RestApiV2Client, account: Account, places: Iterable[ListPlace]) -> Account:
    """The account with these child lists read from the parent itself, all members of their items included. Where one is refused that may
    be, and of which nothing was known before, it stays unknown; else its kind is. Raises what the client raises, and UnreadableError."""
    changed: dict[tuple[str, str], LiveObject] = {}
    unknown: dict[str, str] = {}
    with ThreadPoolExecutor(MOST_IN_FLIGHT) as pool:
        asked = [(place, pool.submit(_fetch_list, client, place)) for place in dict.fromkeys(places)]
        for place, items in asked:
            live = changed.get((place.kind, place.id)) or account.find(place.kind, place.id)
            assert live is not None
            try:
                children = {**live.children, place.list_name: _read_items(place, live, items.result())}
            except HttpError as error:
                if error.status not in REFUSED:
                    raise
                if _declared(place).may_be_refused and place.list_name not in live.partial:
                    changed[place.kind, place.id] = replace(live, refused=live.refused | {place.list_name})
                    continue
                unknown[place.kind] = str(UnknownKindError(error))
                continue
            partial = live.partial - {place.list_name}
            changed[place.kind, place.id] = replace(live, children=children, partial=partial)
    objects = {
        slug: tuple(changed.get((slug, live.id), live) for live in group)
        for slug, group in account.objects.items()
        if slug not in unknown
    }
    complete_for = account.complete_for - unknown.keys()
    return replace(account, objects=objects, complete_for=complete_for, unknown={**account.unknown, **unknown})


def _read_items(place: ListPlace, live: LiveObject, items: Items) -> tuple[LiveChild, ...]:
    answer = {**live.raw, place.list_name: items}
    check_shape(place.kind, answer)
    try:
        return _declared(place).read_live(items, live.raw)
    except UNREADABLE_CAUSES as error:
        raise UnreadableError(place.kind, answer) from error


def _declared(place: ListPlace) -> ChildList:
    declared = BY_SLUG[place.kind].child(place.list_name)
    assert declared is not None
    return declared


def _fetch_list(client: RestApiV2Client, place: ListPlace) -> Items:
    declared = _declared(place)
    rows = client.for_host(BY_SLUG[place.kind].host).list_all(
        declared.collection.format(parent=place.id), params=dict(declared.params) or None, complete=True
    )
    return [row for row in rows if declared.is_of(row, place.id)]
