"""Compares the result of an event with what a test expects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pdsync.model import Ref
from pdsync.model.instant import render_duration
from pdsync.oncall.roster import Roster
from pdsync.oncall.scope import policy_of
from pdsync.routing.outcome import Outcome
from pdsync.routing.paging import Paging
from pdsync.routing.trace import SetTrace

_STATES = {
    "matched": "matches",
    "not_matched": "does not match",
    "undecided": "cannot be decided",
    "disabled": "is disabled",
}
_NOT_KNOWN = ("router_unknown", "service_unknown", "policy_unknown")


@dataclass(frozen=True, slots=True)
class Miss:
    """One thing that is not as expected."""

    what: str
    """What was asked for, by its name in the manifest."""
    expected: str
    actual: str
    when: str = ""
    """Which undecided rule would have to match for it; empty where it is so anyway."""


@dataclass(frozen=True, slots=True)
class Case:
    """What comes out for an event, and who is paged."""

    roster: Roster
    outcome: Outcome
    paging: Paging


def find_misses(cases: Sequence[Case], expect: Mapping[str, Any]) -> list[Miss]:
    """Everything that is not as expected, the same once: in the order of the cases, and of the manifest's members."""
    found: dict[tuple[str, str, str], Miss] = {}
    for case in cases:
        when = " and ".join(f"'{rule.label}' matches" for rule in case.outcome.assumed)
        for name, look in _LOOKS.items():
            if name in expect:
                expected, actual, is_right = look(case, expect[name])
                if not is_right:
                    miss = Miss(name, expected, actual, f"if {when}" if when else "")
                    found.setdefault((name, expected, actual), miss)
    return list(found.values())


def _service(case: Case, expected: Ref) -> tuple[str, str, bool]:
    outcome = case.outcome
    is_right = outcome.end == "service" and _same(case.roster, outcome.service, expected)
    return case.roster.name_of(expected), _end(case), is_right


def _unrouted(case: Case, expected: bool) -> tuple[str, str, bool]:
    return _words(expected, "unrouted"), _end(case), case.outcome.unrouted is expected and case.outcome.end != "unknown"


def _dropped(case: Case, expected: bool) -> tuple[str, str, bool]:
    return _words(expected, "dropped"), _end(case), case.outcome.dropped is expected and case.outcome.end != "unknown"


def _suppressed(case: Case, expected: bool) -> tuple[str, str, bool]:
    actual = case.outcome.effects.suppressed
    return _of_alert(case, _words(expected, "suppressed"), _words(actual, "suppressed"), actual is expected)


def _suspended(case: Case, expected: int) -> tuple[str, str, bool]:
    actual = case.outcome.effects.suspended_s
    return _of_alert(case, _wait(expected), _wait(actual), actual == expected)


def _severity(case: Case, expected: str) -> tuple[str, str, bool]:
    outcome = case.outcome
    if outcome.end in ("dropped", "unknown"):
        return expected, _end(case), False
    return expected, outcome.severity or "none", outcome.severity == expected


def _priority(case: Case, expected: str | None) -> tuple[str, str, bool]:
    held = case.outcome.effects.priority
    actual = case.roster.name_of(held) if held is not None else None
    return _of_alert(case, expected or "none", actual or "none", actual == expected)


def _of_alert(case: Case, expected: str, actual: str, is_right: bool) -> tuple[str, str, bool]:
    """What only an alert of a service has. For an event that ends elsewhere it is never as expected: a test that asks that its event is
    not suppressed must not pass where a rule drops it."""
    if case.outcome.end != "service":
        return expected, _end(case), False
    return expected, actual, is_right


def _escalation_policy(case: Case, expected: Ref) -> tuple[str, str, bool]:
    roster, service = case.roster, case.roster.find(case.outcome.service)
    actual = case.outcome.effects.escalation_policy or (policy_of(roster, service) if service is not None else None)
    shown = roster.name_of(actual) if actual is not None else "none that is known here"
    return roster.name_of(expected), shown, _same(roster, actual, expected)


def _paged(case: Case, expected: Sequence[Ref]) -> tuple[str, str, bool]:
    roster, paging = case.roster, case.paging
    wanted = {roster.find(ref) or ref for ref in expected}
    if paging.no_page in _NOT_KNOWN:
        return _people(roster, wanted), "not known from the manifests", False
    levels = paging.course.levels if paging.course is not None and paging.no_page is None else ()
    first = next((level for level in levels if level.responders), None)
    users = [responder.user for responder in first.responders] if first is not None else []
    found = {roster.find(user) or user for user in users if user is not None}
    shown = _people(roster, found) + (" and others who are not known here" if None in users else "")
    return _people(roster, wanted), shown, found == wanted and None not in users


def _matched(case: Case, expected: Sequence[str]) -> tuple[str, str, bool]:
    labels = [rule.label for each in case.outcome.trace if (rule := each.matched) is not None]
    rest = iter(labels)
    return _listed(expected), _listed(labels) or "no rule", all(label in rest for label in expected)


_LOOKS: Mapping[str, Callable[[Case, Any], tuple[str, str, bool]]] = {
    "service": _service,
    "unrouted": _unrouted,
    "dropped": _dropped,
    "suppressed": _suppressed,
    "suspended": _suspended,
    "severity": _severity,
    "priority": _priority,
    "escalation_policy": _escalation_policy,
    "paged": _paged,
    "matched": _matched,
}
"""By the name of what is expected: expected and actual in words, and whether they are the same."""


def trace_lines(trace: Sequence[SetTrace]) -> Iterator[str]:
    """Which rules the event came to, and why they match or not."""
    for each in trace:
        where = each.area if each.set_id == "start" else f"{each.area}, set {each.set_id}"
        for rule in each.rules:
            if rule.state in _STATES:
                reasons = f": {'; '.join(rule.reasons)}" if rule.reasons else ""
                yield f"{where}: '{rule.label}' {_STATES[rule.state]}{reasons}"
        if each.is_catch_all:
            yield f"{where}: no rule matches, so catch_all applies"
        yield from (f"{where}: {note}" for note in each.notes)


def _same(roster: Roster, first: Ref | None, second: Ref) -> bool:
    return first is not None and (roster.find(first) or first) == (roster.find(second) or second)


def _end(case: Case) -> str:
    outcome = case.outcome
    if outcome.end == "service" and outcome.service is not None:
        return case.roster.name_of(outcome.service)
    return "not known from the manifests" if outcome.end == "unknown" else outcome.end


def _words(is_so: bool, word: str) -> str:
    return word if is_so else f"not {word}"


def _wait(seconds: int) -> str:
    return f"for {render_duration(seconds)}" if seconds else "not suspended"


def _people(roster: Roster, refs: set[Ref]) -> str:
    return _listed(sorted(map(roster.name_of, refs))) or "no one"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
