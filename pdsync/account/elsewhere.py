"""Kinds of other hosts, and those that are listed for each row of another table.

A credential that is missing or refused makes such a kind unknown, and so does a host that cannot be reached, unless a manifest names the kind.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor

from pdsync.account.extent import Extent, Wanted
from pdsync.account.reading import Answered, Reading, Shared, check_row
from pdsync.account.refusal import UnknownKindError, client_of, is_refused
from pdsync.client import HttpError, NetworkError, RestApiV2Client
from pdsync.client.rest_api_v2_base_client import RestApiV2BaseClient
from pdsync.client.rest_api_v2_client import REST_HOST
from pdsync.model import Kind
from pdsync.model.nested_listing import NestedListing


def reader_elsewhere(
    client: RestApiV2Client, kind: Kind, pages: Executor, extent: Extent, shared: Shared
) -> Callable[[], Answered]:
    """What reads the objects of a kind. It raises UnknownKindError, and what the client raises."""

    def read() -> Answered:
        there = client_of(client, kind.host)
        try:
            if kind.source.nested is not None:
                return _read_nested(there, kind, kind.source.nested, pages)
            return Reading(there, kind, pages, Wanted.of(kind, extent), shared).read()
        except HttpError as error:
            raise (UnknownKindError(error, kind.host) if is_refused(error, kind.host) else error) from error
        except NetworkError as error:
            may_be_unknown = kind.host != REST_HOST and not extent.known.get(kind.slug)
            raise (UnknownKindError(error) if may_be_unknown else error) from error

    return read


def _read_nested(there: RestApiV2BaseClient, kind: Kind, nested: NestedListing, pages: Executor) -> Answered:
    """The objects of every base: a listing of the bases, and one for each of them."""
    bases = there.list_all(kind.source.path, complete=True)
    for base in bases:
        check_row(kind.slug, base, ())
    asked = [
        (str(base["id"]), pages.submit(there.list_all, nested.collection_of(str(base["id"])), complete=True))
        for base in bases
    ]
    try:
        rows = [(base, row) for base, future in asked for row in future.result()]
    finally:
        for _, future in asked:
            future.cancel()
    for _, row in rows:
        check_row(kind.slug, row, ())
    found = [kind.read_live(nested.row(base, row)) for base, row in rows]
    return tuple(sorted(found, key=lambda live: live.id)), ()
