"""Documents that PagerDuty refuses to show: named once where it refuses them for every object of a kind, otherwise at each object. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pdsync.kinds import BY_SLUG
from pdsync.model import Account, LiveObject


def refused_everywhere(account: Account) -> Iterator[tuple[str, str, str]]:
    """Kind and field of the documents that no object shows, with why."""
    for slug, group in sorted(account.objects.items()):
        for name in BY_SLUG[slug].documents:
            if len(group) > 1 and all(name in live.unknown for live in group):
                yield slug, name, group[0].unknown[name]


def without_refused(account: Account) -> Account:
    """The account without those refusals: no object is an exception."""
    common = {(slug, name) for slug, name, _ in refused_everywhere(account)}
    if not common:
        return account

    def shown(live: LiveObject) -> LiveObject:
        return replace(
            live, unknown={name: why for name, why in live.unknown.items() if (live.kind, name) not in common}
        )

    return replace(account, objects={slug: tuple(map(shown, group)) for slug, group in account.objects.items()})
