"""Child lists that other hosts keep: read by one listing for each place that they are at, for all objects together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any

from pdsync.account.document import Objects
from pdsync.account.extent import HOSTED, Extent, Wanted
from pdsync.account.refusal import NOT_FOUND, REFUSED_ELSEWHERE, said_by, said_by_host
from pdsync.client import HttpError, NetworkError, RestApiV2Client, UrlError
from pdsync.kinds import BY_SLUG
from pdsync.model import ChildList, LiveObject, UnreadableError
from pdsync.model.hosted_list import collection_of, places_of, row_of
from pdsync.model.unreadable import UNREADABLE_CAUSES, check_shape

_Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Hosted:
    """What was read."""

    objects: Objects
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The places that were read, by name of the list."""
    unknown: Mapping[str, str] = field(default_factory=dict)
    """Why a list is unknown, by its name."""


def with_hosted_lists(client: RestApiV2Client, objects: Objects, extent: Extent, pool: Executor) -> Hosted:
    """The objects with the lists that `extent` needs, read in parallel by `pool`. A list without a credential, or that the host refuses, is
    unknown. Where the host cannot be reached, that is an error if a manifest names the list: raises NetworkError then, other errors
    of the client, and UnreadableError."""
    named = places_of((child for _, child in HOSTED), extent.resources)
    found = dict(objects)
    places: dict[str, tuple[str, ...]] = {}
    unknown: dict[str, str] = {}
    for name in sorted({child.name for _, child in HOSTED}):
        lists = [(slug, child) for slug, child in HOSTED if child.name == name]
        needing = {slug: _needing(slug, child, objects, extent) for slug, child in lists}
        is_named = any(name in it.children for it in extent.resources if not it.lifecycle.absent)
        if not (is_named or any(needing.values())):
            continue
        there = tuple(sorted({*named.get(name, ()), *extent.places.get(name, ())}))
        rows = _read(client, lists[0][1], there, pool, is_named=is_named)
        if isinstance(rows, str):
            if is_named or not extent.everything:
                unknown[name] = rows
            continue
        places[name] = there
        for slug, child in lists:
            wanted = needing[slug]
            found[slug] = tuple(_with(live, child, rows) if live.id in wanted else live for live in found.get(slug, ()))
    return Hosted(found, places, unknown)


def _needing(slug: str, child: ChildList, objects: Objects, extent: Extent) -> frozenset[str]:
    """The ids of the objects whose list is needed."""
    wanted = Wanted(BY_SLUG[slug], child, extent)
    return frozenset(live.id for live in objects.get(slug, ()) if wanted.chooses(live))


def _read(
    client: RestApiV2Client, child: ChildList, places: Iterable[str], pool: Executor, *, is_named: bool
) -> _Rows | str:
    """The rows of all places, or why they are unknown."""
    assert child.hosted is not None
    if not places:
        return (
            f"no manifest names a {child.hosted.place}, and pdsync.yaml has no default: write "
            f"'{child.name}: {{{child.hosted.place}: ...}}' into it"
        )
    try:
        there = client.for_host(child.hosted.host)
        asked = [(it, pool.submit(there.list_all, collection_of(child, it), complete=True)) for it in places]
        try:
            return [row_of(child, place, row) for place, rows in asked for row in rows.result()]
        finally:
            for _, future in asked:
                future.cancel()
    except UrlError as error:
        return said_by(error)
    except NetworkError as error:
        if is_named:
            raise
        return said_by(error)
    except HttpError as error:
        if error.status not in REFUSED_ELSEWHERE:
            raise
        asked_for = f": is the {child.hosted.place} right ({', '.join(places)})?" if error.status == NOT_FOUND else ""
        return f"{said_by_host(error)}{asked_for}"


def _with(live: LiveObject, child: ChildList, rows: _Rows) -> LiveObject:
    items = [dict(row) for row in rows if child.is_of(row, live.id)]
    answer = {**live.raw, child.name: items}
    check_shape(live.kind, answer)
    try:
        return replace(live, children={**live.children, child.name: child.read_live(items, live.raw)})
    except UNREADABLE_CAUSES as error:
        raise UnreadableError(live.kind, answer) from error
