"""Uncovered hours: when a schedule or a policy has no one, and which gaps a change opens or closes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pdsync.model import Ref
from pdsync.oncall.difference import Gap
from pdsync.oncall.interval import Interval, find_gaps, merge_intervals, subtract
from pdsync.oncall.roster import Roster
from pdsync.oncall.scope import Scope, policy_of, targets_of
from pdsync.oncall.shift import covered


def known_schedule_gaps(roster: Roster, schedule: Ref, since: int, until: int) -> list[Interval] | None:
    """When no one is on call; None where it is not known."""
    rendered = roster.render(schedule, since, until)
    return rendered.gaps if rendered is not None else None


def known_policy_gaps(roster: Roster, policy: Ref, since: int, until: int) -> list[Interval] | None:
    """When no level has a responder, so that an incident pages no one; None where it is not known."""
    found: list[Interval] = []
    known = True
    for target in targets_of(roster, policy):
        if target.kind == "user":
            if target in roster.entries or not roster.complete:
                return []
            continue
        rendered = roster.render(target, since, until)
        if rendered is None:
            known = False
        else:
            found += covered(rendered.final)
    gaps = find_gaps(merge_intervals(found), since, until)
    return gaps if known or not gaps else None


def unknown_target(roster: Roster, policy: Ref) -> Ref | None:
    """The first target of a policy whose people are not known here."""
    return next(
        (
            target
            for target in targets_of(roster, policy)
            if (target.kind != "user" and roster.schedule(target) is None)
            or (target.kind == "user" and target not in roster.entries and not roster.complete)
        ),
        None,
    )


def compare_coverage(before: Roster, after: Roster, scope: Scope, since: int, until: int) -> Iterator[Gap]:
    """The gaps that appear and vanish: of policies, of services that move to another policy, and of schedules.

    For a new policy only gaps that appear count. For a deleted policy, and for a new or deleted schedule, none do: there is no
    coverage before or after to compare with.
    """
    for policy in scope.policies:
        if policy in after.entries:
            old = known_policy_gaps(before, policy, since, until) if policy in before.entries else []
            new = known_policy_gaps(after, policy, since, until)
            yield from _differences(policy, old, new, scope.place_of(policy))
    for (left, taken), services in _moved_services(before, after, scope).items():
        old, new = known_policy_gaps(before, left, since, until), known_policy_gaps(after, taken, since, until)
        yield from _differences(taken, old, new, scope.place_of(services[0]), tuple(services))
    for schedule in scope.schedules:
        if schedule in before.entries and schedule in after.entries:
            old, new = (known_schedule_gaps(roster, schedule, since, until) for roster in (before, after))
            yield from _differences(schedule, old, new, scope.place_of(schedule))


def _moved_services(before: Roster, after: Roster, scope: Scope) -> dict[tuple[Ref, Ref], list[Ref]]:
    moved: dict[tuple[Ref, Ref], list[Ref]] = defaultdict(list)
    for service in sorted(scope.services):
        left, taken = policy_of(before, service), policy_of(after, service)
        if left is not None and taken is not None and left != taken:
            moved[left, taken].append(service)
    return moved


def _differences(
    subject: Ref,
    old: Sequence[Interval] | None,
    new: Sequence[Interval] | None,
    place: str,
    services: tuple[Ref, ...] = (),
) -> Iterator[Gap]:
    if old is None or new is None:
        return
    for start, end in subtract(new, old):
        yield Gap(subject, start, end, True, place, services)
    for start, end in subtract(old, new):
        yield Gap(subject, start, end, False, place, services)
