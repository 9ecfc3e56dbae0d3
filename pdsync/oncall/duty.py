"""A duty: somebody on call for one level of one policy. What is asked for by name is found here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pdsync.kinds import Ref
from pdsync.oncall.ladder import Responder, responders_at
from pdsync.oncall.roster import Roster


@dataclass(frozen=True, slots=True)
class Duty:
    """None at `responder`: nobody is on call at this level."""

    policy: Ref
    level: int
    responder: Responder | None


def find_named(roster: Roster, text: str) -> tuple[Ref, ...]:
    """The services, policies, schedules and people of that key, id, name or email; letters count alike in any case."""
    wanted = text.strip().casefold()
    kinds = ("service", "escalation_policy", "schedule", "user")
    if not wanted:
        return ()
    return tuple(
        ref
        for kind in kinds
        for ref, entry in roster.of_kind(kind)
        if wanted in (ref.value.casefold(), entry.name.casefold(), str(entry.fields.get("email") or "").casefold())
    )


def policies_of(roster: Roster, named: tuple[Ref, ...]) -> tuple[Ref, ...]:
    """The policies that what is named has to do with, by name."""
    wanted = set(named)
    of_services = {
        roster.find(roster.entries[ref].fields.get("escalation_policy")) for ref in named if ref.kind == "service"
    }
    schedules = {ref for ref, _ in roster.of_kind("schedule") if ref in wanted or wanted & _members(roster, ref)}
    return tuple(
        ref for ref, _ in roster.of_kind("escalation_policy")
        if ref in wanted or ref in of_services or _targets(roster, ref) & (wanted | schedules)
    )  # fmt: skip


def duties_at(roster: Roster, policy: Ref, moment: int, *, ends: bool = True) -> Iterator[Duty]:
    """Everybody on call for a policy at an instant, level by level. `ends`: also say until when."""
    for level, rule in enumerate(roster.entries[policy].fields.get("escalation_rules") or (), 1):
        responders = responders_at(roster, rule, moment, ends=ends)
        for responder in responders or (None,):
            yield Duty(policy, level, responder)


def schedules_of(roster: Roster, policies: tuple[Ref, ...]) -> set[Ref]:
    """The schedules that policies notify."""
    return {ref for policy in policies for ref in _targets(roster, policy) if ref.kind == "schedule"}


def concerns(duty: Duty, named: tuple[Ref, ...]) -> bool:
    """Whether a duty answers the question: for a person or schedule only their own duties do."""
    narrow = {ref for ref in named if ref.kind in ("user", "schedule")}
    if not narrow or len(narrow) < len(named):
        return True
    return duty.responder is not None and bool({duty.responder.user, duty.responder.schedule} & narrow)


def _targets(roster: Roster, policy: Ref) -> set[Ref]:
    rules = roster.entries[policy].fields.get("escalation_rules") or ()
    found = {roster.find(target) for rule in rules for target in rule.get("targets") or ()}
    return {ref for ref in found if ref is not None}


def _members(roster: Roster, schedule: Ref) -> set[Ref]:
    read = roster.schedule(schedule)
    if read is None:
        return set()
    users = {user for layer in read.layers for user in layer.users} | {shift.user for shift in read.overrides}
    return {user for user in users if user is not None}
