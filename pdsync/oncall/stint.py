"""A stint: somebody, or nobody, on call for one level of a policy from one instant to another."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pdsync.model import Canonical, Ref
from pdsync.oncall.duty import find_unused
from pdsync.oncall.interval import Interval, find_gaps, merge_intervals
from pdsync.oncall.ladder import LOOK_AHEAD_S
from pdsync.oncall.roster import Roster


@dataclass(frozen=True, slots=True)
class Stint:
    """Instants are seconds since 1970."""

    policy: Ref | None
    """None: a schedule that no policy notifies."""
    level: int
    """From 1; 0 without a policy."""
    user: Ref | None
    """None: nobody is on call at this level, or (with a schedule) the people of that schedule are not known here."""
    schedule: Ref | None = None
    """None: the person is a target of the policy itself."""
    layer: str = ""
    """Empty for an override, and without a schedule."""
    start: int | None = None
    """None: it began before what was asked for."""
    end: int | None = None
    """None: not within 90 days of what was asked for, or never."""

    @property
    def is_nobody(self) -> bool:
        """True where the level would be skipped."""
        return self.user is None and self.schedule is None


def stints_between(roster: Roster, policy: Ref, since: int, until: int) -> Iterator[Stint]:
    """All stints of a policy that touch the time between two instants, by level, then target, then time; then the times at
    which nobody has the level. Ends lie where they lie, up to 90 days after `until`."""
    for level, rule in enumerate(roster.entries[policy].fields.get("escalation_rules") or (), 1):
        taken: list[Interval] = []
        for target in rule.get("targets") or ():
            found = list(_of_target(roster, target, policy, level, since, until))
            yield from found
            far = until + LOOK_AHEAD_S
            taken += [
                (since if stint.start is None else stint.start, far if stint.end is None else stint.end)
                for stint in found
            ]
        for start, end in find_gaps(merge_intervals(taken), since, until + LOOK_AHEAD_S):
            if start < until:
                ending = end if end < until + LOOK_AHEAD_S else None
                yield Stint(policy, level, None, None, "", start if start > since else None, ending)


def stints_of_unused(roster: Roster, named: Collection[Ref], since: int, until: int) -> Iterator[Stint]:
    """The stints in schedules that no policy notifies, of the people and in the schedules that are named."""
    for schedule in find_unused(roster):
        for stint in _of_target(roster, schedule, None, 0, since, until):
            if stint.user in named or schedule in named:
                yield stint


def next_stints(roster: Roster, user: Ref, moment: int) -> list[Stint]:
    """For each schedule through which a person is on call at some level: the first stint that begins after an instant, the
    earliest first. Looks 90 days ahead."""
    found: dict[tuple[Ref | None, int, Ref | None], Stint] = {}
    until = moment + LOOK_AHEAD_S
    policies = [ref for ref, _ in roster.of_kind("escalation_policy")]
    stints = [stint for policy in policies for stint in stints_between(roster, policy, moment, until)]
    for stint in (*stints, *stints_of_unused(roster, (user,), moment, until)):
        if stint.user == user and stint.start is not None and stint.start > moment:
            found.setdefault((stint.policy, stint.level, stint.schedule), stint)
    return sorted(found.values(), key=lambda stint: stint.start or 0)


def _of_target(
    roster: Roster, target: Canonical, policy: Ref | None, level: int, since: int, until: int
) -> Iterator[Stint]:
    ref = roster.find(target)
    if target.kind == "user":
        if ref is not None or not roster.complete:
            yield Stint(policy, level, ref or target)
        return
    # One second before, so that what began earlier can be told from what begins then.
    far = until + LOOK_AHEAD_S
    rendered = roster.render(ref, since - 1, far) if ref is not None else None
    if rendered is None:
        if ref is None or not roster.complete:
            yield Stint(policy, level, None, ref or target)
        return
    for shift in rendered.final:
        if shift.user is not None and shift.end > since and shift.start < until:
            start = shift.start if shift.start >= since else None
            yield Stint(policy, level, shift.user, ref, shift.layer, start, shift.end if shift.end < far else None)
