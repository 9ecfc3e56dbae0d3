"""The impact of a change: what differs for the people who are paged, from one roster to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import chain

from pdsync.model import Ref
from pdsync.model.address import render_address
from pdsync.model.instant import is_zone
from pdsync.oncall.alarm import compare_alarms
from pdsync.oncall.difference import (
    AlarmChange,
    Difference,
    Gap,
    LoadChange,
    Maintained,
    Move,
    Remainder,
    ServiceChange,
    Silence,
    Takeover,
    Turn,
    Unknown,
    Unreachable,
)
from pdsync.oncall.finding import Finding
from pdsync.oncall.load import compare_load
from pdsync.oncall.movement import compare_first_responders, compare_shifts, compare_turns
from pdsync.oncall.reach import compare_reach, unknown_reach
from pdsync.oncall.reading import DAY_S
from pdsync.oncall.roster import SCHEDULE_KINDS, Roster
from pdsync.oncall.scope import Scope, find_scope, policy_of, targets_of
from pdsync.oncall.silence import compare_maintenance
from pdsync.oncall.takeover import compare_overrides
from pdsync.oncall.uncovered import compare_coverage, unknown_target

DAYS = 14
"""How many days ahead are looked at."""


@dataclass(frozen=True)
class Impact:
    """All lists are in a stable order: by name, then by time. Overrides count as far as the rosters hold them."""

    moment: int
    """When the change is made, in seconds since 1970."""
    until: int
    touches: bool
    """False: the change touches nothing that decides who is paged, directly or through references."""
    leaves: tuple[Turn, ...] = ()
    joins: tuple[Turn, ...] = ()
    moves: tuple[Move, ...] = ()
    gaps: tuple[Gap, ...] = ()
    services: tuple[ServiceChange, ...] = ()
    alarms: tuple[AlarmChange, ...] = ()
    maintained: tuple[Maintained, ...] = ()
    silences: tuple[Silence, ...] = ()
    """The whole time of the maintenance windows, also after `until`."""
    takeovers: tuple[Takeover, ...] = ()
    """Of whole overrides, also after `until`; and so are the remainders."""
    remainders: tuple[Remainder, ...] = ()
    unreachable: tuple[Unreachable, ...] = ()
    loads: tuple[LoadChange, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    names: Mapping[Ref, str] = field(default_factory=dict)
    """The names in PagerDuty of all objects that a difference refers to."""
    zones: Mapping[Ref, str] = field(default_factory=dict)
    """The time zone of each schedule in `names`; of a policy that of its first schedule, of a service that of its support hours
    or its policy."""
    addresses: Mapping[Ref, str] = field(default_factory=dict)
    """The addresses of those in `names` that have a manifest."""
    breaches: tuple[Finding, ...] = ()
    """The rules of the team that the change breaks, or breaks worse than before."""
    kept: frozenset[Ref] = frozenset()
    """The policies that exist before and after."""

    counts_overrides: bool = False
    """Whether the rosters hold the overrides of the schedules that are compared."""
    notes: tuple[str, ...] = ()
    """What is not counted, in sentences."""
    could_wait: frozenset[Ref] = frozenset()
    """The schedules whose rotation is edited at once although the edit could wait for the next hand-off."""

    @property
    def replacements(self) -> tuple[Takeover | Remainder, ...]:
        """What the overrides of the change mean."""
        return (*self.takeovers, *self.remainders)

    @property
    def refusal(self) -> str:
        """Why the rules forbid the plan, in a sentence; empty where they do not."""
        errors = [finding for finding in self.breaches if finding.severity == "error"]
        if not errors:
            return ""
        rules = ", ".join(sorted({finding.rule for finding in errors}))
        return f"the plan breaks {'a rule' if len(errors) == 1 else 'rules'} of pdsync.yaml: {rules}"

    @property
    def is_quiet(self) -> bool:
        """True where nothing differs, and nothing is left unknown."""
        return not any(
            (
                self.leaves,
                self.joins,
                self.moves,
                self.gaps,
                self.services,
                self.alarms,
                self.silences,
                self.takeovers,
                self.remainders,
                self.unreachable,
                self.loads,
                self.unknown,
                self.breaches,
            )
        )


def compute_impact(
    before: Roster, after: Roster, moment: int, days: int = DAYS, *, scope: Scope | None = None
) -> Impact:
    """What differs from `moment` (seconds since 1970) on, for so many days.

    In both rosters the same object is under the same reference. Only the objects that can differ are rendered,
    unless a `scope` says what to compare.
    """
    scope = scope if scope is not None else find_scope(before, after)
    until = moment + days * DAY_S
    leaves, joins = compare_turns(before, after, scope, moment)
    moves = list(compare_shifts(before, after, scope, moment, until))
    gaps = list(compare_coverage(before, after, scope, moment, until))
    services = list(compare_first_responders(before, after, scope, moment))
    alarms = list(compare_alarms(before, after, scope, moment, until)) if scope.services & before.entries.keys() else []
    maintained = list(_maintained(before, after, scope, moment))
    silences = list(compare_maintenance(before, after, scope.silenced, moment)) if scope.silenced else []
    replaced = list(compare_overrides(before, after, moment)) if scope.schedules else []
    unreachable = list(compare_reach(before, after, scope, moment))
    loads = list(compare_load(before, after, scope, moment, until)) if scope.schedules else []
    unknown = list(_unknown(before, after, scope, moment))
    named = _named(
        chain(leaves, joins, moves, gaps, services, alarms, maintained, silences, replaced, unreachable, loads, unknown)
    )
    names = {ref: (after if after.find(ref) is not None else before).name_of(ref) for ref in named}

    def name(ref: Ref | None) -> tuple[str, str]:
        return (names[ref].casefold(), ref.value) if ref is not None else ("", "")

    return Impact(
        moment=moment,
        until=until,
        touches=bool(scope),
        leaves=tuple(sorted(leaves, key=lambda turn: (name(turn.user), name(turn.policy), turn.level))),
        joins=tuple(sorted(joins, key=lambda turn: (name(turn.user), name(turn.policy), turn.level))),
        moves=tuple(sorted(moves, key=lambda move: (move.start, name(move.schedule)))),
        gaps=tuple(sorted(gaps, key=lambda gap: (not gap.appears, name(gap.subject), gap.start, gap.services))),
        services=tuple(sorted(services, key=lambda one: name(one.service))),
        alarms=tuple(sorted(alarms, key=lambda one: (name(one.service), one.start, one.before, one.after))),
        maintained=tuple(sorted(maintained, key=lambda one: name(one.service))),
        silences=tuple(sorted(silences, key=lambda one: (not one.begins, name(one.service)))),
        takeovers=tuple(it for it in replaced if isinstance(it, Takeover)),
        remainders=tuple(it for it in replaced if isinstance(it, Remainder)),
        unreachable=tuple(sorted(unreachable, key=lambda one: (name(one.user), one.lack))),
        loads=tuple(sorted(loads, key=lambda one: name(one.user))),
        unknown=tuple(sorted(unknown, key=lambda one: (name(one.subject), name(one.why)))),
        names=names,
        zones=_zones(named, after, before),
        addresses=_addresses(named, after, before),
        kept=frozenset(ref for ref in scope.policies if ref in before.entries and ref in after.entries),
    )


def add_breaches(impact: Impact, before: Roster, after: Roster, found: Sequence[Finding]) -> Impact:
    """The impact with what breaks rules, and with the zones and addresses of what they are about."""
    subjects = [finding.subject for finding in found]
    return replace(
        impact,
        breaches=tuple(found),
        zones={**_zones(subjects, after, before), **impact.zones},
        addresses={**_addresses(subjects, after, before), **impact.addresses},
    )


def _maintained(before: Roster, after: Roster, scope: Scope, moment: int) -> Iterable[Maintained]:
    for service in scope.services & before.entries.keys() & after.entries.keys():
        window = after.maintenance_at(service, moment)
        if window is not None and after.entries[service].fields.get("status") != "disabled":
            yield Maintained(service, window.end, window.description)


def _unknown(before: Roster, after: Roster, scope: Scope, moment: int) -> Iterable[Unknown]:
    for policy in scope.policies:
        if scope.cause_of(policy) is None:
            continue
        why = next((found for roster in (after, before) if (found := unknown_target(roster, policy)) is not None), None)
        if why is not None:
            yield Unknown(policy, why)
    for user in unknown_reach(before, after, scope, moment):
        yield Unknown(user, user)


def _named(differences: Iterable[Difference]) -> set[Ref]:
    """All objects that the differences refer to, in whichever field."""
    values = (getattr(each, of.name) for each in differences for of in fields(each))
    listed = (value if isinstance(value, tuple) else (value,) for value in values)
    return {ref for ref in chain.from_iterable(listed) if isinstance(ref, Ref)}


def _zones(named: Iterable[Ref], *rosters: Roster) -> dict[Ref, str]:
    zones: dict[Ref, str] = {}
    for ref in named:
        for roster in rosters:
            zone = _zone(roster, ref)
            if zone is not None:
                zones[ref] = zone
                break
    return zones


def _zone(roster: Roster, ref: Ref) -> str | None:
    if ref.kind == "service":
        hours = roster.entries[ref].fields.get("support_hours") if ref in roster.entries else None
        policy = policy_of(roster, ref)
        if hours and is_zone(hours.get("time_zone")):
            return str(hours["time_zone"])
        return _zone(roster, policy) if policy is not None else None
    schedules = [ref] if ref.kind in SCHEDULE_KINDS else list(targets_of(roster, ref))
    read = (roster.schedule(one) for one in schedules if one.kind in SCHEDULE_KINDS)
    return next((each.zone for each in read if each is not None), None)


def _addresses(named: Iterable[Ref], *rosters: Roster) -> dict[Ref, str]:
    keys = {ref: roster.entries[ref].key for ref in named for roster in reversed(rosters) if ref in roster.entries}
    return {ref: render_address(ref.kind, key) for ref, key in keys.items() if key}
