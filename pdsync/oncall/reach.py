"""Reach: people on call whom nothing notifies, and who were notified before or were not on call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pdsync.kinds import Ref
from pdsync.oncall.difference import Lack, Unreachable
from pdsync.oncall.person import Urgency
from pdsync.oncall.roster import Roster
from pdsync.oncall.scope import Scope, policy_of, targets_of, users_in
from pdsync.oncall.urgency import urgencies_of

_URGENCIES: tuple[Urgency, ...] = ("high", "low")


def people_of(roster: Roster, policies: Iterable[Ref] | None = None) -> dict[Ref, Ref]:
    """Everybody who is on call through policies at any time, with a policy, or the schedule, that they are on call through."""
    found: dict[Ref, Ref] = {}
    for policy in (
        sorted(ref for ref in roster.entries if ref.kind == "escalation_policy") if policies is None else policies
    ):
        for target in targets_of(roster, policy):
            if target.kind == "user":
                if target in roster.entries:
                    found.setdefault(target, policy)
            else:
                for user in users_in(roster, target):
                    found.setdefault(user, target)
    return found


def lacks(roster: Roster, user: Ref) -> frozenset[Lack] | None:
    """For want of what somebody is not reached; None where it is not known."""
    entry = roster.entries.get(user)
    if entry is None:
        return None
    methods = entry.children.get("contact_methods")
    if methods is not None and not methods and roster.complete:
        return frozenset({"contact_methods"})
    person = roster.person(user)
    if not all(urgency in person.rings for urgency in _URGENCIES):
        return None
    return frozenset(urgency for urgency in _URGENCIES if person.is_silent(urgency))


def compare_reach(before: Roster, after: Roster, scope: Scope) -> Iterator[Unreachable]:
    """Whoever is on call afterwards and is not reached, unless that was so before.

    Somebody who comes on call needs a rule for low urgency only where a service that pages them has incidents of it; and who
    was on call is not reached any more for an urgency of which their services had no incidents before.
    """
    now_called, called = people_of(after), people_of(before)
    asked_before, asked = (
        {urgency: _people_asked(each, urgency) for urgency in _URGENCIES} for each in (before, after)
    )
    newly = {urgency: asked[urgency] - asked_before[urgency] for urgency in _URGENCIES}
    candidates = {
        user
        for user in now_called
        if user in scope.users or user not in called or any(user in people for people in newly.values())
    }
    for user in candidates:
        found = lacks(after, user)
        if not found:
            continue
        was = lacks(before, user) if user in before.entries else None
        for lack in found:
            needed = lack != "contact_methods" and user in newly[lack]
            if user in called and was is not None and (lack in was or "contact_methods" in was) and not needed:
                continue
            if user not in called and lack == "low" and user not in asked["low"]:
                continue
            place = scope.places.get(user) if user in scope.users else None
            yield Unreachable(user, lack, now_called[user], place or scope.place_of(now_called[user]))


def unknown_reach(before: Roster, after: Roster, scope: Scope) -> Iterator[Ref]:
    """Whoever is on call afterwards and of whom it is not known how they are reached, where an edit could have changed it."""
    now_called, called = people_of(after), people_of(before)
    for user in now_called:
        if (user in scope.places or user not in called) and user in after.entries and lacks(after, user) is None:
            yield user


def _people_asked(roster: Roster, urgency: Urgency) -> frozenset[Ref]:
    """Who is paged by services with incidents of an urgency."""
    policies = {
        policy
        for ref, entry in roster.entries.items()
        if ref.kind == "service" and urgency in urgencies_of(entry.fields)
        if (policy := policy_of(roster, ref)) is not None
    }
    return frozenset(people_of(roster, policies))
