"""The rules about on-call that a team can set itself. Each is judged on known facts: an unknown fact breaks no rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from pdsync.model import Ref
from pdsync.model.codec.plain import CheckedCodec
from pdsync.model.codec.structure import MapOf, Object, Part
from pdsync.model.scope import Path, Scope
from pdsync.oncall.difference import Turn
from pdsync.oncall.interval import Interval, busiest_span, total_s
from pdsync.oncall.load import hours_of
from pdsync.oncall.movement import compare_turns
from pdsync.oncall.override import KIND as OVERRIDE
from pdsync.oncall.person import URGENCIES
from pdsync.oncall.reach import people_of
from pdsync.oncall.roster import SCHEDULE_KINDS, Roster
from pdsync.oncall.scope import find_scope, targets_of
from pdsync.oncall.uncovered import known_policy_gaps

HORIZON_S = 28 * 86_400
"""How far ahead rules look."""
WEEK_S = 7 * 86_400


@dataclass(frozen=True)
class Case:
    """What is judged: the people, schedules and policies of one moment, and with a plan those before it."""

    roster: Roster
    moment: int
    before: Roster | None = None

    @property
    def until(self) -> int:
        """The end of what is looked at."""
        return self.moment + HORIZON_S

    @cached_property
    def hours_by_person(self) -> Mapping[Ref, list[Interval]]:
        """When each person is on call through a schedule that a policy notifies."""
        return hours_of(self.roster, sorted(self.schedules_in_use), self.moment, self.until)

    @cached_property
    def people_without_overrides(self) -> frozenset[Ref]:
        """Who is on call otherwise than by an override."""
        entries = {ref: entry for ref, entry in self.roster.entries.items() if ref.kind != OVERRIDE}
        return frozenset(people_of(replace(self.roster, entries=entries, overrides={}, shift_edits={}), self.moment))

    @cached_property
    def schedules_in_use(self) -> frozenset[Ref]:
        """Schedules that a policy notifies."""
        return frozenset(ref for ref in self._targets if ref.kind in SCHEDULE_KINDS)

    @cached_property
    def _targets(self) -> frozenset[Ref]:
        policies = (ref for ref, _ in self.roster.of_kind("escalation_policy"))
        found = (target for policy in policies for target in targets_of(self.roster, policy))
        return frozenset(target for target in found if target in self.roster.entries)


@dataclass(frozen=True, slots=True)
class Breach:
    """What breaks a rule."""

    subject: Ref
    message: str
    hint: str = ""
    amount: int = 0
    when: tuple[Interval, ...] = ()


Limits = Mapping[str, Any]
"""The numbers of a rule, and its other settings, as pdsync.yaml has them."""


def _none(_roster: Roster, _limits: Limits) -> Iterable[tuple[str, str, str]]:
    return ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by the name it has in pdsync.yaml."""

    name: str
    says: str
    """What it demands, for the documentation."""
    kind: str
    """The kind of its subjects."""
    judge: Callable[[Case, Limits], Iterable[Breach]] = field(repr=False)
    limits: Mapping[str, tuple[int, int, str]] = field(default_factory=dict)
    """The smallest and the largest value of each number that it needs, and what the number is."""
    parts: tuple[Part, ...] = ()
    """Its other settings."""
    by_default: bool = False
    """Whether `pdsync lint` judges it where no rules are set."""
    unused: Callable[[Roster, Limits], Iterable[tuple[str, str, str]]] = field(default=_none, repr=False)
    """Each name in its other settings that names nothing: its place, the kind that it should name, and the text."""


def _coverage(case: Case, _: Limits) -> Iterator[Breach]:
    for ref, _entry in case.roster.of_kind("escalation_policy"):
        gaps = known_policy_gaps(case.roster, ref, case.moment, case.until)
        if gaps:
            yield Breach(
                ref,
                "notifies no one at some times, so incidents are dropped",
                "Add a level that is always covered, or close the gap in a schedule.",
                total_s(gaps),
                tuple(gaps),
            )


def _schedule_coverage(case: Case, _: Limits) -> Iterator[Breach]:
    for ref, _entry in case.roster.schedules():
        rendered = case.roster.render(ref, case.moment, case.until)
        gaps = rendered.gaps if rendered is not None else ()
        if gaps:
            yield Breach(
                ref,
                "has no one on call at some times",
                "Add a layer below and widen the restrictions, or add shifts to a rotation.",
                total_s(gaps),
                tuple(gaps),
            )


def _two_levels(case: Case, _: Limits) -> Iterator[Breach]:
    for ref, policy in case.roster.of_kind("escalation_policy"):
        rules = policy.fields.get("escalation_rules")
        count = sum(1 for rule in rules or () if rule.get("targets"))
        if rules is not None and count < 2:
            said = "has only one level: no one else is notified if it does not respond"
            yield Breach(ref, said if count else "has no level", "Add a second level.", 2 - count)


def _people(case: Case, limits: Limits) -> Iterator[Breach]:
    for ref, _entry in case.roster.schedules():
        schedule = case.roster.schedule(ref)
        if schedule is None:
            continue
        parts = [part for part in schedule.parts() if part.end is None or part.end > case.moment]
        count = len({user for part in parts for user in part.users if user is not None})
        if count < limits["people"]:
            some = "1 person who takes" if count == 1 else f"{count} people who take"
            yield Breach(ref, f"has {some} turns; {limits['people']} are required", amount=limits["people"] - count)


