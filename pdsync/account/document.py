"""Documents of the account: fields with requests of their own. Each costs a request, so only the documents that are needed are read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeAlias

from pdsync.account.extent import Extent, Wanted
from pdsync.account.refusal import REFUSED, UnknownKindError
from pdsync.client import HttpError, RestApiV2Client
from pdsync.client.concurrency import MOST_IN_FLIGHT
from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Kind, ListPlace, LiveObject
from pdsync.model.document import LiveDocument

Objects: TypeAlias = Mapping[str, tuple[LiveObject, ...]]
"""Live objects by the slug of their kind."""


def choose_documents(objects: Objects, extent: Extent) -> Iterator[ListPlace]:
    """The documents that the manifests of `extent` name, or their records, and those of what will be deleted or is wanted in full."""
    for slug, group in objects.items():
        kind = BY_SLUG[slug]
        for name, declared in kind.documents.items():
            wanted = Wanted(kind, kind.fields_by_name[name], extent)
            has_parts = declared.may_hold_parts(objects)
            for live in group:
                if wanted.chooses(live) and (has_parts or wanted.is_named(live.raw)):
                    yield ListPlace(slug, live.id, name)


def fetch_documents(client: RestApiV2Client, account: Account, places: Iterable[ListPlace]) -> Account:
    """The account with these documents. A document that PagerDuty refuses to show is unknown. Raises what the client raises, and
    UnreadableError."""
    with ThreadPoolExecutor(MOST_IN_FLIGHT) as pool:
        return replace(account, objects=with_documents(client, account.objects, places, pool))


def with_documents(client: RestApiV2Client, objects: Objects, places: Iterable[ListPlace], pool: Executor) -> Objects:
    """The objects with these documents, read in parallel by `pool`."""
    asked = {place: pool.submit(_fetch, client, place) for place in dict.fromkeys(places)}
    read: dict[tuple[str, str], dict[str, LiveDocument]] = {}
    refused: dict[tuple[str, str], dict[str, str]] = {}
    try:
        for place, answer in asked.items():
            try:
                read.setdefault((place.kind, place.id), {})[place.list_name] = answer.result()
            except HttpError as error:
                if error.status not in REFUSED:
                    raise
                refused.setdefault((place.kind, place.id), {})[place.list_name] = str(UnknownKindError(error))
    finally:
        for answer in asked.values():
            answer.cancel()
    touched = read.keys() | refused.keys()
    return {
        slug: tuple(
            BY_SLUG[slug].with_documents(live, read.get((slug, live.id), {}), refused.get((slug, live.id)))
            if (slug, live.id) in touched
            else live
            for live in group
        )
        for slug, group in objects.items()
    }


def _fetch(client: RestApiV2Client, place: ListPlace) -> LiveDocument:
    kind: Kind = BY_SLUG[place.kind]
    there = client.for_host(kind.host)

    def get(path: str, told: Collection[int]) -> tuple[int, Any]:
        try:
            return 200, there.jget(path)
        except HttpError as error:
            if error.status not in told:
                raise
            return error.status, None

    return kind.documents[place.list_name].fetch(place.id, get)
