"""Reading collections: one at a time, as a whole, or one object of them."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from functools import partial
from typing import Any, TypeAlias
from unicodedata import normalize

from pdsync.client.collection import PageHook
from pdsync.client.endpoints import Endpoint
from pdsync.client.entity import unwrap_payload
from pdsync.client.entity_client import EntityClient
from pdsync.client.errors import DuplicateError, UrlError
from pdsync.client.listing import Listing, Pairs, Where, WholeReading
from pdsync.client.pagination import Page
from pdsync.client.partition import TeamIds
from pdsync.client.response import try_decoding
from pdsync.client.urls import Params, normalize_params, without

__all__ = ["ItemHook", "ListingClient"]

ItemHook: TypeAlias = Callable[[dict[str, Any], int, int | str], object]
"""Called with each item of a listing, its number (from 1), and the total, or "?" if that is not known."""


class ListingClient(EntityClient):
    """A client of an API with the conventions of REST API v2: ``EntityClient``, and the reading of collections."""

    default_page_size = 100
    """The ``limit`` of listings that are asked for without one."""

    def iter_all(
        self,
        url: str,
        params: Params = None,
        page_size: int | None = None,
        item_hook: ItemHook | None = None,
        total: bool = False,
    ) -> Iterator[dict[str, Any]]:
        """Every item of a collection, fetched page by page as the iteration goes on.

        Listings that go on by a cursor are read so. ``page_size`` goes before a ``limit`` in ``params`` and that before
        ``default_page_size``; an ``offset`` or ``cursor`` in ``params`` is where the reading begins. ``total`` asks the API to
        count, for the ``item_hook``.

        A collection that changes meanwhile can show an item twice or not at all; ``list_all(complete=True)`` notices that.

        Raises:
            UrlError: not a described collection; raised by the call itself, not by the first step of the iteration.
            IncompleteListError: the collection has more than the 10,000 rows that the API gives out.
            HttpError: a page could not be had. HttpServerError: a page breaks the rules of pagination.
        """
        return _with_hook(self._listing(url, params, page_size).iter_pages(total), item_hook)

    def iter_cursor(
        self,
        url: str,
        params: Params = None,
        item_hook: ItemHook | None = None,
        page_size: int | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Every item of a listing that goes on by a cursor. Arguments and errors as for ``iter_all``."""
        listing = self._listing(url, params, page_size)
        if not listing.has_cursor:
            raise UrlError(f"{listing.endpoint.path} does not go on by a cursor; use iter_all")
        return _with_hook(listing.iter_pages(), item_hook)

    def list_all(
        self,
        url: str,
        params: Params = None,
        page_size: int | None = None,
        item_hook: ItemHook | None = None,
        total: bool = False,
        *,
        complete: bool = False,
        where: Where | None = None,
        executor: Executor | None = None,
        on_page: PageHook | None = None,
        team_ids: TeamIds | None = None,
    ) -> list[dict[str, Any]]:
        """Every item of a collection as a list; see ``iter_all``.

        With ``complete`` the list is the whole collection or an error, never a part of it, whatever paging the collection
        has. Where it is paginated by offset, that is proved: pages share a row, and the objects must be as many as the API
        counts. For N objects that is max(1, ceil((N - 1) / (page_size - 1))) requests, more if the collection changes
        meanwhile and is read once more. A cursor, or a collection without paging, says itself where it ends.

        Args:
            where: which items to give. With ``complete`` the pages are then read one after another and one is held at a
                time: about max(1, N / 95) requests. What is there from the first request to the last is found, also while
                others add objects or delete some.
            executor: reads the pages after the first in parallel. The calling thread helps, so it may be a worker itself.
            on_page: called with the items of each page, in order, while others are under way; with all of them again if the
                collection is read once more.
            team_ids: gives the ids of all teams. A collection of more than 10,000 objects is then read in parts: from both
                ends where it can be sorted by name, and by team where it has that filter. The order then says nothing.

        Raises:
            IncompleteListError: more than 10,000 objects, and no ``team_ids`` or parts that do not hold all of them; or
                with ``complete``, what was read does not add up, twice.
            UrlError: as ``iter_all``; ``executor``, ``on_page`` or ``team_ids`` without ``complete`` or with ``where``; an
                ``offset`` or a cursor in ``params`` with ``complete``.
            HttpError: as ``iter_all``. Whatever ``where`` or ``on_page`` raises.
        """
        reading = WholeReading(complete, where, executor, on_page, team_ids)
        if complete:
            found = self._listing(url, params, page_size).read_whole(reading)
            if item_hook is not None:
                for number, item in enumerate(found, 1):
                    item_hook(item, number, len(found))
            return found
        items = self.iter_all(url, params, page_size, item_hook, total)
        return list(items if where is None else filter(where, items))

    def dict_all(
        self,
        path: str,
        by: str = "id",
        params: Params = None,
        page_size: int | None = None,
        item_hook: ItemHook | None = None,
        total: bool = False,
        *,
        complete: bool = False,
        where: Where | None = None,
        executor: Executor | None = None,
        on_page: PageHook | None = None,
        team_ids: TeamIds | None = None,
    ) -> dict[Any, dict[str, Any]]:
        """Every item of a collection by its attribute ``by``; of several with one value the last stays.

        With ``complete`` it is the whole collection or an error, as for ``list_all``, whose arguments these are. Several
        objects with one value of ``by`` are then an error too, since all but one would be lost.

        Raises:
            DuplicateError: with ``complete``, two objects have the same value. KeyError: an item has no ``by``.
            UrlError: ``by`` is not a name. Others as ``list_all``.
        """
        if not isinstance(by, str):
            raise UrlError("by must be the name of an attribute; params, a mapping, comes after it")
        rows = self.list_all(
            path,
            params,
            page_size,
            item_hook,
            total,
            complete=complete,
            where=where,
            executor=executor,
            on_page=on_page,
            team_ids=team_ids,
        )
        found = {item[by]: item for item in rows}
        if complete and len(found) < len(rows):
            lost = [item for item in rows if found[item[by]] is not item]
            same = [item for item in rows if item[by] == lost[0][by]]
            raise DuplicateError(f"{path}: more than one object has the {by} {lost[0][by]!r}", same)
        return found

    def find(
        self,
        resource: str,
        query: str | None,
        attribute: str = "name",
        params: Params = None,
        *,
        where: Where | None = None,
        unique: bool = False,
    ) -> dict[str, Any] | None:
        """The first item of a collection whose attribute equals the query, letter case and the encoding of accents aside; None if there is none.

        The API narrows the collection down by ``query``; where it ignores that parameter, the whole collection is read.

        Args:
            query: None sends no ``query``, for collections that do not know it or whose index lags; ``where`` is needed then.
            where: says whether an item is the one, in place of comparing ``attribute``.
            unique: read to the end, and insist that not more than one item matches.

        Raises:
            DuplicateError: with ``unique``, more than one item matches. IncompleteListError: with ``unique``, the
                collection cannot be read to its end. UrlError: neither ``query`` nor ``where``. Others as ``iter_all``.
        """
        if where is None and query is None:
            raise UrlError("find needs a query, or where= to say which item is the one")
        wanted = where if where is not None else partial(_has, attribute, _folded(query))
        pairs = without(normalize_params(params), "query")
        if query is not None:
            pairs.append(("query", str(query)))
        if not unique:
            return next((item for item in self.iter_all(resource, pairs) if wanted(item)), None)
        found = self.list_all(resource, pairs, complete=True, where=wanted)
        if len(found) > 1:
            raise DuplicateError(f"{resource}: more than one object matches", found)
        return found[0] if found else None

    def get_total(self, url: str, params: Params = None) -> int:
        """How many objects a classically paginated collection has, by one request.

        Raises:
            UrlError: another kind of endpoint. HttpServerError: the answer does not tell.
        """
        endpoint = self._collection(url)
        if endpoint.pagination != "offset":
            raise UrlError(f"{endpoint.path} has no total")
        pairs = without(normalize_params(params), "limit", "offset", "total")
        page = self._page(url, endpoint, [*pairs, ("limit", "1"), ("offset", "0"), ("total", "true")])
        if page.total is None:
            raise page.broken("no total in the answer")
        return page.total

    def _listing(self, url: str, params: Params, page_size: int | None) -> Listing:
        endpoint = self._collection(url)
        pairs = normalize_params(params)
        return Listing(endpoint, partial(self._page, url, endpoint), pairs, page_size, self.default_page_size)

    def _collection(self, url: str) -> Endpoint:
        endpoint = self._endpoint("GET", url)
        if endpoint.response_wrapper is None or endpoint.response_wrapper in self.endpoints.member_wrappers:
            raise UrlError(f"{endpoint.path} is not a collection that can be iterated")
        return endpoint

    def _page(self, url: str, endpoint: Endpoint, pairs: Pairs, cursor_name: str = "next_cursor") -> Page:
        response = self._call("GET", url, None, {"params": pairs})
        payload = try_decoding(response)
        items = unwrap_payload(endpoint.response_wrapper, payload, response)
        return Page.of(response, items, payload, cursor_name)


def _has(attribute: str, folded: str, item: Mapping[str, Any]) -> bool:
    value = item.get(attribute)
    return value is not None and _folded(value) == folded


def _folded(value: object) -> str:
    # "é" may be one character or two; to people it is one name.
    return normalize("NFC", normalize("NFC", str(value)).casefold())


def _with_hook(pages: Iterator[Page], item_hook: ItemHook | None) -> Iterator[dict[str, Any]]:
    number = 0
    for page in pages:
        for item in page.items:
            number += 1
            if item_hook is not None:
                item_hook(item, number, "?" if page.total is None else page.total)
            yield item
