"""Objects that have ended. PagerDuty lists them apart, and they are read only where a manifest may mean one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pdsync.account.reading import check_row
from pdsync.client import RestApiV2Client
from pdsync.kinds import BY_SLUG
from pdsync.model import Account, LiveObject

_MOST_IN_ADDRESS = 50
"""Ids in one address; with more of them all that has ended is read."""


def fetch_ended(client: RestApiV2Client, account: Account, asked: Mapping[str, frozenset[str]]) -> Account:
    """The account with these objects: by slug, those that refer to one of some ids, or all where no ids are given. One listing a kind.
    Raises the client's errors."""
    return replace(account, ended={slug: _fetch(client, slug, ids) for slug, ids in asked.items()})


def _fetch(client: RestApiV2Client, slug: str, ids: frozenset[str]) -> tuple[LiveObject, ...]:
    kind = BY_SLUG[slug]
    listing = kind.source.ended
    assert listing is not None
    params: dict[str, Any] = {**listing.params}
    if len(ids) <= _MOST_IN_ADDRESS:
        params |= {listing.narrowed_by: sorted(ids)} if ids else {}
    rows = client.for_host(kind.host).list_all(kind.source.path, params=params, complete=True)
    for row in rows:
        check_row(slug, row, ())
    return tuple(sorted((kind.read_live(row) for row in rows), key=lambda live: live.id))
