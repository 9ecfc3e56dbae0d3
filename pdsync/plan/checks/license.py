"""Licensing: whether the account has licences left for the people whom a plan makes or gives another role. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pdsync.model import Account, License
from pdsync.plan.change import Change, Operation

_DEFAULT_ROLE = "user"
"""The role of a new user where none is named (PagerDuty API description, User.role)."""
Pool = frozenset[str]
"""Ids of the licences that people of a role may have: roles with the same ones compete for them."""


def needs_licenses(changes: Iterable[Change]) -> bool:
    """True where somebody is created or gets another role."""
    return any(_wanted(change) for change in changes)


def license_blockers(changes: Sequence[Change], account: Account) -> Iterator[tuple[str, str]]:
    """Who surely gets no licence: by address. Nothing is said where any licence of the role has no limit, or none is
    listed for it. Several licences of one role may share what is left, so their sum is the most there can be."""
    licenses = account.licenses or ()
    takers: dict[Pool, list[Change]] = defaultdict(list)
    freed: Counter[Pool] = Counter()
    for change in changes:
        before, after = _before(change), _wanted(change)
        pool = _pool(after, licenses)
        if after and pool != _pool(before, licenses):
            takers[pool].append(change)
        if before and (after or change.operation is Operation.DELETE) and pool != _pool(before, licenses):
            freed[_pool(before, licenses)] += 1
    for pool, wanting in takers.items():
        left = [license.available for license in licenses if license.id in pool]
        if not left or None in left:
            continue
        most = sum(number for number in left if number is not None) + freed[pool]
        if len(wanting) > most:
            names = " or ".join(sorted({repr(license.name) for license in licenses if license.id in pool}))
            people = "1 person takes" if len(wanting) == 1 else f"{len(wanting)} people take"
            text = f"role: no licence left for it: {people} one of {names} in this plan, and {most} can be had"
            for change in wanting:
                yield change.address, f"{text}; ask whoever buys PagerDuty for more, or delete somebody first"


def _wanted(change: Change) -> str:
    """The role that somebody newly gets; empty where none changes."""
    if change.kind != "user":
        return ""
    if change.operation is Operation.CREATE:
        return str(change.values.get("role") or _DEFAULT_ROLE)
    if change.operation in (Operation.UPDATE, Operation.ADOPT) and any(it.path == "role" for it in change.deltas):
        return str(change.values.get("role") or "")
    return ""


def _before(change: Change) -> str:
    return str(change.before.get("role") or "") if change.kind == "user" else ""


def _pool(role: str, licenses: Iterable[License]) -> Pool:
    return frozenset(license.id for license in licenses if role and role in license.roles)
