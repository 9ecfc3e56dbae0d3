"""What a test expects of an event is held against what comes out, in words that people read."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.model import Ref
from pdsync.routing.expectation import Case, Miss, find_misses, trace_lines
from pdsync.routing.fact import NOTHING_GIVEN, Given
from pdsync.routing.paging import paging_of
from pdsync.routing.run import run
from tests.routing.company import ANA, AT, BEN, CHECKOUT, FIRST, ORDERS, SECOND, document, event, production, rule

P1 = Ref("priority", "name", "P1")
DISK = rule("disk", "event.summary matches part 'disk'", priority=P1, suspend=300, severity="error")
MANY = rule("many", "trigger_count over 1 minute > 3", suppress=True)
NIGHT = rule("night", "now in Mon 00:00:00 to 06:00:00 Etc/UTC", escalation_policy=SECOND)
ROUTER = document(
    rule("databases", "event.source matches part 'db'", route_to=ORDERS), catch_all={"route_to": "unrouted"}
)
DROPS = document(rule("tests", "event.source matches part 'test'", drop_event=True))


def misses(
    expect: dict[str, Any],
    *rules: dict[str, Any],
    source: str = "db-7",
    at: int | None = AT,
    given: Given = NOTHING_GIVEN,
) -> list[Miss]:
    documents = production(router=ROUTER, orders=document(*rules), **{"global": DROPS})
    outcome = run(documents, event(source=source), at, given)
    roster = documents.roster
    cases = [Case(roster, each, paging_of(roster, each, at or AT)) for each in (outcome, *outcome.alternatives)]
    return find_misses(cases, expect)


@pytest.mark.parametrize(
    ("expect", "source"),
    [
        ({"service": ORDERS, "dropped": False, "unrouted": False, "suppressed": False}, "db-7"),
        ({"priority": "P1", "suspended": 300, "severity": "error", "escalation_policy": FIRST}, "db-7"),
        ({"paged": [ANA], "matched": ["databases", "disk"]}, "db-7"),
        ({"service": Ref("service", "name", "Orders"), "paged": [Ref("user", "email", "ana@example.com")]}, "db-7"),
        ({"matched": ["disk"]}, "db-7"),
        ({"dropped": True, "paged": []}, "db-test"),
        ({"unrouted": True, "paged": [], "severity": "critical"}, "web-1"),
    ],
)
def test_what_comes_out_as_expected_is_not_told(expect: dict[str, Any], source: str) -> None:
    assert misses(expect, DISK, source=source) == []


@pytest.mark.parametrize(
    ("expect", "source", "told"),
    [
        ({"service": CHECKOUT}, "db-7", ("service", "Checkout", "Orders")),
        ({"service": ORDERS}, "web-1", ("service", "Orders", "unrouted")),
        ({"service": ORDERS}, "db-test", ("service", "Orders", "dropped")),
        ({"dropped": True}, "db-7", ("dropped", "dropped", "Orders")),
        ({"unrouted": False}, "web-1", ("unrouted", "not unrouted", "unrouted")),
        ({"suppressed": True}, "db-7", ("suppressed", "suppressed", "not suppressed")),
        ({"suspended": 0}, "db-7", ("suspended", "not suspended", "for 5m")),
        ({"severity": "critical"}, "db-7", ("severity", "critical", "error")),
        ({"priority": None}, "db-7", ("priority", "none", "P1")),
        ({"escalation_policy": SECOND}, "db-7", ("escalation_policy", "Second", "First")),
        ({"paged": [ANA, BEN]}, "db-7", ("paged", "Ana, Ben", "Ana")),
        ({"paged": [ANA]}, "db-test", ("paged", "Ana", "no one")),
        ({"matched": ["disk", "databases"]}, "db-7", ("matched", "disk, databases", "databases, disk")),
        ({"matched": ["disk"]}, "web-1", ("matched", "disk", "no rule")),
        # What is swallowed is not as a test of the alert expects, even where the rules changed nothing else of it.
        ({"suppressed": False}, "db-test", ("suppressed", "not suppressed", "dropped")),
        ({"suppressed": False}, "web-1", ("suppressed", "not suppressed", "unrouted")),
        ({"suspended": 0}, "db-test", ("suspended", "not suspended", "dropped")),
        ({"priority": None}, "web-1", ("priority", "none", "unrouted")),
        ({"severity": "critical"}, "db-test", ("severity", "critical", "dropped")),
    ],
)
def test_what_comes_out_otherwise_is_told_in_words(expect: dict[str, Any], source: str, told: tuple[str, ...]) -> None:
    assert [(miss.what, miss.expected, miss.actual) for miss in misses(expect, DISK, source=source)] == [told]


def test_a_rule_that_cannot_be_decided_counts_only_where_it_matters() -> None:
    assert misses({"service": ORDERS}, MANY) == []
    assert misses({"suppressed": False}, MANY) == [
        Miss("suppressed", "not suppressed", "suppressed", "if 'many' matches")
    ]
    assert misses({"suppressed": False}, MANY, given=Given(1)) == []
    assert misses({"suppressed": True}, MANY, given=Given(4)) == []


def test_without_a_time_an_event_must_come_out_so_at_any_time() -> None:
    assert misses({"service": ORDERS}, NIGHT, at=None) == []
    assert misses({"escalation_policy": FIRST}, NIGHT, at=AT) == []
    assert misses({"escalation_policy": FIRST}, NIGHT, at=None) == [
        Miss("escalation_policy", "First", "Second", "if 'night' matches")
    ]


def test_the_rules_on_the_way_say_why() -> None:
    documents = production(router=ROUTER, orders=document(DISK, MANY), **{"global": DROPS})
    outcome = run(documents, event(summary="slow"), AT, NOTHING_GIVEN)
    assert list(trace_lines(outcome.trace)) == [
        "global: 'tests' does not match: event.source is 'db-7', and 'test' is not in it",
        "global: no rule matches, so catch_all applies",
        "router: 'databases' matches: event.source is 'db-7', and 'db' is in it",
        "service: 'disk' does not match: event.summary is 'slow', and 'disk' is not in it",
        "service: 'many' cannot be decided: the trigger count over 1 minute is not known",
        "service: no rule matches, so catch_all applies",
    ]


@pytest.mark.parametrize(
    "expect", [{"dropped": False}, {"unrouted": False}, {"suppressed": False}, {"severity": "critical"}]
)
def test_where_the_router_is_not_known_nothing_is_as_expected(expect: dict[str, Any]) -> None:
    documents = production()
    outcome = run(documents, event(), AT)
    (miss,) = find_misses([Case(documents.roster, outcome, paging_of(documents.roster, outcome, AT))], expect)
    assert miss.actual == "not known from the manifests"
