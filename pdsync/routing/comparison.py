"""What a plan changes for sample events: how many would go elsewhere, page other people, or no one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pdsync.model import Ref
from pdsync.oncall.roster import Roster
from pdsync.routing.documents import FIELDS, ORCHESTRATION, Documents
from pdsync.routing.judgement import Judges
from pdsync.routing.outcome import Outcome
from pdsync.routing.paging import no_incident, policy_for
from pdsync.routing.run import run_once
from pdsync.routing.sample import Sample

MOST_EXAMPLES = 3
Aspect = Literal["paged", "destination", "suspended", "severity", "priority"]
"""What is different: the first aspect that differs. `paged`: the policy that is paged, or why no one is (`NoPage`)."""
Value: TypeAlias = Ref | str | int | None
_Difference: TypeAlias = tuple[Ref, Aspect, Value, Value]
_Routed: TypeAlias = tuple[Ref, Outcome, Outcome]


@dataclass(frozen=True, slots=True)
class Group:
    """Sample events for which the same is different."""

    start: Ref
    """The orchestration or the service that they come to."""
    aspect: Aspect
    before: Value
    after: Value
    count: int
    examples: tuple[str, ...]
    """The summaries of the first ones."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is different for the sample events, the largest group first."""

    total: int
    groups: tuple[Group, ...]
    different: int = 0
    """For how many something is different. An event that comes to several orchestrations is in a group of each."""
    undecided: int = 0
    """How many events went through undecided rules, which count as not matching."""
    rebuilt: int = 0
    """How many events were rebuilt from alerts."""
    elsewhere: int = 0
    """How many events came through documents that are not compared here."""
    services: frozenset[Ref] = frozenset()
    """The services that any of them came to, before or after."""


@dataclass(frozen=True)
class Sides:
    """The account before and after a plan; an object has the same reference in both."""

    before: Roster
    after: Roster

    def starts(self) -> list[Ref]:
        """The orchestrations whose router is known on both sides: where events can come in."""
        field_name = FIELDS["router"]
        return [
            ref
            for ref, entry in self.after.of_kind(ORCHESTRATION)
            if field_name in entry.fields
            and ref in self.before.entries
            and field_name in self.before.entries[ref].fields
        ]


def compare_samples(sides: Sides, samples: Sequence[Sample], now: int) -> Comparison:
    """Sends each sample through the documents before and after the plan. A sample that does not say when it came comes now.

    An alert has a service, so it came through an orchestration only where the rules of today lead it to that service; else it came
    straight to the service. An event without one comes to every orchestration.
    """
    comparer = _Comparer(sides, now)
    for sample in samples:
        comparer.add(sample)
    return comparer.result(samples)


class _Comparer:
    """The state of a comparison; used once."""

    def __init__(self, sides: Sides, now: int) -> None:
        self._sides, self._now = sides, now
        self._starts = {ref: (Documents(sides.before, ref), Documents(sides.after, ref)) for ref in sides.starts()}
        self._services: dict[Ref, tuple[Documents, Documents]] = {}
        self._examples: dict[_Difference, list[str]] = {}
        self._counts: Counter[_Difference] = Counter()
        self._different = self._undecided = self._elsewhere = 0
        self._reached: set[Ref] = set()

    def add(self, sample: Sample) -> None:
        """Sends one sample through both sides."""
        judges = Judges(sample.at if sample.at is not None else self._now)
        routed = list(self._through_orchestrations(sample, judges)) or list(self._through_service(sample, judges))
        self._elsewhere += not routed
        self._undecided += any(was.undecided or will.undecided for _, was, will in routed)
        is_different = False
        for start, was, will in routed:
            self._reached |= {each.service for each in (was, will) if each.service is not None}
            noticed = self._noticed(self._sides.before, was), self._noticed(self._sides.after, will)
            is_different |= self._count(start, *noticed, sample)
        self._different += is_different

    def result(self, samples: Sequence[Sample]) -> Comparison:
        """What is different."""
        groups = [Group(*difference, n, tuple(self._examples[difference])) for difference, n in self._counts.items()]
        groups.sort(key=lambda it: (-it.count, str(it.start), it.aspect, str(it.before), str(it.after)))
        rebuilt = sum(sample.is_rebuilt for sample in samples)
        return Comparison(
            len(samples),
            tuple(groups),
            self._different,
            self._undecided,
            rebuilt,
            self._elsewhere,
            frozenset(self._reached),
        )

    def _through_orchestrations(self, sample: Sample, judges: Judges) -> Iterator[_Routed]:
        for ref, (before, after) in self._starts.items():
            was = run_once(before, sample.event, judges)
            if sample.service is None or sample.service == was.service:
                yield ref, was, run_once(after, sample.event, judges)

    def _through_service(self, sample: Sample, judges: Judges) -> Iterator[_Routed]:
        sides, ref = self._sides, sample.service
        if ref is None or ref not in sides.before.entries or ref not in sides.after.entries:
            return
        if ref not in self._services:
            self._services[ref] = (Documents(sides.before, service=ref), Documents(sides.after, service=ref))
        before, after = self._services[ref]
        yield ref, run_once(before, sample.event, judges), run_once(after, sample.event, judges)

    def _noticed(self, roster: Roster, outcome: Outcome) -> Mapping[Aspect, Value]:
        """What people notice of an outcome, what counts most first."""
        effects = outcome.effects
        return {
            "paged": no_incident(outcome) or policy_for(roster, outcome) or "policy_unknown",
            "destination": outcome.service,
            "suspended": effects.suspended_s,
            "severity": outcome.severity,
            "priority": effects.priority,
        }

    def _count(self, start: Ref, was: Mapping[Aspect, Value], will: Mapping[Aspect, Value], sample: Sample) -> bool:
        """Counts the sample in the group of what is different first. False where nothing is."""
        aspect = next((each for each in was if was[each] != will[each]), None)
        if aspect is None:
            return False
        difference = (start, aspect, was[aspect], will[aspect])
        self._counts[difference] += 1
        examples = self._examples.setdefault(difference, [])
        if len(examples) < MOST_EXAMPLES and sample.event.summary not in examples:
            examples.append(sample.event.summary)
        return True
