"""Bulk work: how many changes of a collection it takes, and in which order they begin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pdsync.kinds import BY_SLUG
from pdsync.model import Kind
from pdsync.model.name import fold_name
from pdsync.plan import Change, Plan

BULK = 20
"""From this many changes of a collection on, requests are shared among them. Below that they save little, and each object is
read just before its write, or looked for before and after it is made."""


def reread_in_bulk(plan: Plan) -> dict[str, set[str]]:
    """The ids of existing objects that change, by slug of the kind: of kinds whose objects are read again by pages of their collection."""
    ids: dict[str, set[str]] = defaultdict(set)
    for change in _existing(plan):
        ids[change.kind].add(change.id or "")
    return {slug: group for slug, group in ids.items() if len(group) >= BULK and _has_pages(BY_SLUG[slug])}


def compute_turns(plan: Plan) -> dict[str, tuple[str, str, str]]:
    """By address what ready changes are sorted by. Where pages are read, changes of a kind begin in the order of its listing, so that
    the objects of one page are written one after another."""
    turns = {change.address: (change.kind, "", change.address) for change in plan.changes}
    bulk = reread_in_bulk(plan)
    for change in _existing(plan):
        if change.kind in bulk:
            turns[change.address] = (change.kind, listed_as(change), change.address)
    return turns


def listed_as(change: Change) -> str:
    """The name that an object has before its change, in the form that listings are sorted by."""
    return fold_name(str(change.before.get(BY_SLUG[change.kind].label) or change.name))


def _existing(plan: Plan) -> Iterator[Change]:
    skipped = plan.skipped
    return (change for change in plan.changes if change.id is not None and change.address not in skipped)


def _has_pages(kind: Kind) -> bool:
    """Whether a page of the listing says about an object what its own path says, and can be asked for by its number."""
    source = kind.source
    return source.paging == "offset" and not (source.may_be_refused or source.unlisted or source.parent)
