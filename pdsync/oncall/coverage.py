"""Coverage of an escalation policy: when it notifies anybody at all, and when nobody."""

from __future__ import annotations

from collections.abc import Iterable

from pdsync.kinds import Canonical, Ref
from pdsync.oncall.interval import Interval, find_gaps, merge_intervals
from pdsync.oncall.roster import Roster
from pdsync.oncall.shift import covered


def policy_gaps(roster: Roster, policy: Ref, since: int, until: int) -> list[Interval]:
    """When no level of a policy notifies anybody, in order.

    What is not known (a schedule that is not here, or is shift-based) counts as covered: a gap is only what is sure to be one.
    """
    rules = roster.entries[policy].fields.get("escalation_rules") or ()
    windows = [window for rule in rules for target in rule.get("targets") or () for window in _covered(roster, target, since, until)]  # fmt: skip
    return find_gaps(merge_intervals(windows), since, until)


def _covered(roster: Roster, target: Canonical, since: int, until: int) -> Iterable[Interval]:
    ref = roster.find(target)
    whole = [(since, until)]
    if ref is None:
        # With a whole account, somebody who is not here was deleted; a schedule can be one that was not read.
        return [] if roster.complete and target.kind == "user" else whole
    rendered = roster.render(ref, since, until) if ref.kind == "schedule" else None
    return covered(rendered.final) if rendered is not None else whole
