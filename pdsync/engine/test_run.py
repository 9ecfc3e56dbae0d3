"""Runs the tests among the manifests: each event goes through the rules that the manifests ask for. No account is asked.

Imported only where there are tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pdsync.manifest import ManifestProblem
from pdsync.model import Ref, Resource
from pdsync.model.instant import parse_instant
from pdsync.model.test_kind import ManifestTest
from pdsync.oncall.roster import Roster, roster_of_resources
from pdsync.plan.saved.test_form import MissForm, TestForm
from pdsync.routing.documents import Documents
from pdsync.routing.entrance import Entrance, EntranceError, find_entrance
from pdsync.routing.event import event_of_body
from pdsync.routing.event_check import find_event_problems
from pdsync.routing.expectation import Case, find_misses, trace_lines
from pdsync.routing.fact import Given
from pdsync.routing.paging import paging_of
from pdsync.routing.run import run

_ANY_TIME = 1_767_614_400
"""When an incident opens of which no one asks whom it pages: a test that asks says when its event comes."""
_DECIDE = "Write at, trigger_count or cache_variables next to the event to decide these rules."


def check_events(tests: Iterable[ManifestTest]) -> Iterator[ManifestProblem]:
    """What is wrong with the events of tests: what PagerDuty would refuse."""
    for test in tests:
        for problem in find_event_problems(test.spec.get("event"), ("spec", "event")):
            yield ManifestProblem(test.locate(problem), test.address, f"event: {problem.message}", problem.hint)


def run_desired_tests(tests: Sequence[ManifestTest], resources: Iterable[Resource]) -> tuple[TestForm, ...]:
    """What each test says about what the manifests ask for."""
    return run_tests(tests, roster_of_resources(resources))


def run_tests(tests: Sequence[ManifestTest], roster: Roster) -> tuple[TestForm, ...]:
    """What each test says about what the roster of the manifests holds."""
    return tuple(_run(test, roster) for test in tests)


def _run(test: ManifestTest, roster: Roster) -> TestForm:
    try:
        documents = find_entrance(roster, _entrance(test))
    except EntranceError as error:
        return _broken(test, f"{error.message}. {error.hint}" if error.hint else error.message)
    cases = _cases(test, documents)
    first = cases[0].outcome
    if first.cut_short:
        return _broken(test, f"too many rules cannot be decided. {_DECIDE}")
    misses = find_misses(cases, test.spec["expect"])
    if not misses:
        return TestForm(test.address, str(test.source), True)
    told = tuple(MissForm(it.what, it.expected, it.actual, it.when or None) for it in misses)
    notes = (*first.notes, *((_DECIDE,) if first.undecided else ()))
    return TestForm(test.address, str(test.source), False, None, told, tuple(trace_lines(first.trace)), notes)


def _broken(test: ManifestTest, error: str) -> TestForm:
    return TestForm(test.address, str(test.source), False, error)


def _cases(test: ManifestTest, documents: Documents) -> list[Case]:
    """What comes out, and what would where undecided rules match."""
    spec = test.spec
    moment = parse_instant(spec["at"]) if "at" in spec else None
    at = int(moment.timestamp()) if moment is not None else None
    given = Given(spec.get("trigger_count"), spec.get("cache_variables", {}))
    outcome = run(documents, event_of_body(spec["event"]), at, given)
    roster = documents.roster
    return [
        Case(roster, each, paging_of(roster, each, _ANY_TIME if at is None else at))
        for each in (outcome, *outcome.alternatives)
    ]


def _entrance(test: ManifestTest) -> Entrance:
    orchestration = test.spec.get("orchestration")
    named = orchestration.value if isinstance(orchestration, Ref) else None
    return Entrance(named, test.spec.get("routing_key_of"), "orchestration: ", "routing_key_of: ")
