"""Reads and creates objects that PagerDuty lists only for their parent (`pdsync.model.parent_listing`).

There is no GET of one such object: the listing of its parent is read, from now until the last of the objects that the plan is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace as with_members

from pdsync.apply.error import RefusedItemError, UnresolvedError
from pdsync.apply.identity import Identities
from pdsync.apply.wire import Wire
from pdsync.client import HttpError
from pdsync.client.recovery import Look
from pdsync.kinds import BY_SLUG
from pdsync.model import Kind, Ref
from pdsync.model.instant import render_instant
from pdsync.model.parent_listing import ParentListing, Period, Row
from pdsync.plan import Change, Plan
from pdsync.plan.saved.judgement import Found, View, find_claims, in_plan_words

_BAD_REQUEST, _NOT_FOUND, _CREATED = 400, 404, 201


class Parented:
    """The objects of one plan that have a parent. Used by several workers at once; holds nothing that changes."""

    def __init__(self, wire: Wire, identities: Identities, plan: Plan) -> None:
        self._wire = wire
        self._identities = identities
        self._until: dict[str, str] = {}
        for change in plan.changes:
            listing = BY_SLUG[change.kind].source.parent
            if listing is not None:
                ends = [end for said in (change.values, change.before) if (end := listing.reach(said))]
                self._until[change.kind] = max([*ends, self._until.get(change.kind, "")])

    def read(self, slug: str, identity: str) -> Row | None:
        """The object as it is now; None where it is gone, or over. Raises `HttpError`."""
        kind = BY_SLUG[slug]
        rows = self._rows(kind, _listing_of(kind).parent_of(identity))
        return next((row for row in rows if row["id"] == identity), None)

    def find(self, change: Change) -> Found:
        """What there is now where a create would put its object. What has begun counts from now on, whenever it began. Raises client
        errors, and `UnresolvedError`."""
        kind = BY_SLUG[change.kind]
        view = View(self._identities.to_normal, self._identities.id_of, render_instant(self._wire.now()))
        wanted = with_members(change, values=kind.passing.settle(dict(change.values), view.moment))
        held = {row["id"]: kind.read_live(row) for row in self._rows(kind, self._parent_of(change))}
        normal = [in_plan_words(live, view) for live in held.values()]
        found = find_claims(wanted, normal)
        return Found(tuple(held[live.id] for live in found.ours), tuple(held[live.id] for live in found.same_name))

    def create(self, change: Change, body: Mapping[str, Any], look: Look) -> tuple[Row, bool]:
        """The object that a POST made, and whether the POST was sent twice. Raises what the client raises, and `RefusedItemError`."""
        listing, parent = _listing_of(BY_SLUG[change.kind]), self._parent_of(change)
        sent = 0

        def send() -> Row:
            nonlocal sent
            sent += 1
            return _made(listing, parent, self._wire.post_bare(listing.collection_of(parent), sending), whole)

        whole = self._whole(listing, parent)
        sending = _completed(listing, parent, body, whole)
        made = self._wire.recovery(look).post(send)
        self._wire.note_made(str(made["id"]))
        return made, sent > 1

    def _rows(self, kind: Kind, parent: Ref) -> list[Row]:
        def get(path: str, params: Mapping[str, str], may_be_too_long: bool) -> list[Row] | None:
            try:
                return self._wire.list_all(path, params=params)
            except HttpError as error:
                if error.status == _BAD_REQUEST and may_be_too_long:
                    return None
                if error.status == _NOT_FOUND:
                    return []
                raise

        listing, now = _listing_of(kind), render_instant(self._wire.now())
        until = self._until.get(kind.slug, now)
        if until <= now:
            return []
        return listing.fetch(parent, Period(now, until), get, self._whole(listing, parent))

    def _whole(self, listing: ParentListing, parent: Ref) -> Mapping[str, Any] | None:
        """The parent as it is now, where its objects cannot be read or made without it. Raises `HttpError`."""
        if parent.kind not in {*listing.with_parent, *listing.complete}:
            return None
        try:
            held: Mapping[str, Any] = self._wire.get(BY_SLUG[parent.kind].path_of(parent.value))
        except HttpError as error:
            if error.status != _NOT_FOUND:
                raise
            return {}
        return held

    def _parent_of(self, change: Change) -> Ref:
        ref = change.values[_listing_of(BY_SLUG[change.kind]).parent_field]
        assert isinstance(ref, Ref)
        identity = self._identities.id_of(ref)
        if not identity:
            raise UnresolvedError(f"{ref} does not exist")
        return Ref(ref.kind, "id", identity)


def _listing_of(kind: Kind) -> ParentListing:
    listing = kind.source.parent
    assert listing is not None
    return listing


def _completed(
    listing: ParentListing, parent: Ref, body: Mapping[str, Any], whole: Mapping[str, Any] | None
) -> Mapping[str, Any]:
    """The body with what only the parent tells. Raises `UnresolvedError`."""
    complete = listing.complete.get(parent.kind)
    if complete is None or whole is None:
        return body
    try:
        return complete(body, whole)
    except KeyError as error:
        raise UnresolvedError(f"{parent.value} has no {error} now. Run plan again.") from error


def _made(listing: ParentListing, parent: Ref, answer: Any, whole: Mapping[str, Any] | None) -> Row:
    """The object of an answer to a POST. Nothing where the answer does not say. Raises `RefusedItemError`."""
    items = answer.get(listing.wrapper) if isinstance(answer, Mapping) else answer
    item = items[0] if isinstance(items, list) and items else None
    if not isinstance(item, Mapping):
        return {}
    status, held = item.get("status", _CREATED), item.get(listing.item, item)
    if status != _CREATED:
        why = ", ".join(map(str, item.get("errors") or ())) or f"status {status}"
        raise RefusedItemError(f"PagerDuty refused it: {why}")
    return listing.row(parent, held, whole) if isinstance(held, Mapping) and held.get("id") else {}
