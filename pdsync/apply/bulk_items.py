"""Reads the child lists of many objects at once, as the `Reader` reads those of one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pdsync.apply.wire import Wire
from pdsync.client import HttpError
from pdsync.kinds import BY_SLUG
from pdsync.model import ChildList

_REFUSED = (402, 403, 404)
Items = list[dict[str, Any]]
"""The items of one list, as PagerDuty answers them."""


class BulkItems:
    """The items of one child list for many parents.

    By one listing where there is one that tells them: that of all parents, or, in bulk, that of the items themselves
    (`ChildList.in_bulk`), which does not show everything of an item. Else by a request for each parent.

    A list whose items are removed, or change in what a reading in bulk does not show, is read `in_full`: the journal keeps what
    was there, and a restore puts it back.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def read(self, child: ChildList, parents: Collection[str], *, in_full: bool = False) -> dict[str, Items]:
        """The items by id of the parent; of a parent without any, an empty list. `in_full`: all that items say is needed, also
        what a reading in bulk does not show. Raises `HttpError`."""
        known = None if in_full else self.of_all(child)
        if known is None:
            return self._one_by_one(child, parents)
        return {parent: known.get(parent, []) for parent in parents}

    def of_all(self, child: ChildList) -> Mapping[str, Items] | None:
        """The items of all parents that have any, by id of the parent. None where no listing tells them, or not of each."""
        if child.in_bulk is None:
            return None
        listing = BY_SLUG[child.in_bulk.kind].listing
        assert listing is not None
        try:
            return child.items_of(self._wire.dict_all(listing.path).values())
        except HttpError as error:
            if error.status in _REFUSED:
                return None
            raise

    def _one_by_one(self, child: ChildList, parents: Collection[str]) -> dict[str, Items]:
        # One listing for all parents has the same path for each of them, and is asked for once.
        paths = {parent: child.collection.format(parent=parent) for parent in parents}
        listed = {path: self._wire.list_all(path) for path in dict.fromkeys(paths.values())}
        return {parent: [item for item in listed[path] if child.is_of(item, parent)] for parent, path in paths.items()}
