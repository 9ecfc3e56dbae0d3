"""Looks for an object that a create may have made, or that has its name. One or a few list requests, never a write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from pdsync.apply.wire import Wire
from pdsync.client import IncompleteListError
from pdsync.client.shared_look import SharedLook
from pdsync.kinds import BY_SLUG
from pdsync.model import LiveObject
from pdsync.plan import Change
from pdsync.plan.saved.judgement import Found, claim_of, find_claims


class Finder:
    """Reads by name with the includes of the plan, so that what is found can be compared. Used by several workers at once."""

    def __init__(self, wire: Wire, includes: Mapping[str, Sequence[str]]) -> None:
        self._wire = wire
        self._includes = includes
        self._shared = {slug: SharedLook(partial(self._read, slug, None)) for slug in BY_SLUG}

    def find(self, change: Change, *, whole: bool = False) -> Found:
        """What there is now. Raises client errors.

        `whole` reads the full collection, for when a search index may lag; so is a collection that knows no `query`. Of one that
        PagerDuty does not give out as a whole, what the index finds is taken if it is ours.
        """
        listing = BY_SLUG[change.kind].listing
        has_query = listing is not None and listing.has_query
        if has_query and not whole:
            return self._ask(change)
        try:
            return find_claims(change, self._shared[change.kind].find(change))
        except IncompleteListError:
            if not has_query:
                raise
            found = self._ask(change)
            if not found.ours:
                raise  # The index may lag: this proves nothing.
            return found

    def _ask(self, change: Change) -> Found:
        query = str(change.values.get(BY_SLUG[change.kind].identity[0]) or change.name)
        return find_claims(change, self._read(change.kind, query, (change,)))

    def _read(self, slug: str, query: str | None, changes: Sequence[Change]) -> list[LiveObject]:
        """What has to do with any of the changes. Of all others nothing is held, however large the collection."""
        kind = BY_SLUG[slug]
        params: dict[str, object] = {} if query is None else {"query": query}
        if includes := self._includes.get(slug):
            params["include[]"] = list(includes)

        def wanted(raw: Mapping[str, Any]) -> bool:
            live = kind.read_live(raw)
            return any(claim_of(change, live) is not None for change in changes)

        found = self._wire.dict_all(kind.collection, params=params, where=wanted)
        return [kind.read_live(raw) for raw in found.values()]
