"""Likely pairs: live objects whose identity may have changed in the account or in their manifest. Pure.

A person is identified by an email address. When that changes on one side, the manifest finds no one, and would make a second person
who takes the first one's place on call. So a manifest that finds nothing is compared by the name that people know as well. A pair that
is only likely is never written: a person decides. References in the account that lead to such an object count as references to the
manifest, since nothing about them changed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, LiveObject, Resource
from pdsync.model.name import fold_shown_name

Likely: TypeAlias = Mapping[str, tuple[LiveObject, ...]]
"""By the address of a manifest that has no live object: the live objects that may be its own under another identity, sorted by id."""


def find_likely(
    resources: Iterable[Resource], account: Account, paired: Iterable[str], claimed: Iterable[str]
) -> Likely:
    """The likely pairs of manifests that are not among the `paired` addresses. `claimed` holds the ids of objects that a manifest
    describes already."""
    known = set(paired)
    lonely: dict[str, list[Resource]] = defaultdict(list)
    for resource in resources:
        wanted = BY_SLUG[resource.kind].shown_name and resource.id is None and not resource.lifecycle.absent
        if wanted and resource.address not in known:
            lonely[resource.kind].append(resource)
    taken = set(claimed) if lonely else set()
    likely: dict[str, tuple[LiveObject, ...]] = {}
    for slug, group in lonely.items():
        names = _by_shown_name(slug, account, taken)
        for resource in group:
            shown = fold_shown_name(str(resource.fields.get(BY_SLUG[slug].shown_name) or resource.key))
            same = [live for live in names.get(shown, ()) if live.id not in resource.lifecycle.distinct_from]
            if same:
                likely[resource.address] = tuple(sorted(same, key=lambda live: live.id))
    return likely


def _by_shown_name(slug: str, account: Account, taken: set[str]) -> Mapping[str, Sequence[LiveObject]]:
    field = BY_SLUG[slug].shown_name
    found: dict[str, list[LiveObject]] = defaultdict(list)
    for live in account.objects.get(slug, ()):
        name = fold_shown_name(str(live.fields.get(field) or ""))
        if name and live.id not in taken:
            found[name].append(live)
    return found


def find_likely_keys(likely: Likely) -> dict[tuple[str, str], str]:
    """The address of the manifest by kind and id, for each object that may belong to one manifest only."""
    count = Counter((live.kind, live.id) for group in likely.values() for live in group)
    return {
        (live.kind, live.id): address
        for address, group in likely.items()
        for live in group
        if count[live.kind, live.id] == 1
    }