def _reachable(case: Case, _: Limits) -> Iterator[Breach]:
    for ref in sorted(people_of(case.roster, case.moment)):
        person = case.roster.person(ref)
        silent = [urgency for urgency in URGENCIES if person.is_silent(urgency)]
        if silent:
            why = ", because this person has no contact method" if person.has_no_method else ""
            yield Breach(
                ref,
                f"is on call{_by_override(case, ref)}, but is not notified for {' or '.join(silent)} urgency{why}",
                "Add a contact method and a notification rule for it.",
                len(silent),
            )


def _by_override(case: Case, user: Ref) -> str:
    """The override of a manifest that puts a person on call, where nothing else does."""
    overrides = case.roster.described_overrides
    found = next((it for it in overrides if it.shift.user == user and it.shift.end > case.moment), None)
    if found is None or user in case.people_without_overrides:
        return ""
    return f" by an override ({case.roster.entries[found.owner].source})"


def _hours(case: Case, limits: Limits) -> Iterator[Breach]:
    for ref, spans in sorted(case.hours_by_person.items()):
        start, seconds = busiest_span(spans, WEEK_S)
        if seconds > limits["hours"] * 3600:
            said = f"is on call for {seconds / 3600:.4g} hours in seven days; {limits['hours']} are allowed"
            yield Breach(ref, said, "Share the turns among more people.", seconds, ((start, start + WEEK_S),))


def _current(case: Case, _: Limits) -> Iterator[Breach]:
    before = case.before
    if before is None:
        return
    scope = find_scope(before, case.roster)
    leaves, joins = compare_turns(before, case.roster, scope, case.moment)
    for ref, _entry in case.roster.of_kind("escalation_policy"):
        parts = [f"{before.name_of(turn.user)} leaves {_level(turn)}" for turn in leaves if turn.policy == ref]
        parts += [f"{case.roster.name_of(turn.user)} joins {_level(turn)}" for turn in joins if turn.policy == ref]
        if parts and ref in before.entries:
            yield Breach(
                ref,
                f"changes who is on call right now: {', '.join(parts)}",
                "Merge after the next hand-off, or keep the current person until then.",
                len(parts),
            )


def _level(turn: Turn) -> str:
    return f"level {turn.level}"


def _public_holidays(case: Case, limits: Limits) -> Iterable[Breach]:
    from pdsync.oncall.holiday_rule import judge_public_holidays

    return judge_public_holidays(case, limits)


def _unused_countries(roster: Roster, limits: Limits) -> Iterable[tuple[str, str, str]]:
    from pdsync.oncall.public_holiday import read_countries

    return read_countries(limits["countries"]).unused(roster)


@dataclass(frozen=True, slots=True)
class _Country(CheckedCodec):
    """A country by its code. Only a library knows them all, so it is imported where a country is set."""

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "x-expected": "a country code"}

    def check(self, value: Any, scope: Scope, path: Path) -> None:
        from pdsync.oncall.public_holiday import doubt_of_country

        if doubt := doubt_of_country(value):
            message, _, hint = doubt.partition(". ")
            scope.problem(path, f"{value!r} {message}", hint)


_COUNTRIES = Object.of(
    default=Part("", _Country(), "The country of everyone who is not named here."),
    people=Part("", MapOf(_Country()), "The countries of people, by key, name or email address."),
    teams=Part("", MapOf(_Country()), "The countries of the members of teams, by key or name."),
)


RULES = (
    Rule(
        "no_coverage_gap",
        "Every escalation policy notifies someone at all times, at some level.",
        "escalation_policy",
        _coverage,
        by_default=True,
    ),
    Rule("no_schedule_gap", "Every schedule has someone on call at all times.", "schedule", _schedule_coverage),
    Rule(
        "min_two_levels",
        "Every escalation policy has two levels or more.",
        "escalation_policy",
        _two_levels,
        by_default=True,
    ),
    Rule(
        "min_people",
        "At least this many people take turns in every schedule.",
        "schedule",
        _people,
        {"people": (1, 1000, "How many people.")},
    ),
    Rule(
        "everyone_reachable",
        "Everyone who is on call can be reached, for high and for low urgency.",
        "user",
        _reachable,
        by_default=True,
    ),
    Rule(
        "max_hours_per_week",
        "No one is on call through schedules for more than this many hours in any seven days.",
        "user",
        _hours,
        {"hours": (1, 168, "How many hours.")},
    ),
    Rule(
        "no_change_of_current_oncall",
        "No plan changes who is on call right now, at any level.",
        "escalation_policy",
        _current,
    ),
    Rule(
        "public_holidays",
        "No one is on call through a schedule on a public holiday of their country.",
        "schedule",
        _public_holidays,
        parts=(
            Part("countries", _COUNTRIES, "Which country's holidays people have, such as DE or DE-BY.", required=True),
        ),
        unused=_unused_countries,
    ),
)
BY_RULE = {rule.name: rule for rule in RULES}
