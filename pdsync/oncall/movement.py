"""Movement: who leaves and joins on-call at a moment, which shifts move, which services change their first responder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from pdsync.model import Ref
from pdsync.oncall.difference import Move, ServiceChange, Turn
from pdsync.oncall.escalation import first_responders
from pdsync.oncall.escalation_level import levels_at
from pdsync.oncall.interval import find_gaps, intersect
from pdsync.oncall.roster import Roster
from pdsync.oncall.schedule import Rendered
from pdsync.oncall.scope import Scope, policy_of, targets_of
from pdsync.oncall.shift import Shift, covered, people_between

Pair = tuple[int, int, Ref | None, Ref | None]


def compare_turns(before: Roster, after: Roster, scope: Scope, moment: int) -> tuple[list[Turn], list[Turn]]:
    """Who leaves and who joins at an instant: each person once for every level of a policy.

    A level that pages an unknown person on the other side is left out: it may be the same person.
    """
    leaves: list[Turn] = []
    joins: list[Turn] = []
    for policy in scope.policies:
        (old, dark_before), (new, dark_after) = (_turns(each, policy, moment, scope) for each in (before, after))
        leaves += [turn for key, turn in old.items() if key not in new and turn.level not in dark_after]
        joins += [turn for key, turn in new.items() if key not in old and turn.level not in dark_before]
    return leaves, joins


def _turns(
    roster: Roster, policy: Ref, moment: int, scope: Scope
) -> tuple[dict[tuple[int, Ref], Turn], frozenset[int]]:
    """By level and person; and the levels with a person who is not known here."""
    found: dict[tuple[int, Ref], Turn] = {}
    dark: set[int] = set()
    if policy not in roster.entries:
        return found, frozenset()
    for on_call in levels_at(roster, policy, moment, ends=False):
        responder = on_call.responder
        if responder is not None and responder.user is None:
            dark.add(on_call.level)
        elif responder is not None and responder.user is not None:
            place = scope.place_of(responder.schedule, policy)
            found[on_call.level, responder.user] = Turn(
                responder.user, policy, on_call.level, responder.schedule, place
            )
    return found, frozenset(dark)


def compare_shifts(before: Roster, after: Roster, scope: Scope, since: int, until: int) -> Iterator[Move]:
    """The stretches that move to another person, in schedules that exist before and after and whose layers are known."""
    for schedule in scope.schedules:
        if schedule not in before.entries or schedule not in after.entries:
            continue
        old, new = before.render(schedule, since, until), after.render(schedule, since, until)
        if old is not None and new is not None:
            place = scope.place_of(schedule)
            for start, end, left, taken in differing(old.final, new.final, since, until):
                lacking = new if taken is None else old if left is None else None
                for begin, finish, others in _shared(lacking, start, end):
                    yield Move(schedule, begin, finish, left, taken, place, others)


def _shared(lacking: Rendered | None, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """A stretch in which no one takes a person's place, or had it: cut where others come on call or leave, with whether they are there."""
    if lacking is None:
        yield start, end, False
        return
    there = covered(lacking.final)
    pieces = [(*span, True) for span in intersect(there, [(start, end)])]
    yield from sorted([*pieces, *((*span, False) for span in find_gaps(there, start, end))])


def differing(old: Sequence[Shift], new: Sequence[Shift], since: int, until: int) -> Iterator[Pair]:
    """Where two ordered lists of shifts name different people: start, end, who leaves and who takes over; a stretch that goes on is one.

    Where several people are on call, each who leaves is paired with one who joins. None: no one takes over, or no one had it.
    """
    edges = {edge for shifts in (old, new) for shift in shifts for edge in (shift.start, shift.end)}
    bounds = sorted({since, until, *(edge for edge in edges if since < edge < until)})
    begun: dict[tuple[Ref | None, Ref | None], int] = {}
    for start, before, after in zip(bounds, people_between(old, bounds), people_between(new, bounds), strict=False):
        pairs = _changed(before, after)
        ended = [pair for pair in begun if pair not in pairs]
        yield from sorted(((begun.pop(pair), start, *pair) for pair in ended), key=lambda each: each[0])
        for pair in pairs:
            begun.setdefault(pair, start)
    yield from ((start, until, *pair) for pair, start in sorted(begun.items(), key=lambda each: each[1]))


def _changed(before: Sequence[Ref | None], after: Sequence[Ref | None]) -> list[tuple[Ref | None, Ref | None]]:
    """Who leaves, and who joins in their place."""
    leave = [user for user in before if user is not None and user not in after]
    join = [user for user in after if user is not None and user not in before]
    return list(zip_longest(leave, join))


def compare_first_responders(before: Roster, after: Roster, scope: Scope, moment: int) -> Iterator[ServiceChange]:
    """The services that exist before and after, and whose first responders change. A disabled one has no incidents to notify
    anyone of."""
    known: dict[tuple[bool, Ref], tuple[Ref | None, ...]] = {}

    def first(roster: Roster, policy: Ref) -> tuple[Ref | None, ...]:
        key = (roster is after, policy)
        if key not in known:
            known[key] = first_responders(roster, policy, moment)
        return known[key]

    for service in scope.services:
        left, taken = policy_of(before, service), policy_of(after, service)
        if left is None or taken is None or after.entries[service].fields.get("status") == "disabled":
            continue
        old, new = first(before, left), first(after, taken)
        if set(old) != set(new):
            # The policy stays: name the schedule that causes it rather than the policy, where both were edited.
            at_fault = (target for roster in (after, before) for target in targets_of(roster, taken))
            place = scope.place_of(service) if left != taken else scope.place_of(*at_fault, taken)
            yield ServiceChange(service, old, new, left, taken, place)
