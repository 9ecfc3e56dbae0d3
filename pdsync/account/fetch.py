"""Reads an account: every collection whole, pages and collections in parallel, never one request per object."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from pdsync.client import HttpError, RestApiV2Client
from pdsync.kinds import KINDS, Account, ChildList, Kind, LiveObject, Marker, Resource, UnreadableError, split_marker
from pdsync.kinds.garbage import collection_paused
from pdsync.kinds.instant import render_instant

NeedsChildren: TypeAlias = Callable[[str, str, Marker | None], bool]
"""Says by kind, id and marker whether the child lists of an object without a manifest are needed."""
_FORBIDDEN = 403
_BAD_REQUEST = 400


Chosen: TypeAlias = Callable[[Mapping[str, Any]], bool]
"""Says of an object as PagerDuty answers it whether more of it is wanted."""


def _none(raw: Mapping[str, Any]) -> bool:
    return False


def _unheard(text: str) -> None:
    return None


def no_more_children(slug: str, identity: str, marker: Marker | None) -> bool:
    """Child lists only of what a manifest names them for."""
    return False


def fetch_account(
    client: RestApiV2Client,
    resources: Sequence[Resource],
    *,
    workers: int = 4,
    now: datetime | None = None,
    needs_children: NeedsChildren = no_more_children,
    also: Chosen = _none,
    with_vendors: bool = False,
    on_read: Callable[[str], None] = _unheard,
) -> Account:
    """A complete snapshot, or an exception: a list that cannot be read to its end is an error, never a short list.

    N objects of a collection cost ceil(N/100) requests. Child lists that no include delivers (team members) are read only
    for the objects whose manifest in `resources` names them, for those that `needs_children` (called with kind, id and marker)
    says they are needed of, and for those that `also` chooses; vendors only where a manifest names one, or `with_vendors`.
    `workers` bounds the page requests in flight. `on_read` is told what has been read.
    """
    moment = render_instant(now or datetime.now(UTC))
    # First and alone: a refused token or an unreachable host is then one error, and not one for each collection.
    user_token = _is_user_token(client)
    # Two pools: a collection waits for its pages, and in one pool waiting collections could hold every worker.
    with (
        collection_paused(),
        ThreadPoolExecutor(workers) as pages,
        ThreadPoolExecutor(len(KINDS) + 1) as collections,
    ):
        team_ids: Future[list[str]] = Future()
        reading = {
            kind.slug: collections.submit(
                _Reading(client, kind, pages, _Wanted.of(kind, resources, needs_children), also, team_ids).read
            )
            for kind in KINDS
        }
        vendors = collections.submit(_fetch_vendors, client, resources, pages, always=with_vendors)
        objects = {}
        for kind in KINDS:
            objects[kind.slug], _ = reading[kind.slug].result()
            on_read(f"{len(objects[kind.slug])} {kind.collection.replace('_', ' ')}")
        return Account(
            objects=objects,
            complete_for=frozenset(objects),
            fetched_at=moment,
            subdomain=_subdomain(objects),
            vendors=vendors.result(),
            includes={kind.slug: reading[kind.slug].result()[1] for kind in KINDS},
            user_token=user_token,
        )


class _Reading:
    """One collection: its pages are put into canonical form as they come, while others are under way."""

    def __init__(
        self,
        client: RestApiV2Client,
        kind: Kind,
        pages: Executor,
        wanted: Mapping[ChildList, _Wanted],
        also: Chosen,
        team_ids: Future[list[str]],
    ) -> None:
        """`team_ids` is for who needs them, and is set by the reading of the teams."""
        self._client = client
        self._kind = kind
        self._pages = pages
        self._wanted = wanted
        self._also = also
        self._team_ids = team_ids
        self._early: dict[int, tuple[dict[str, Any], LiveObject]] = {}

    def read(self) -> tuple[tuple[LiveObject, ...], tuple[str, ...]]:
        """The canonical objects, with the child lists that somebody needs, and the includes that this account allowed."""
        try:
            answered, includes = self._fetch()
            if self._kind.slug == "team":
                self._team_ids.set_result([raw["id"] for raw in answered])
        except BaseException as error:
            if self._kind.slug == "team":
                self._team_ids.set_exception(error)
            raise
        return self._with_lists(answered), includes

    def _fetch(self) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
        kind = self._kind
        includes = (*kind.includes, *kind.optional_includes)
        try:
            return self._list(includes), includes
        except HttpError as error:
            if error.status != _FORBIDDEN or not kind.optional_includes:
                raise
        # Accounts without the entitlement refuse the include itself (terraform-provider-pagerduty #819, #972).
        return self._list(kind.includes), kind.includes

    def _list(self, includes: Sequence[str]) -> list[dict[str, Any]]:
        team_ids = self._team_ids.result if self._kind.slug != "team" else None
        return _list(self._client, self._kind.collection, includes, self._pages, self._note, team_ids)

    def _note(self, rows: list[dict[str, Any]]) -> None:
        """Reads a page that may yet turn out to be one of a collection that moved."""
        for raw in rows:
            check_row(self._kind.collection, raw)
            if not self._wanted:
                self._early[id(raw)] = raw, self._kind.read_live(raw, {})

    def _with_lists(self, answered: Sequence[dict[str, Any]]) -> tuple[LiveObject, ...]:
        if not self._wanted:
            read = [self._early[id(raw)][1] for raw in answered]
            self._early.clear()
            return tuple(sorted(read, key=lambda live: live.id))
        asked = {
            (str(raw["id"]), child.name): self._pages.submit(
                self._client.fetch_all, child.collection.format(parent=raw["id"])
            )
            for child, wanted in self._wanted.items()
            for raw in answered
            if raw in wanted or self._also(raw)
        }
        try:
            listed = {key: future.result() for key, future in asked.items()}
        finally:
            for future in asked.values():
                future.cancel()
        read = []
        for raw in answered:
            names = [child.name for child in self._wanted if (raw["id"], child.name) in listed]
            read.append(self._kind.read_live(raw, {name: listed[raw["id"], name] for name in names}))
        return tuple(sorted(read, key=lambda live: live.id))


def _list(
    client: RestApiV2Client,
    path: str,
    includes: Sequence[str],
    pages: Executor,
    on_page: Callable[[list[dict[str, Any]]], None],
    team_ids: Callable[[], Sequence[str]] | None = None,
) -> list[dict[str, Any]]:
    params = {"include[]": list(includes)} if includes else None
    return client.fetch_all(path, params=params, executor=pages, on_page=on_page, team_ids=team_ids)


def check_row(path: str, row: Any) -> None:
    """Raises UnreadableError for what no list of objects holds."""
    what = path.rpartition("/")[2].removesuffix("s")
    if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not row["id"]:
        raise UnreadableError(what, row, ": it has no id")
    if not all(isinstance(row.get(name), str | None) for name in ("name", "description", "email")):
        raise UnreadableError(what, row, ": its name or description is no text")


class _Wanted:
    """Which objects need a child list: those that a manifest which names it may speak of (by id, by marker, by name), and
    those that will be deleted."""

    def __init__(
        self, kind: Kind, child: ChildList, resources: Sequence[Resource], needs_children: NeedsChildren
    ) -> None:
        known = [resource for resource in resources if resource.kind == kind.slug]
        mine = [r for r in known if child.name in r.children or r.lifecycle.absent]
        self._kind, self._needs_children = kind, needs_children
        self._manifests = {resource.key for resource in known}
        self._ids = {resource.id for resource in mine}
        self._keys = {key for resource in mine for key in (resource.key, *resource.lifecycle.moved_from)}
        self._names = {resource.name.casefold() for resource in mine}

    @classmethod
    def of(cls, kind: Kind, resources: Sequence[Resource], needs_children: NeedsChildren) -> dict[ChildList, _Wanted]:
        """Who wants each of the child lists of a kind that no include delivers."""
        return {child: cls(kind, child, resources, needs_children) for child in kind.children if not child.embedded}

    def __contains__(self, raw: object) -> bool:
        assert isinstance(raw, dict)
        marker = split_marker(raw.get("description"))[1] if self._kind.marked else None
        if raw["id"] in self._ids or str(raw.get("name") or "").casefold() in self._names:
            return True
        if marker is not None and (marker.key in self._manifests or marker.key in self._keys):
            return marker.key in self._keys
        return self._needs_children(self._kind.slug, raw["id"], marker)


def _fetch_vendors(
    client: RestApiV2Client, resources: Sequence[Resource], pages: Executor, *, always: bool
) -> dict[str, str]:
    """Vendor ids by case-folded name; nothing is asked where nobody needs one."""
    named = any(
        getattr(item.get("vendor"), "by", None) == "name"
        for resource in resources
        for item in resource.children.get("integrations", ())
    )
    if not named and not always:
        return {}

    def check(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            check_row("vendors", row)

    return {str(vendor.get("name")).casefold(): vendor["id"] for vendor in _list(client, "vendors", (), pages, check)}


def _is_user_token(client: RestApiV2Client) -> bool:
    """Asks who the token belongs to: account-level keys belong to nobody and answer 400 (API description, GET /users/me)."""
    response = client.get("users/me")
    return response.status_code not in (_BAD_REQUEST, 404)


def _subdomain(objects: dict[str, tuple[LiveObject, ...]]) -> str:
    """The account's subdomain, from where its objects are shown in the web application."""
    for group in objects.values():
        for live in group:
            host = urlsplit(live.url).hostname or ""
            if "." in host:
                return host.partition(".")[0]
    return ""
