"""What PagerDuty's REST-like APIs have in common: pagination, finding and persisting."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any, TypeAlias

from pdsync.client.collection import FetchPage, PageHook, Reader, fetch_whole_collection
from pdsync.client.endpoints import Endpoint
from pdsync.client.entity import unwrap_payload
from pdsync.client.entity_client import EntityClient
from pdsync.client.errors import UrlError
from pdsync.client.pagination import Page, iter_cursor_pages, iter_offset_pages
from pdsync.client.params import Params, last_value, without
from pdsync.client.partition import DIVISIBLE, Partition, TeamIds
from pdsync.client.response import try_decoding
from pdsync.client.sweep import Sweep

__all__ = ["ItemHook", "RestApiV2BaseClient"]

ItemHook: TypeAlias = Callable[[dict[str, Any], int, int | str], object]
"""Called with each item of a listing, its number (from 1), and the total, or "?" if that is not known."""

_CURSOR_PARAMETER = {"cursor": ("cursor", "next_cursor"), "after": ("after", "after")}


class RestApiV2BaseClient(EntityClient):
    """A client of an API with the conventions of REST API v2: ``EntityClient`` and the reading of whole listings."""

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

        A collection that changes meanwhile can show an item twice or not at all; ``fetch_all`` notices that.

        Raises:
            UrlError: not a described collection; raised by the call itself, not by the first step of the iteration.
            IncompleteListError: the collection has more than the 10,000 rows that the API gives out.
            HttpError: a page could not be had. HttpServerError: a page breaks the rules of pagination.
        """
        endpoint = self._collection(url)
        if endpoint.pagination in _CURSOR_PARAMETER:
            return self.iter_cursor(url, params, item_hook, page_size)
        pairs = self.normalize_params(params)
        unlimited = page_size is None and last_value(pairs, "limit") is None
        limit = _count("limit", page_size or last_value(pairs, "limit") or self.default_page_size, minimum=1)
        offset = _count("offset", last_value(pairs, "offset") or 0, minimum=0)
        fixed = without(pairs, "limit", "offset") + ([("total", "true")] if total else [])

        def fetch(limit: int, offset: int) -> Page:
            return self._page(url, endpoint, [*fixed, ("limit", str(limit)), ("offset", str(offset))])

        if endpoint.pagination is None and unlimited:
            return _with_hook(_unpaginated_pages(lambda: self._page(url, endpoint, pairs), fetch), item_hook)
        return _with_hook(iter_offset_pages(fetch, limit=limit, offset=offset), item_hook)

    def iter_cursor(
        self,
        url: str,
        params: Params = None,
        item_hook: ItemHook | None = None,
        page_size: int | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Every item of a listing that goes on by a cursor. Arguments and errors as for ``iter_all``."""
        endpoint = self._collection(url)
        if endpoint.pagination not in _CURSOR_PARAMETER:
            raise UrlError(f"{endpoint.path} does not go on by a cursor; use iter_all")
        parameter, field = _CURSOR_PARAMETER[endpoint.pagination]
        pairs = self.normalize_params(params)
        limit = _count("limit", page_size or last_value(pairs, "limit") or self.default_page_size, minimum=1)
        fixed = [*without(pairs, "limit", parameter), ("limit", str(limit))]

        def fetch(cursor: str | None) -> Page:
            return self._page(url, endpoint, [*fixed, (parameter, cursor)] if cursor else fixed, field)

        return _with_hook(iter_cursor_pages(fetch, cursor=last_value(pairs, parameter)), item_hook)

    def list_all(
        self,
        url: str,
        params: Params = None,
        page_size: int | None = None,
        item_hook: ItemHook | None = None,
        total: bool = False,
    ) -> list[dict[str, Any]]:
        """Every item of a collection as a list; see ``iter_all``."""
        return list(self.iter_all(url, params, page_size, item_hook, total))

    def dict_all(
        self,
        path: str,
        params: Params = None,
        page_size: int | None = None,
        item_hook: ItemHook | None = None,
        total: bool = False,
        by: str = "id",
    ) -> dict[Any, dict[str, Any]]:
        """Every item of a collection by its attribute ``by``; of several with one value the last stays."""
        return {item[by]: item for item in self.iter_all(path, params, page_size, item_hook, total)}

    def fetch_all(
        self,
        url: str,
        params: Params = None,
        page_size: int = 100,
        executor: Executor | None = None,
        on_page: PageHook | None = None,
        team_ids: TeamIds | None = None,
    ) -> list[dict[str, Any]]:
        """The whole collection, or an error: never a part of it. For N objects max(1, ceil((N - 1) / (page_size - 1)))
        requests: each page begins with the last object of the one before, so that nothing is overlooked between them. Pages of a single
        object, and those of a listing without a total, do not.

        Pages after the first are read in parallel on the executor (the calling thread helps, so it may be one of its
        workers), or one after another without. Collections without pagination cost one request. ``on_page`` is called with
        the items of each page, in order, while others are under way; with all of them again if the collection changed
        meanwhile and is read once more.

        With ``team_ids``, which gives the ids of all teams, a collection of more than 10,000 objects is read in parts: from
        both ends where it can be sorted by name, and by team where it has that filter. It is whole if that finds as many
        different objects as the API counts. Their order then says nothing.

        Raises:
            IncompleteListError: more than 10,000 objects, and no ``team_ids`` or parts that do not hold all of them; or
                what was read does not add up, twice.
            UrlError, HttpError: as ``iter_all``.
        """
        endpoint = self._collection(url)
        pairs = self.normalize_params(params)
        if endpoint.pagination != "offset":
            items = list(self.iter_all(url, pairs))
            if on_page is not None:
                on_page(items)
            return items
        fixed = without(pairs, "limit", "offset", "total")

        def fetch(limit: int, offset: int, total: bool, more: Sequence[tuple[str, str]] = ()) -> Page:
            query = [*fixed, *more, ("limit", str(limit)), ("offset", str(offset))]
            return self._page(url, endpoint, [*query, ("total", "true")] if total else query)

        def narrowed(more: Sequence[tuple[str, str]]) -> FetchPage:
            return lambda limit, offset, total: fetch(limit, offset, total, more)

        split = None
        # An order or teams that the caller asks for are not to be asked for otherwise.
        if (
            team_ids is not None
            and endpoint.path in DIVISIBLE
            and not {"sort_by", "team_ids[]"} & {name for name, _ in fixed}
        ):
            split = Partition(endpoint.path, narrowed, team_ids).read
        return fetch_whole_collection(endpoint.path, fetch, Reader(page_size, executor, on_page), split)

    def sweep(self, url: str, wanted: Callable[[dict[str, Any]], bool], params: Params = None) -> list[dict[str, Any]]:
        """The objects that ``wanted`` chooses of a whole collection: all that are there from the first request to the last,
        also while others are made or deleted, or an error. One page is held at a time.

        For N objects about max(1, N / 95) requests, one after another.

        Raises:
            IncompleteListError: more than 10,000 objects, or it changes faster than it can be read.
            UrlError, HttpError: as ``iter_all``. Whatever ``wanted`` raises.
        """
        endpoint = self._collection(url)
        pairs = self.normalize_params(params)
        if endpoint.pagination != "offset":
            return [item for item in self.iter_all(url, pairs) if wanted(item)]
        fixed = without(pairs, "limit", "offset", "total")

        def fetch(limit: int, offset: int, total: bool) -> Page:
            query = [*fixed, ("limit", str(limit)), ("offset", str(offset))]
            return self._page(url, endpoint, [*query, ("total", "true")] if total else query)

        return Sweep(endpoint.path, fetch, wanted).read()

    def find(self, resource: str, query: str, attribute: str = "name", params: Params = None) -> dict[str, Any] | None:
        """The first item of a collection whose attribute equals the query, letter case aside; None if there is none.

        The API narrows the collection down by ``query``; where it ignores that parameter all of it is read.
        """
        wanted = str(query).casefold()
        pairs = [*without(self.normalize_params(params), "query"), ("query", str(query))]
        for item in self.iter_all(resource, pairs):
            value = item.get(attribute)
            if value is not None and str(value).casefold() == wanted:
                return item
        return None

    def get_total(self, url: str, params: Params = None) -> int:
        """How many objects a classically paginated collection has, by one request.

        Raises:
            UrlError: another kind of endpoint. HttpServerError: the answer does not tell.
        """
        endpoint = self._collection(url)
        if endpoint.pagination != "offset":
            raise UrlError(f"{endpoint.path} has no total")
        pairs = without(self.normalize_params(params), "limit", "offset", "total")
        page = self._page(url, endpoint, [*pairs, ("limit", "1"), ("offset", "0"), ("total", "true")])
        if page.total is None:
            raise page.broken("no total in the answer")
        return page.total

    def persist(self, resource: str, attr: str, values: Mapping[str, Any], update: bool = False) -> dict[str, Any]:
        """The object whose ``attr`` is that of ``values``, which is created from ``values`` if there is none.

        With ``update`` an existing object that differs from ``values`` is updated by them.

        Raises:
            UrlError: ``values`` has no ``attr``.
        """
        if attr not in values:
            raise UrlError(f"values has no {attr!r} to find the object by")
        existing = self.find(resource, values[attr], attribute=attr)
        if existing is None:
            created: dict[str, Any] = self.rpost(resource, json=dict(values), wrap=True)
            return created
        updated = {**existing, **values}
        if not update or updated == existing:
            return existing
        answer: dict[str, Any] = self.rput(existing, json=updated, wrap=True)
        return answer

    def _collection(self, url: str) -> Endpoint:
        endpoint = self._endpoint("GET", url)
        if endpoint.response_wrapper is None or endpoint.response_wrapper in self.endpoints.member_wrappers:
            raise UrlError(f"{endpoint.path} is not a collection that can be iterated")
        return endpoint

    def _page(
        self, url: str, endpoint: Endpoint, pairs: list[tuple[str, str]], cursor_name: str = "next_cursor"
    ) -> Page:
        response = self._call("GET", url, pairs, None, {})
        payload = try_decoding(response)
        items = unwrap_payload(endpoint.response_wrapper, payload, response)
        return Page.of(response, items, payload, cursor_name)


def _unpaginated_pages(fetch_first: Callable[[], Page], fetch: Callable[[int, int], Page]) -> Iterator[Page]:
    """The one page there should be, and what follows if it says, against the API's description, that there is more."""
    first = fetch_first()
    yield first
    if first.more:
        if not first.items:
            raise first.broken("an empty page says there is more")
        yield from iter_offset_pages(fetch, limit=len(first.items), offset=len(first.items))


def _with_hook(pages: Iterator[Page], item_hook: ItemHook | None) -> Iterator[dict[str, Any]]:
    number = 0
    for page in pages:
        for item in page.items:
            number += 1
            if item_hook is not None:
                item_hook(item, number, "?" if page.total is None else page.total)
            yield item


def _count(name: str, value: int | str, *, minimum: int) -> int:
    try:
        count = int(value)
    except ValueError:
        count = minimum - 1
    if count < minimum:
        raise UrlError(f"{name} must be a whole number of at least {minimum}, not {value!r}")
    return count
