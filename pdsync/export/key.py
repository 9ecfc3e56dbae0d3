"""Which key each live object gets: the one its marker names, else one that is given, else one made of its name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pdsync.export.slug import make_slug
from pdsync.kinds import BY_SLUG
from pdsync.model import Account, LiveObject, Ref
from pdsync.model.marker import Marker

Keys = Mapping[tuple[str, str], str]
"""Keys by kind and id."""


def assign_keys(account: Account, workspace: str, given: Keys) -> dict[tuple[str, str], str]:
    """A key for every object, unique within its kind and those that have its name: that of its ownership line, else the one that is given,
    else one of its name.

    The same account gives the same keys. Ids count only where names are equal, so that the same company in another account
    gets the same keys too.
    """
    keys: dict[tuple[str, str], str] = {}
    families: dict[str, list[LiveObject]] = defaultdict(list)
    for kind, group in reversed(list(account.objects.items())):
        families[BY_SLUG[kind].name] += group
    for family in families.values():
        keys.update(_of_family(family, account, workspace, given))
    return keys


def _of_family(
    group: Sequence[LiveObject], account: Account, workspace: str, given: Keys
) -> dict[tuple[str, str], str]:
    """The keys of objects whose kinds have one name. Where two have the same line, such as versions of one schedule, the first keeps the key."""
    keys: dict[tuple[str, str], str] = {}
    owners: dict[str, str] = {}
    for live in group:
        marker = live.marker
        if marker is None or not _is_ours(marker, live, workspace):
            continue
        if owners.setdefault(marker.key, live.kind) == live.kind:
            keys[live.kind, live.id] = marker.key
    taken = {key.casefold() for key in keys.values()}
    by_slug: dict[str, list[LiveObject]] = defaultdict(list)
    for live in group:
        if (live.kind, live.id) in keys:
            continue
        key = given.get((live.kind, live.id))
        if key is not None and key.casefold() not in taken:
            keys[live.kind, live.id] = key
            taken.add(key.casefold())
        else:
            by_slug[_slug_of(live, account)].append(live)
    # Slugs that only one object wants go first, so that a number never takes the place of a name that ends in one.
    for slug in sorted(by_slug, key=lambda slug: (len(by_slug[slug]) > 1, slug)):
        for live in sorted(by_slug[slug], key=lambda live: (_told_apart_by(live), live.id)):
            keys[live.kind, live.id] = _numbered(slug, taken)
            taken.add(keys[live.kind, live.id])
    return keys


def _is_ours(marker: Marker, live: LiveObject, workspace: str) -> bool:
    return marker.workspace == workspace and marker.kind == live.kind


def _slug_of(live: LiveObject, account: Account) -> str:
    value = live.fields.get(next(iter(BY_SLUG[live.kind].identity), live.label)) or ""
    if isinstance(value, Ref):  # what has no name of its own is called as what it belongs to
        target = account.find(value.kind, value.value)
        value = target.name if target is not None else ""
    first = str(value)
    # For an email address, the part before the @ is the name.
    return make_slug(first.partition("@")[0]) or make_slug(live.name) or live.kind.replace("_", "-")


def _told_apart_by(live: LiveObject) -> str:
    return " ".join(str(live.fields.get(name) or "") for name in BY_SLUG[live.kind].identity)


def _numbered(slug: str, taken: set[str]) -> str:
    if slug not in taken:
        return slug
    number = 2
    while f"{slug}-{number}" in taken:
        number += 1
    return f"{slug}-{number}"
