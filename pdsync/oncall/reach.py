"""Reach: people on call who get no notification, although they were notified before or were not on call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pdsync.model import Ref
from pdsync.oncall.difference import Unreachable
from pdsync.oncall.person import URGENCIES, Urgency
from pdsync.oncall.roster import Roster
from pdsync.oncall.scope import Scope, policy_of, targets_of
from pdsync.oncall.urgency import urgencies_of


def people_of(roster: Roster, since: int, policies: Iterable[Ref] | None = None) -> dict[Ref, Ref]:
    """All people who are on call through policies at an instant or later, each with a policy or schedule that they are on call
    through."""
    found: dict[Ref, Ref] = {}
    for policy in (
        sorted(ref for ref in roster.entries if ref.kind == "escalation_policy") if policies is None else policies
    ):
        for target in targets_of(roster, policy):
            for user in (target,) if target.kind == "user" else roster.members_of(target, since):
                if user in roster.entries:
                    found.setdefault(user, policy if target.kind == "user" else target)
    return found


def compare_reach(before: Roster, after: Roster, scope: Scope, moment: int) -> Iterator[Unreachable]:
    """People who are on call afterwards and cannot be reached, unless that was so before.

    Someone who comes on call needs a rule only for urgencies of which a service that pages them has incidents; and who was on
    call is not reached any more for an urgency of which their services had no incidents before.
    """
    now_called, called = people_of(after, moment), people_of(before, moment)
    asked_before, asked = (
        {urgency: _people_asked(each, urgency, moment) for urgency in URGENCIES} for each in (before, after)
    )
    newly = {urgency: asked[urgency].keys() - asked_before[urgency].keys() for urgency in URGENCIES}
    candidates = {
        user
        for user in now_called
        if user in scope.users or user not in called or any(user in people for people in newly.values())
    }
    for user in candidates:
        found = after.person(user).lacks
        if not found:
            continue
        was = before.person(user).lacks if user in before.entries else None
        for lack in found:
            needed = lack != "contact_methods" and user in newly[lack]
            if user in called and was is not None and (lack in was or "contact_methods" in was) and not needed:
                continue
            if user not in called and lack != "contact_methods" and user not in asked[lack]:
                continue
            place = scope.places.get(user) if user in scope.users else None
            service = asked[lack][user] if lack != "contact_methods" and needed else None
            place = place or scope.place_of(now_called[user], service)
            yield Unreachable(user, lack, now_called[user], place)


def unknown_reach(before: Roster, after: Roster, scope: Scope, moment: int) -> Iterator[Ref]:
    """People who are on call afterwards and whose contact rules are not known, where an edit could have changed them."""
    now_called, called = people_of(after, moment), people_of(before, moment)
    for user in now_called:
        if (user in scope.places or user not in called) and not after.person(user).is_known:
            yield user


def _people_asked(roster: Roster, urgency: Urgency, moment: int) -> dict[Ref, Ref | None]:
    """Who is paged for an urgency, each with a service that has incidents of it. A policy that no service follows may be
    given an incident by hand, and that is urgent: None stands for the service."""
    services: dict[Ref, Ref | None] = {}
    followed: set[Ref] = set()
    for ref, entry in roster.of_kind("service"):
        policy = policy_of(roster, ref)
        if policy is not None:
            followed.add(policy)
            if urgency in urgencies_of(entry.fields):
                services.setdefault(policy, ref)
    if urgency == "high":
        services.update(dict.fromkeys(ref for ref, _ in roster.of_kind("escalation_policy") if ref not in followed))
    found: dict[Ref, Ref | None] = {}
    for policy, service in services.items():
        for user in people_of(roster, moment, [policy]):
            found.setdefault(user, service)
    return found
