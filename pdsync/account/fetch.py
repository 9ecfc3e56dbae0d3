"""Reads an account: every collection completely, pages and collections in parallel, never one request per object."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pdsync.account.child_list import Rows
from pdsync.account.document import Objects, choose_documents, with_documents
from pdsync.account.extent import Extent, Wanted
from pdsync.account.pages import Pages
from pdsync.account.reading import Answered, Reading, Shared, check_row
from pdsync.account.refusal import UnknownKindError, client_of, is_refused
from pdsync.client import Error, HttpError, RestApiV2Client
from pdsync.client.concurrency import MOST_IN_FLIGHT
from pdsync.client.rest_api_v2_client import REST_HOST
from pdsync.client.urls import host_of
from pdsync.kinds import BY_SLUG, KINDS
from pdsync.model import Account, Kind, LiveObject
from pdsync.model.exclusive import divide_exclusive
from pdsync.model.garbage import collection_paused
from pdsync.model.instant import render_instant
from pdsync.model.listing import LookUp
from pdsync.model.name import fold_shown_name

_BAD_REQUEST, _LACKING = 400, 402
_NAME = "name"


def _unheard(text: str) -> None:
    return None


def fetch_account(
    client: RestApiV2Client,
    extent: Extent,
    *,
    workers: int = MOST_IN_FLIGHT,
    now: datetime | None = None,
    on_read: Callable[[str], None] = _unheard,
) -> Account:
    """A complete snapshot, or an exception: a list that cannot be read to its end is an error, never a short list.

    N objects of a collection cost max(1, ceil((N - 1) / 99)) requests. Child lists that no include delivers are read only for the
    objects that `extent` needs them of: from another collection that tells them in bulk (a team's members are in the users), else by a
    request each. Documents cost a request each as well. A collection that PagerDuty refuses (402, 403, 404) is unknown, and an error
    only where all of them are refused.

    Args:
        workers: threads that read pages. How many of their requests are in flight at a time, the client decides.
        now: the moment at which the account is judged; by default when the first answer comes, by the server's clock.
        on_read: called with what has been read, as text.
    """
    account = _fetch(client, extent, workers, now, on_read)
    has_containers = any(kind.facts.exclusive is not None and account.objects.get(kind.slug) for kind in KINDS)
    return divide_exclusive(account, KINDS) if has_containers else account


def _fetch(
    client: RestApiV2Client,
    extent: Extent,
    workers: int,
    now: datetime | None,
    on_read: Callable[[str], None],
) -> Account:
    listed = [kind for kind in KINDS if extent.needs(kind)]
    # Two pools: a collection waits for its pages, and in one pool waiting collections could hold every worker.
    with (
        collection_paused(),
        Pages(workers) as pages,
        ThreadPoolExecutor(len(listed) + 2) as collections,
        pages.until_error(),
    ):
        whose = collections.submit(_is_user_token, client)
        shared = Shared(listed)
        reading = {kind.slug: collections.submit(_reader_of(client, kind, pages, extent, shared)) for kind in listed}
        lookups = collections.submit(_fetch_lookups, client, extent, pages, shared.bases)
        # Sent together with the first pages, and looked at before them: a refused token or an unreachable host is reported from this one.
        user_token = whose.result()
        # Not before this answer: `Date` has whole seconds, so the moment of its request may seem to be in the second before, and
        # what was made just now would lie in the future.
        began_s = client.server_clock.monotonic()
        read = _take_in(reading, on_read)
        objects: Objects = read.objects
        if any(BY_SLUG[slug].documents for slug, group in objects.items() if group):
            objects = with_documents(client, objects, choose_documents(objects, extent), pages)
        places: Mapping[str, tuple[str, ...]] = {}
        unknown_lists: Mapping[str, str] = {}
        if extent.needs_hosted(objects):
            from pdsync.account.hosted import with_hosted_lists  # few manifests name such lists

            hosted = with_hosted_lists(client, objects, extent, pages)
            objects, places, unknown_lists = hosted.objects, hosted.places, hosted.unknown
        tables = lookups.result()
        return Account(
            objects=objects,
            complete_for=frozenset(read.objects),
            fetched_at=render_instant(now or client.server_clock.at(began_s)),
            subdomain=_subdomain(objects),
            lookups=tables.ids,
            lookup_names=tables.names,
            includes={**read.includes, **places},
            user_token=user_token,
            unknown={**read.unknown, **tables.unknown},
            lacking=read.lacking,
            unknown_lists=unknown_lists,
        )


def _reader_of(
    client: RestApiV2Client, kind: Kind, pages: Pages, extent: Extent, shared: Shared
) -> Callable[[], Answered]:
    """What reads the objects of a kind."""
    if kind.host != REST_HOST or kind.source.nested is not None:
        from pdsync.account.elsewhere import reader_elsewhere  # few accounts are read with such objects

        return reader_elsewhere(client, kind, pages, extent, shared)
    if kind.source.single:
        return lambda: ((kind.read_live({"id": kind.source.single}, {}),), ())
    if kind.source.parent is None:
        return Reading(client, kind, pages, Wanted.of(kind, extent), shared).read
    from pdsync.account.parented import ParentedReading  # few accounts are read with such objects

    return ParentedReading(client, kind, pages, extent, shared).read


@dataclass(frozen=True, slots=True)
class _Collections:
    """What the collections held, by slug of the kind."""

    objects: dict[str, tuple[LiveObject, ...]] = field(default_factory=dict)
    includes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    lacking: frozenset[str] = frozenset()


def _take_in(reading: Mapping[str, Future[Answered]], on_read: Callable[[str], None]) -> _Collections:
    """Waits for every collection. A refused collection is unknown; any other error is raised. Where all are refused, the token or
    the address is wrong, and the first refusal is raised."""
    read = _Collections()
    refusals: dict[str, Error] = {}
    for slug, future in reading.items():
        try:
            read.objects[slug], read.includes[slug] = future.result()
        except UnknownKindError as error:
            refusals[slug] = error.error
            read.unknown[slug] = str(error)
        else:
            total = sum(map(len, read.objects.values()))
            on_read(f"{len(read.objects[slug])} {BY_SLUG[slug].nouns}, {total} objects so far")
    if refusals and not read.objects:
        raise next(iter(refusals.values()))
    return replace(
        read, lacking=frozenset(slug for slug, error in refusals.items() if getattr(error, "status", None) == _LACKING)
    )


@dataclass(frozen=True, slots=True)
class _Tables:
    """What the look-up tables held, by slug."""

    ids: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    """By folded name."""
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    """By id."""
    unknown: dict[str, str] = field(default_factory=dict)
    """Why a table is unknown."""


def _fetch_lookups(client: RestApiV2Client, extent: Extent, pages: Executor, bases: Mapping[str, Rows]) -> _Tables:
    """A table is read only where a manifest refers to it, and not again where a listing of `bases` reads it."""
    named = {ref.kind for ref in extent.refs(lambda kind: kind.lookups)}
    tables = {table for kind in KINDS for table in kind.lookups}
    found = _Tables()
    for table in sorted(tables, key=lambda table: table.slug):
        found.ids[table.slug], found.names[table.slug] = {}, {}
        if extent.everything or table.slug in named:
            try:
                names = _fetch_lookup(client, table, pages, bases.get(table.path))
            except UnknownKindError as error:
                found.unknown[table.slug] = str(error)
                continue
            found.names[table.slug], found.ids[table.slug] = names, _by_name(names)
    return found


def fetch_lookup_names(client: RestApiV2Client, account: Account, kinds: Collection[str]) -> Account:
    """The account with the names of these look-up tables, as far as they were not read and PagerDuty shows them."""
    names = dict(account.lookup_names)
    for table in {
        table for kind in KINDS for table in kind.lookups if table.slug in kinds and not names.get(table.slug)
    }:
        try:
            names[table.slug] = _fetch_lookup(client, table)
        except UnknownKindError:
            continue
    return replace(account, lookup_names=names)


def _by_name(names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Names are compared as those of objects are, without blanks around them: PagerDuty lists some with blanks."""
    found: dict[str, list[str]] = {}
    for identity, name in names.items():
        found.setdefault(fold_shown_name(name), []).append(identity)
    return {name: tuple(sorted(identities)) for name, identities in found.items()}


def _fetch_lookup(
    client: RestApiV2Client, table: LookUp, pages: Executor | None = None, base: Rows | None = None
) -> dict[str, str]:
    """The names of its rows, by id. Raises UnknownKindError where PagerDuty refuses it, and what the client raises."""

    def check(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            check_row(table.slug, {**row, _NAME: table.name_of(row)} if isinstance(row, dict) else row, (_NAME,))

    there = client if table.host == REST_HOST else client_of(client, table.host)
    try:
        if base is not None:
            held = [dict(row) for row in base.result()]
            check(held)
            rows: Mapping[str, Any] = {row["id"]: row for row in held}
        else:
            rows = there.dict_all(
                table.path, params=dict(table.params) or None, complete=True, executor=pages, on_page=check
            )
    except HttpError as error:
        raise (UnknownKindError(error) if is_refused(error, table.host) else error) from error
    return {identity: str(table.name_of(row)) for identity, row in rows.items()}


def _is_user_token(client: RestApiV2Client) -> bool:
    """Asks who the token belongs to: account-level keys belong to no one and answer 400 (API description, GET /users/me)."""
    response = client.get("users/me")
    return response.status_code not in (_BAD_REQUEST, 404)


def _subdomain(objects: Mapping[str, tuple[LiveObject, ...]]) -> str:
    """The account's subdomain, from where its objects are shown in the web application."""
    for group in objects.values():
        for live in group:
            host = host_of(live.url)
            if "." in host:
                return host.partition(".")[0]
    return ""
