"""Licences: whether the account has enough for the people whom a plan creates or whose role it changes. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from pdsync.model import Account, License
from pdsync.plan.change import Change, Operation
from pdsync.plan.checks.check import Blocker, Check, Finding, PlanContext, Prerequisite, kind_of

Pool = frozenset[str]
"""Ids of the licences that people of a role may have: roles with the same ones compete for them."""


class Licenses(Check):
    """Blocks the people who certainly get no licence. There is no finding where any licence of the role has no limit, or none is listed for
    it. Several licences of one role may share what is left, so their sum is the most there can be. The licence of a person whom the
    plan deletes counts for no one else in it: a delete comes after the creates, so that no one is missing if a create fails."""

    def find(self, context: PlanContext) -> Iterator[Finding]:
        licenses = context.account.licenses or ()
        people: dict[Pool, list[Change]] = defaultdict(list)
        freed: Counter[Pool] = Counter()
        leaving: dict[Pool, list[str]] = defaultdict(list)
        for change in context.changes.values():
            before, after = _role_before(change), _new_role(change)
            pool = _pool(after, licenses)
            if after and pool != _pool(before, licenses):
                people[pool].append(change)
            if before and change.ends:
                leaving[_pool(before, licenses)].append(change.address)
            elif before and after and pool != _pool(before, licenses):
                freed[_pool(before, licenses)] += 1
        for pool, wanting in people.items():
            left = [license.available for license in licenses if license.id in pool]
            if not left or None in left:
                continue
            most = sum(number for number in left if number is not None) + freed[pool]
            if len(wanting) > most:
                names = " or ".join(sorted({repr(license.name) for license in licenses if license.id in pool}))
                for change in wanting:
                    yield Blocker(change.address, _text(change, len(wanting), names, most, sorted(leaving[pool])))

    def prerequisites(self, changes: Iterable[Change], account: Account) -> Iterator[Prerequisite]:
        if any(map(_new_role, changes)):
            yield "licenses"


def _text(change: Change, count: int, names: str, most: int, leaving: list[str]) -> str:
    person = kind_of(change).facts.person
    field = person.role_field if person is not None else ""
    people = "1 person takes" if count == 1 else f"{count} people take"
    first = f"delete {', '.join(leaving)} in a merge before this one" if leaving else "delete a user first"
    return (
        f"{field}: no licence left: {people} one of {names} in this plan, and {most} are available; "
        f"ask the account owner for more, or {first}"
    )


def _new_role(change: Change) -> str:
    """The role that a person newly gets; empty where none changes."""
    person = kind_of(change).facts.person
    if person is None:
        return ""
    if change.makes:
        return str(change.values.get(person.role_field) or person.default_role)
    changes_it = any(delta.path == person.role_field for delta in change.deltas)
    if changes_it and change.operation in (Operation.UPDATE, Operation.ADOPT):
        return str(change.values.get(person.role_field) or "")
    return ""


def _role_before(change: Change) -> str:
    person = kind_of(change).facts.person
    return str(change.before.get(person.role_field) or "") if person is not None else ""


def _pool(role: str, licenses: Iterable[License]) -> Pool:
    return frozenset(license.id for license in licenses if role and role in license.roles)
