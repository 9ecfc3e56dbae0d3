"""On-call periods: who is on call at an escalation level, from one instant to another."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pdsync.model import Canonical, Ref
from pdsync.oncall.escalation import LOOK_AHEAD_S
from pdsync.oncall.escalation_level import find_unused
from pdsync.oncall.interval import Interval, find_gaps, merge_intervals
from pdsync.oncall.roster import Roster


@dataclass(frozen=True, slots=True)
class OnCallPeriod:
    """Instants are seconds since 1970."""

    policy: Ref | None
    """None: a schedule that no policy notifies."""
    level: int
    """From 1; 0 without a policy."""
    user: Ref | None
    """None: the level has no responder, or (with a schedule) the people of that schedule are not known here."""
    schedule: Ref | None = None
    """None: the person is a target of the policy itself."""
    layer: str = ""
    """Empty for an override, and without a schedule."""
    start: int | None = None
    """None: it began before the time that was asked for."""
    end: int | None = None
    """None: not within 90 days of the time that was asked for, or never."""

    @property
    def is_skipped(self) -> bool:
        """True where the level would be skipped."""
        return self.user is None and self.schedule is None


def periods_between(roster: Roster, policy: Ref, since: int, until: int) -> Iterator[OnCallPeriod]:
    """All on-call periods of a policy that touch the time between two instants: by level, then target, then time. After those of
    a level come the times when it has no responder. A period may end up to 90 days after `until`."""
    for level, rule in enumerate(roster.entries[policy].fields.get("escalation_rules") or (), 1):
        taken: list[Interval] = []
        for target in rule.get("targets") or ():
            found = list(_of_target(roster, target, policy, level, (since, until)))
            yield from found
            far = until + LOOK_AHEAD_S
            taken += [
                (since if period.start is None else period.start, far if period.end is None else period.end)
                for period in found
            ]
        for start, end in find_gaps(merge_intervals(taken), since, until + LOOK_AHEAD_S):
            if start < until:
                ending = end if end < until + LOOK_AHEAD_S else None
                yield OnCallPeriod(policy, level, None, None, "", start if start > since else None, ending)


def periods_of_unused(roster: Roster, named: Collection[Ref], since: int, until: int) -> Iterator[OnCallPeriod]:
    """The periods in schedules that no policy notifies, of the people and in the schedules that are named."""
    for schedule in find_unused(roster):
        for period in _of_target(roster, schedule, None, 0, (since, until)):
            if period.user in named or schedule in named:
                yield period


def next_periods(roster: Roster, user: Ref, moment: int) -> list[OnCallPeriod]:
    """For each schedule through which a person is on call at some level: the first period that begins after an instant, the
    earliest first. Looks 90 days ahead."""
    found: dict[tuple[Ref | None, int, Ref | None], OnCallPeriod] = {}
    until = moment + LOOK_AHEAD_S
    policies = [ref for ref, _ in roster.of_kind("escalation_policy")]
    periods = [period for policy in policies for period in periods_between(roster, policy, moment, until)]
    for period in (*periods, *periods_of_unused(roster, (user,), moment, until)):
        if period.user == user and period.start is not None and period.start > moment:
            found.setdefault((period.policy, period.level, period.schedule), period)
    return sorted(found.values(), key=lambda period: period.start or 0)


def _of_target(
    roster: Roster, target: Canonical, policy: Ref | None, level: int, span: Interval
) -> Iterator[OnCallPeriod]:
    since, until = span
    ref = roster.find(target)
    if target.kind == "user":
        if ref is not None or not roster.complete:
            yield OnCallPeriod(policy, level, ref or target)
        return
    # From one second earlier, to tell a shift that began before `since` from one that begins then.
    far = until + LOOK_AHEAD_S
    rendered = roster.render(ref, since - 1, far) if ref is not None else None
    if rendered is None:
        if ref is None or not roster.complete:
            yield OnCallPeriod(policy, level, None, ref or target)
        return
    for shift in rendered.final:
        if shift.user is not None and shift.end > since and shift.start < until:
            start = shift.start if shift.start >= since else None
            yield OnCallPeriod(
                policy, level, shift.user, ref, shift.layer, start, shift.end if shift.end < far else None
            )
