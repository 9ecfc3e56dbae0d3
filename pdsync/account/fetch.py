"""Reads an account: every collection whole, pages and collections in parallel, never one request per object."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from pdsync.account.reading import Reading, check_row
from pdsync.account.wanted import Chosen, NeedsChildren, Wanted, no_more_children
from pdsync.client import RestApiV2Client
from pdsync.kinds import KINDS
from pdsync.kinds.service import VENDOR
from pdsync.model import Account, LiveObject, Resource
from pdsync.model.garbage import collection_paused
from pdsync.model.instant import render_instant
from pdsync.model.name import fold_name

_BAD_REQUEST = 400


def _none(raw: Mapping[str, Any]) -> bool:
    return False


def _unheard(text: str) -> None:
    return None


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

    N objects of a collection cost max(1, ceil((N - 1) / 99)) requests. Child lists that no include delivers (team members) are read only
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
                Reading(client, kind, pages, Wanted.of(kind, resources, needs_children, also), team_ids).read
            )
            for kind in KINDS
        }
        vendors = collections.submit(_fetch_vendors, client, resources, pages, always=with_vendors)
        objects = {}
        for kind in KINDS:
            objects[kind.slug], _ = reading[kind.slug].result()
            on_read(f"{len(objects[kind.slug])} {kind.nouns}")
        return Account(
            objects=objects,
            complete_for=frozenset(objects),
            fetched_at=moment,
            subdomain=_subdomain(objects),
            lookups={VENDOR: vendors.result()},
            includes={kind.slug: reading[kind.slug].result()[1] for kind in KINDS},
            user_token=user_token,
        )


def _fetch_vendors(
    client: RestApiV2Client, resources: Sequence[Resource], pages: Executor, *, always: bool
) -> dict[str, str]:
    """Vendor ids by case-folded name; asked for only where one is needed."""
    named = any(
        getattr(item.get(VENDOR), "by", None) == "name"
        for resource in resources
        for item in resource.children.get("integrations", ())
    )
    if not named and not always:
        return {}

    def check(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            check_row("vendors", row)

    vendors = client.dict_all("vendors", complete=True, executor=pages, on_page=check)
    return {fold_name(str(vendor.get("name"))): identity for identity, vendor in vendors.items()}


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
