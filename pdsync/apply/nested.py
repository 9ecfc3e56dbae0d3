"""Finds and creates objects that PagerDuty lists only for a row of another table (`pdsync.model.nested_listing`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdsync.apply.error import UnresolvedError
from pdsync.apply.identity import Identities
from pdsync.apply.wire import Wire
from pdsync.client.recovery import Look
from pdsync.kinds import BY_SLUG
from pdsync.model import Ref
from pdsync.model.instant import render_instant
from pdsync.model.nested_listing import NestedListing
from pdsync.plan import Change
from pdsync.plan.saved.judgement import Found, View, find_claims, in_plan_words


class Nested:
    """The objects of one plan that are nested. Used by several workers at once; holds nothing that changes."""

    def __init__(self, wire: Wire, identities: Identities) -> None:
        self._wire = wire
        self._identities = identities

    def find(self, change: Change) -> Found:
        """What there is now where a create would put its object. Raises client errors, and `UnresolvedError`."""
        kind, nested, base = BY_SLUG[change.kind], _listing_of(change), self._base_of(change)
        view = View(self._identities.to_normal, self._identities.id_of, render_instant(self._wire.now()))
        rows = [nested.row(base, row) for row in self._wire.list_all(nested.collection_of(base))]
        held = {row["id"]: kind.read_live(row) for row in rows}
        found = find_claims(change, [in_plan_words(live, view) for live in held.values()])
        return Found(tuple(held[live.id] for live in found.ours), tuple(held[live.id] for live in found.same_name))

    def create(self, change: Change, body: Mapping[str, Any], look: Look) -> tuple[dict[str, Any], bool]:
        """The object that a POST made, and whether the POST was sent twice. Raises what the client raises, and `UnresolvedError`."""
        nested, base = _listing_of(change), self._base_of(change)

        def own(number: int) -> Mapping[str, Any] | None:
            # What a look finds has the id with its base already.
            found = look(number)
            return {**found, "id": str(found["id"]).partition(":")[2]} if found is not None else None

        made, sent_again = self._wire.create(nested.collection_of(base), body, own)
        return nested.row(base, made), sent_again

    def _base_of(self, change: Change) -> str:
        ref = change.values[_listing_of(change).field]
        identity = self._identities.id_of(ref) if isinstance(ref, Ref) else None
        if not identity:
            raise UnresolvedError(f"{ref} does not exist")
        return identity


def _listing_of(change: Change) -> NestedListing:
    nested = BY_SLUG[change.kind].source.nested
    assert nested is not None
    return nested
