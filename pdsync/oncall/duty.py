"""A duty: somebody on call for one level of one policy. What is asked for by name is found here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pdsync.model import Canonical, Ref
from pdsync.model.name import fold_name
from pdsync.oncall.ladder import LOOK_AHEAD_S, Responder, responders_at
from pdsync.oncall.roster import Roster
from pdsync.oncall.scope import targets_of


@dataclass(frozen=True, slots=True)
class Duty:
    """None at `responder`: nobody is on call at this level."""

    policy: Ref
    level: int
    responder: Responder | None
    until: int | None = None
    """Without a responder: when somebody has the level again; None: not within 90 days."""


def find_named(roster: Roster, text: str) -> tuple[Ref, ...]:
    """The services, policies, schedules and people of that key, id, name or email; letters count alike in any case."""
    wanted = fold_name(text.strip())
    kinds = ("service", "escalation_policy", "schedule", "user")
    if not wanted:
        return ()
    return tuple(
        ref
        for kind in kinds
        for ref, entry in roster.of_kind(kind)
        if wanted in map(fold_name, (ref.value, entry.name, str(entry.fields.get("email") or "")))
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


def services_of(roster: Roster, policies: tuple[Ref, ...], named: tuple[Ref, ...]) -> tuple[Ref, ...]:
    """The services that are named; where none is, those that follow the policies. By name."""
    if any(ref.kind == "service" for ref in named):
        return tuple(ref for ref, _ in roster.of_kind("service") if ref in named)
    return tuple(
        ref
        for ref, entry in roster.of_kind("service")
        if roster.find(entry.fields.get("escalation_policy")) in policies
    )


def duties_at(roster: Roster, policy: Ref, moment: int, *, ends: bool = True) -> Iterator[Duty]:
    """Everybody on call for a policy at an instant, level by level. `ends`: also say until when."""
    for level, rule in enumerate(roster.entries[policy].fields.get("escalation_rules") or (), 1):
        responders = responders_at(roster, rule, moment, ends=ends)
        for responder in responders:
            yield Duty(policy, level, responder)
        if not responders:
            until = _first_start(roster, rule.get("targets") or (), moment) if ends else None
            yield Duty(policy, level, None, until)


def find_unused(roster: Roster) -> tuple[Ref, ...]:
    """The schedules that no policy notifies, by name."""
    used = schedules_of(roster, tuple(ref for ref, _ in roster.of_kind("escalation_policy")))
    return tuple(ref for ref, _ in roster.of_kind("schedule") if ref not in used)


def schedules_of(roster: Roster, policies: tuple[Ref, ...]) -> set[Ref]:
    """The schedules that policies notify."""
    return {ref for policy in policies for ref in _targets(roster, policy) if ref.kind == "schedule"}


def asks_narrowly(named: tuple[Ref, ...]) -> bool:
    """Whether only duties of the people and schedules that are named answer the question."""
    return bool(named) and all(ref.kind in ("user", "schedule") for ref in named)


def concerns(duty: Duty, named: tuple[Ref, ...]) -> bool:
    """Whether a duty answers the question: for a person or schedule only their own duties do."""
    if not asks_narrowly(named):
        return True
    return duty.responder is not None and bool({duty.responder.user, duty.responder.schedule} & set(named))


def _first_start(roster: Roster, targets: Iterable[Canonical], moment: int) -> int | None:
    """When the first shift begins in any of the schedules."""
    starts = []
    for target in targets:
        ref = roster.find(target)
        rendered = roster.render(ref, moment, moment + LOOK_AHEAD_S) if ref is not None else None
        starts += (
            [shift.start for shift in rendered.final if shift.user is not None][:1] if rendered is not None else []
        )
    return min(starts, default=None)


def _targets(roster: Roster, policy: Ref) -> set[Ref]:
    return {target for target in targets_of(roster, policy) if target in roster.entries}


def _members(roster: Roster, schedule: Ref) -> set[Ref]:
    read = roster.schedule(schedule)
    if read is None:
        return set()
    users = {user for layer in read.layers for user in layer.users} | {shift.user for shift in read.overrides}
    return {user for user in users if user is not None}
